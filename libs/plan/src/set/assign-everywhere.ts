import type { CatalogProperty } from '@rondel/contracts';
import { findProperty, hasEffect, moduleWithin, resolveNode, type CatalogIndex } from '../check/catalog-index.js';
import type { Conformance } from '../check/conformance.js';
import { conformProperty } from '../check/conform-node.js';
import { asBefore, juliaWordsOf, nameInJulia, type JuliaWords } from '../check/julia-words.js';
import { appendSegment } from '../value/path.js';
import { isList, isNode, isUnion, nothing, type PlanNode, type PlanValue } from '../value/plan-value.js';
import type { ProblemList } from '../check/problem-list.js';
import { canonicalName, isTag, keyOf } from '../value/property-name.js';
import { alternatives } from '../value/text.js';

interface Everywhere {
  readonly index: CatalogIndex;
  readonly name: string;
  readonly value: PlanValue;
  readonly problems: ProblemList;
  readonly julia: JuliaWords | undefined;
  /** The value as each property takes it: checked once per property, however many nodes have it. */
  readonly conformed: Map<CatalogProperty, Conformed>;
}

interface Conformed {
  readonly value: PlanValue;
  /** Where the property stands that takes the value; undefined for one that does not. */
  readonly takenAt: string | undefined;
}

interface Place {
  readonly path: string;
  readonly inherited: string;
}

/**
 * Sets a property on every node that has it. What lies inside a property of that name is not visited: it is replaced.
 * Returns `undefined` when no node has the property; problems go to `problems`.
 */
export function assignEverywhere(
  index: CatalogIndex,
  plan: PlanNode,
  { name, value, problems }: { name: string; value: PlanValue; problems: ProblemList },
): PlanNode | undefined {
  const conformed = new Map<CatalogProperty, Conformed>();
  const own = problems.scratch();
  const everywhere = { index, name, value, problems: own, conformed, julia: juliaWordsOf(index, plan) };
  const changed = assignInNode(everywhere, plan, { path: '', inherited: '' });
  const hint = oneAlone(name, conformed);
  for (const { message, at = '', ...problem } of own.all()) {
    problems.add(() => ({ ...problem, at, message: `${message}${hint}` }));
  }
  return conformed.size === 0 ? undefined : changed;
}

/** Nodes may have properties of one name that take different values: what to write where some take this one. */
function oneAlone(name: string, conformed: Everywhere['conformed']): string {
  const taken = [...conformed.values()].flatMap(({ takenAt }) => (takenAt === undefined ? [] : [takenAt]));
  if (taken.length === 0) return '';
  return ` ${name} is set on every node that has it. For one alone, write its path in place of ${name}: ${alternatives(taken.slice(0, 3))}.`;
}

function assignInNode(everywhere: Everywhere, node: PlanNode, place: Place): PlanNode {
  const { definition } = resolveNode(everywhere.index, node, place);
  const inherited = moduleWithin(node, { definition, inherited: place.inherited });
  const properties = new Map(node.properties);
  for (const [key, value] of node.properties) {
    if (isTag(key) || canonicalName(key) === canonicalName(everywhere.name) || !hasEffect(definition, key)) continue;
    properties.set(key, assignInValue(everywhere, value, { path: appendSegment(place.path, key), inherited }));
  }
  const property = definition && findProperty(definition, everywhere.name);
  if (property !== undefined) {
    const name = everywhere.julia === undefined ? property.name : nameInJulia(property);
    const key = keyOf(node.properties, property.name) ?? name;
    const value = conformedFor(everywhere, property, { path: place.path, inherited });
    properties.set(key, asBefore(node.properties.get(key), value));
  }
  const same = [...properties].every(([key, value]) => node.properties.get(key) === value);
  return same ? node : { ...node, properties };
}

function assignInValue(everywhere: Everywhere, value: PlanValue, place: Place): PlanValue {
  if (isNode(value)) return assignInNode(everywhere, value, place);
  if (isUnion(value)) {
    const inner = assignInValue(everywhere, value.value, place);
    return inner === value.value ? value : { ...value, value: inner };
  }
  if (!isList(value) || !value.some((item) => typeof item === 'object')) return value;
  const items = value.map((item, position) =>
    assignInValue(everywhere, item, { ...place, path: appendSegment(place.path, position + 1) }),
  );
  return items.every((item, position) => item === value[position]) ? value : items;
}

function conformedFor(everywhere: Everywhere, property: CatalogProperty, place: Place): PlanValue {
  const { index, value, problems, julia } = everywhere;
  const known = everywhere.conformed.get(property);
  if (known !== undefined) return known.value;
  const conformance: Conformance = {
    index,
    requireAll: false,
    fillDefaults: false,
    unknownProperties: 'refuse',
    julia,
  };
  const path = appendSegment(place.path, property.name);
  const before = problems.count;
  const at = { path, module: place.inherited, problems };
  const conformed = conformProperty(conformance, { property, value }, at) ?? nothing;
  everywhere.conformed.set(property, { value: conformed, takenAt: problems.count === before ? path : undefined });
  return conformed;
}
