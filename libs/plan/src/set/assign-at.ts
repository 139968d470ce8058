import type { CatalogNode } from '@rondel/contracts';
import { findProperty, moduleWithin, resolveNode, type CatalogIndex } from '../check/catalog-index.js';
import { conformProperty } from '../check/conform-node.js';
import type { Conformance } from '../check/conformance.js';
import { setAt, valueAt } from '../value/edit.js';
import { asBefore, juliaWordsOf, nameInJulia } from '../check/julia-words.js';
import { appendSegment, formatPath, type PathSegment } from '../value/path.js';
import { isList, isNode, nothing, unwrapUnion, type PlanNode, type PlanValue } from '../value/plan-value.js';
import type { ProblemList } from '../check/problem-list.js';
import { throughWrappers } from '../value/wrapper.js';

interface Assignment {
  readonly path: readonly PathSegment[];
  readonly value: PlanValue;
  readonly problems: ProblemList;
}

/**
 * Sets the one property that a path names, or one item of a list (`reg[1]`, `angles[3]`), which is then checked with its
 * whole list. Returns `undefined` when the plan has no such property; problems go to `problems`.
 */
export function assignAt(index: CatalogIndex, plan: PlanNode, assignment: Assignment): PlanNode | undefined {
  const { value, problems } = assignment;
  const path = throughWrappers(plan, assignment.path);
  const last = path.at(-1);
  if (typeof last === 'number') return assignItem(index, plan, { path, value, problems });
  const holder = definitionAt(index, plan, path.slice(0, -1));
  const property = last === undefined ? undefined : holder && findProperty(holder.definition, last);
  if (holder === undefined || property === undefined) return undefined;
  const conformance: Conformance = {
    index,
    requireAll: false,
    fillDefaults: false,
    unknownProperties: 'refuse',
    julia: juliaWordsOf(index, plan),
  };
  const place = { path: appendSegment(holder.path, property.name), module: holder.definition.module, problems };
  const conformed = conformProperty(conformance, { property, value }, place);
  const before = valueAt(plan, path);
  const named = before === undefined && conformance.julia !== undefined ? path.with(-1, nameInJulia(property)) : path;
  return setAt(plan, named, asBefore(before, conformed ?? nothing));
}

function assignItem(index: CatalogIndex, plan: PlanNode, assignment: Assignment): PlanNode | undefined {
  const above = assignment.path.slice(0, -1);
  const position = assignment.path.at(-1);
  const found = valueAt(plan, above);
  const list = found === undefined ? undefined : unwrapUnion(found);
  if (!isList(list) || typeof position !== 'number' || position > list.length) return undefined;
  return assignAt(index, plan, { ...assignment, path: above, value: list.with(position - 1, assignment.value) });
}

export interface Holder {
  readonly definition: CatalogNode;
  readonly path: string;
}

/** The definition of the node at a path, found from the root down because modules are inherited. */
export function definitionAt(index: CatalogIndex, plan: PlanNode, path: readonly PathSegment[]): Holder | undefined {
  let inherited = '';
  let definition: CatalogNode | undefined;
  for (let length = 0; length <= path.length; length += 1) {
    const value = length === 0 ? plan : valueAt(plan, path.slice(0, length));
    const node = value === undefined ? undefined : unwrapUnion(value);
    definition = isNode(node) ? resolveNode(index, node, { inherited }).definition : undefined;
    if (isNode(node)) inherited = moduleWithin(node, { definition, inherited });
  }
  return definition && { definition, path: formatPath(path) };
}
