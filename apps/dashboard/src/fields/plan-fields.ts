import type { Catalog, CatalogNode, CatalogProperty } from '@rondel/contracts';
import {
  appendSegment,
  canonicalName,
  propertyOf,
  unwrapUnion,
  valueFromTree,
  valueToTree,
  walkPlan,
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
}

/** The fields of one node of a plan. */
export interface FieldGroup {
  readonly path: string;
  readonly node: CatalogNode;
  readonly fields: readonly PlanField[];
}

/** The form of a plan: every node of a known type with something to set, in the order of the plan. */
export function formOfPlan(plan: PlanNode, catalog: Catalog): FieldGroup[] {
  return [...walkPlan(plan)].flatMap(({ node, path }) => {
    const definition = definitionOf(node, catalog);
    if (definition === undefined) return [];
    const fields = definition.properties.flatMap((property) => fieldOf({ node, path, property }));
    return fields.length === 0 ? [] : [{ path, node: definition, fields }];
  });
}

/** Types are mostly unique; a module that is given decides between packages of one name. */
function definitionOf(node: PlanNode, catalog: Catalog): CatalogNode | undefined {
  const named = catalog.nodes.filter(({ type }) => type === node.type);
  return named.find(({ module }) => module === node.module) ?? named[0];
}

interface Place {
  readonly node: PlanNode;
  readonly path: string;
  readonly property: CatalogProperty;
}

function fieldOf({ node, path, property }: Place): PlanField[] {
  const kind = fieldKind(property);
  if (kind === undefined) return [];
  const given = propertyOf(node, property.name) ?? defaultOf(property);
  const initial = given === undefined ? '' : fieldText(unwrapUnion(given));
  return [{ path: appendSegment(path, canonicalName(property.name)), property, kind, initial }];
}

function defaultOf({ default: value }: CatalogProperty): PlanValue | undefined {
  return value === undefined ? undefined : valueFromTree(value);
}

/** A value as it is typed into the form: lists as JSON, everything else bare. */
export function fieldText(value: PlanValue): string {
  if (typeof value === 'object' && 'kind' in value) return value.kind === 'type' ? value.name : jsonText(value);
  return typeof value === 'object' ? jsonText(value) : String(value);
}

function jsonText(value: PlanValue): string {
  return JSON.stringify(valueToTree(value)).replaceAll(',', ', ');
}
