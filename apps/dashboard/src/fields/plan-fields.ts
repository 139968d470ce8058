import type { Catalog, CatalogNode, CatalogProperty } from '@rondel/contracts';
import {
  appendSegment,
  canonicalName,
  childNodes,
  isNode,
  propertyOf,
  unwrapUnion,
  valueFromTree,
  valueToTree,
  type PlanNode,
  type PlanValue,
} from '@rondel/plan';
import { fieldKind, type FieldKind } from './field-kind.js';

/** One property of a plan that can be set in a form. */
export interface PlanField {
  /** e.g. `parameter.pre.centerOfRotation` */
  readonly path: string;
  readonly property: CatalogProperty;
  readonly kind: FieldKind;
  /** What the plan or the default says, as the form writes it; empty when neither says anything. */
  readonly initial: string;
  /** Nodes around it that stand there by default, or that the form has chosen: what is set in them must be set with them. */
  readonly within: readonly AddedNode[];
}

/** A node that the plan itself does not have. */
export interface AddedNode {
  readonly path: string;
  readonly type: string;
}

/** The fields of one node of a plan. */
export interface FieldGroup {
  readonly path: string;
  readonly node: CatalogNode;
  readonly fields: readonly PlanField[];
}

/** What stands in a form, by path; what was not edited is missing. */
export type FieldTexts = Readonly<Record<string, string>>;

interface Scope {
  readonly catalog: Catalog;
  readonly texts: FieldTexts;
}

interface PlacedNode {
  readonly node: PlanNode;
  readonly path: string;
  readonly within: readonly AddedNode[];
}

/**
 * The form of a plan: every node of a known type with something to set, in the order of the plan, those that stand there by
 * default included. Which properties and nodes there are may depend on what stands in the form.
 */
export function formOfPlan(plan: PlanNode, catalog: Catalog, texts: FieldTexts = {}): FieldGroup[] {
  return groupsOf({ node: plan, path: '', within: [] }, { catalog, texts });
}

function groupsOf(placed: PlacedNode, scope: Scope): FieldGroup[] {
  const { node, path } = placed;
  const definition = definitionOf(node, scope.catalog);
  const fields = (definition?.properties ?? []).flatMap((property) => fieldOf({ ...placed, property }));
  const present = fields.filter(({ property: { onlyFor } }) => {
    const deciding = fields.find(({ property: { name } }) => name === onlyFor?.property);
    return onlyFor === undefined || onlyFor.values.includes(textOf(deciding, scope));
  });
  const own = definition === undefined || present.length === 0 ? [] : [{ path, node: definition, fields: present }];
  return [...own, ...nodesIn(placed, fields, scope).flatMap((child) => groupsOf(child, scope))];
}

function textOf(field: PlanField | undefined, { texts }: Scope): string {
  return field === undefined ? '' : (texts[field.path] ?? field.initial);
}

/** The nodes inside a node: as the plan has them, unless the form has chosen another type, and those that are there by default. */
function nodesIn({ node, path, within }: PlacedNode, fields: readonly PlanField[], scope: Scope): PlacedNode[] {
  const choices = fields.filter(({ kind }) => kind.kind === 'node');
  const given = [...childNodes({ node, path })].filter(
    (child) => !choices.some((field) => field.path === child.path && textOf(field, scope) !== field.initial),
  );
  const added = choices.flatMap((field): PlacedNode[] => {
    const type = textOf(field, scope);
    if (type === '' || given.some((child) => child.path === field.path)) return [];
    const inner: PlanNode = { kind: 'node', type, wrapped: true, properties: new Map() };
    return [{ node: inner, path: field.path, within: [...within, { path: field.path, type }] }];
  });
  return [...given.map((child) => ({ node: child.node, path: child.path, within })), ...added];
}

/** Types are mostly unique; a module that is given decides between packages of one name. */
function definitionOf(node: PlanNode, catalog: Catalog): CatalogNode | undefined {
  const named = catalog.nodes.filter(({ type, alsoKnownAs = [] }) => [type, ...alsoKnownAs].includes(node.type));
  return named.find(({ module }) => module === node.module) ?? named[0];
}

interface Place extends PlacedNode {
  readonly property: CatalogProperty;
}

function fieldOf({ node, path, property, within }: Place): PlanField[] {
  const kind = fieldKind(property);
  if (kind === undefined) return [];
  const given = propertyOf(node, property.name) ?? defaultOf(property);
  const value = given === undefined ? undefined : unwrapUnion(given);
  // What stands in a wrapper is moved or kept with it.
  if (kind.kind === 'node' && value !== undefined && !isChoice(value, kind.choices)) return [];
  const initial = value === undefined ? '' : fieldText(value);
  return [{ path: appendSegment(path, canonicalName(property.name)), property, kind, initial, within }];
}

function isChoice(value: PlanValue, choices: readonly string[]): boolean {
  return isNode(value) && choices.includes(value.type);
}

function defaultOf({ default: value }: CatalogProperty): PlanValue | undefined {
  return value === undefined ? undefined : valueFromTree(value);
}

/** A value as it is typed into the form: lists as JSON, everything else bare. */
export function fieldText(value: PlanValue): string {
  if (isNode(value)) return value.type;
  if (typeof value === 'object' && 'kind' in value) return value.kind === 'type' ? value.name : jsonText(value);
  return typeof value === 'object' ? jsonText(value) : String(value);
}

function jsonText(value: PlanValue): string {
  return JSON.stringify(valueToTree(value)).replaceAll(',', ', ');
}
