import type { Catalog, CatalogNode, CatalogProperty } from '@rondel/contracts';
import { findProperty, indexCatalog, moduleWithin, resolveNode, type CatalogIndex } from '../check/catalog-index.js';
import { isList, isNode, isNothing, unwrapUnion, type PlanNode, type PlanValue } from '../value/plan-value.js';
import { isTag, keyOf } from '../value/property-name.js';
import { harmless, quote } from '../value/text.js';
import { valueFromTree } from '../text/tree-reader.js';
import { valueWords } from '../text/value-words.js';

/**
 * - `node`: a node and its type
 * - `value`: a property that the plan gives
 * - `default`: one that it leaves to its default
 * - `absent`: one that it leaves out and may leave out
 * - `missing`: one that it must give before it can be built
 * - `unknown`: a type or property that the catalog does not have
 * - `tag`: kept and not shown in full, e.g. `_listener`
 */
export type PlanLineKind = 'node' | 'value' | 'default' | 'absent' | 'missing' | 'unknown' | 'tag';

/** One line of a plan as a tree; whoever prints it indents and colours. */
export interface PlanLine {
  /** 0 for the root. */
  readonly depth: number;
  readonly text: string;
  readonly kind: PlanLineKind;
}

interface Scope {
  readonly index?: CatalogIndex | undefined;
  readonly inherited: string;
  readonly depth: number;
}

/**
 * A plan as a tree of lines: nodes with their types, values with their units; long arrays by their length. With a catalog
 * also the properties that the plan leaves out, and what the catalog does not know.
 */
export function formatPlanTree(plan: PlanNode, catalog?: Catalog): PlanLine[] {
  const index = catalog && indexCatalog(catalog);
  return nodeLines(plan, '', { index, inherited: '', depth: 0 });
}

function nodeLines(node: PlanNode, label: string, scope: Scope): PlanLine[] {
  const definition = scope.index && resolveNode(scope.index, node, scope).definition;
  const known = scope.index === undefined || definition !== undefined;
  const type = harmless(node.type);
  const text = label === '' ? type : `${label}: ${type}`;
  const inner = {
    ...scope,
    inherited: moduleWithin(node, { definition, inherited: scope.inherited }),
    depth: scope.depth + 1,
  };
  return [
    { depth: scope.depth, text, kind: known ? 'node' : 'unknown' },
    ...[...node.properties].flatMap(([key, value]) => givenLines({ key, value, definition }, inner)),
    ...leftOutLines(node, definition, inner),
  ];
}

interface Given {
  readonly key: string;
  readonly value: PlanValue;
  readonly definition: CatalogNode | undefined;
}

function givenLines({ key, value, definition }: Given, scope: Scope): PlanLine[] {
  const label = harmless(key);
  if (isTag(key)) return [{ depth: scope.depth, text: `${label}: ${valueWords(value)}`, kind: 'tag' }];
  const property = definition && findProperty(definition, key);
  const inner = unwrapUnion(value);
  const unknown = definition !== undefined && property === undefined;
  if (isNode(inner) && !unknown) return nodeLines(inner, label, scope);
  if (isList(inner) && inner.length > 0 && inner.every(isNode) && !unknown) {
    return inner.flatMap((item, position) => nodeLines(item, `${label}[${position + 1}]`, scope));
  }
  const text = `${label} = ${valueText(inner)}${unitText(property)}`;
  return [{ depth: scope.depth, text, kind: unknown ? 'unknown' : 'value' }];
}

function valueText(value: PlanValue): string {
  if (typeof value === 'object' && !isList(value) && value.kind === 'type') return harmless(value.name);
  return typeof value === 'string' ? quote(value) : valueWords(value);
}

function unitText(property: CatalogProperty | undefined): string {
  return property?.unit === undefined ? '' : ` ${property.unit}`;
}

function leftOutLines(node: PlanNode, definition: CatalogNode | undefined, scope: Scope): PlanLine[] {
  return (definition?.properties ?? [])
    .filter((property) => keyOf(node.properties, property.name) === undefined)
    .flatMap((property) => leftOutLine(property, scope));
}

function leftOutLine(property: CatalogProperty, scope: Scope): PlanLine[] {
  const { depth } = scope;
  if (property.default === undefined) {
    return [{ depth, text: property.name, kind: property.optional ? 'absent' : 'missing' }];
  }
  const value = valueFromTree(property.default);
  if (isNode(value)) {
    const [first, ...within] = nodeLines(value, property.name, scope);
    return first === undefined ? [] : [{ ...first, kind: 'default' }, ...within];
  }
  const shown = isNothing(value) ? 'nothing' : valueText(value);
  return [{ depth, text: `${property.name} = ${shown}${unitText(property)}`, kind: 'default' }];
}
