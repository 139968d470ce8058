import { RondelError } from '@rondel/contracts';
import { formatPath, type PathSegment } from '../value/path.js';
import { isList, isNode, isTypeReference, isUnion, type PlanNode, type PlanValue } from '../value/plan-value.js';
import { keyOf } from '../value/property-name.js';

/**
 * One place of a plan and what it holds after a change. The place is spelled as the tree spells it, so that a change can
 * be applied to a copy; it may lead into a tag (`_listener`).
 */
export interface PlanChange {
  readonly at: readonly PathSegment[];
  /** `undefined` when it is missing now. */
  readonly value: PlanValue | undefined;
  /** It was set to what it was before. */
  readonly same?: true;
}

/**
 * What has to be done to one plan to get the other, shared subtrees not looked at. Goes down into nodes and lists that
 * hold tables; other values change as a whole. `applyChanges` makes `after` of `before`, order of keys included.
 */
export function planChanges(before: PlanNode, after: PlanNode): readonly PlanChange[] {
  const changes: PlanChange[] = [];
  collect(before, after, { at: [], changes });
  return changes;
}

interface Collection {
  readonly at: readonly PathSegment[];
  readonly changes: PlanChange[];
}

function collect(before: PlanValue | undefined, after: PlanValue | undefined, { at, changes }: Collection): void {
  if (isSame(before, after)) return;
  const inside = changesInside(before, after, at);
  changes.push(...(inside ?? [{ at, value: after }]));
}

/** `undefined` when the value has to be replaced as a whole. */
function changesInside(
  before: PlanValue | undefined,
  after: PlanValue | undefined,
  at: readonly PathSegment[],
): readonly PlanChange[] | undefined {
  if (isNode(before) && isNode(after)) return changesInNode(before, after, at);
  if (isList(before) && isList(after)) return changesInList(before, after, at);
  if (!isUnion(before) || !isUnion(after)) return undefined;
  const { value: inner, ...tags } = after;
  const sameTags = Object.entries(tags).every(([tag, text]) => Object.entries(before).some(sameEntry(tag, text)));
  return sameTags ? changesInside(before.value, inner, at) : undefined;
}

function sameEntry(tag: string, text: unknown): (entry: readonly [string, unknown]) => boolean {
  return ([name, value]) => name === tag && value === text;
}

function changesInNode(
  before: PlanNode,
  after: PlanNode,
  at: readonly PathSegment[],
): readonly PlanChange[] | undefined {
  if (before.type !== after.type || before.module !== after.module || before.wrapped !== after.wrapped)
    return undefined;
  const kept = [...before.properties.keys()].filter((key) => after.properties.has(key));
  const added = [...after.properties.keys()].filter((key) => !before.properties.has(key));
  const order = [...kept, ...added];
  // Applied one by one, changes leave kept keys where they are and append new ones.
  if (![...after.properties.keys()].every((key, position) => key === order[position])) return undefined;
  const changes: PlanChange[] = [];
  for (const key of new Set([...before.properties.keys(), ...order])) {
    collect(before.properties.get(key), after.properties.get(key), { at: [...at, key], changes });
  }
  return changes;
}

function changesInList(
  before: readonly PlanValue[],
  after: readonly PlanValue[],
  at: readonly PathSegment[],
): readonly PlanChange[] | undefined {
  if (before.length !== after.length || !after.some((item) => typeof item === 'object')) return undefined;
  const changes: PlanChange[] = [];
  for (const [index, item] of after.entries()) collect(before[index], item, { at: [...at, index + 1], changes });
  return changes;
}

function isSame(before: PlanValue | undefined, after: PlanValue | undefined): boolean {
  if (Object.is(before, after)) return true;
  return (
    isTypeReference(before) && isTypeReference(after) && before.name === after.name && before.module === after.module
  );
}

/** A plan with changes that were found between two others. Throws `INTERNAL` when they don't fit the plan. */
export function applyChanges(plan: PlanNode, changes: readonly PlanChange[]): PlanNode {
  let changed: PlanValue = plan;
  for (const change of changes) {
    const next: PlanValue | undefined = change.same ? changed : replaceAt(changed, change, 0);
    if (next === undefined) throw doesNotFit(change);
    changed = next;
  }
  if (isNode(changed)) return changed;
  throw new RondelError('INTERNAL', 'Changes replaced the root of a plan by something that is no node.');
}

function replaceAt(value: PlanValue | undefined, change: PlanChange, depth: number): PlanValue | undefined {
  const segment = change.at[depth];
  if (segment === undefined) return change.value;
  if (isUnion(value)) {
    const inner = replaceAt(value.value, change, depth);
    if (inner !== undefined) return { ...value, value: inner };
  }
  if (isList(value) && typeof segment === 'number' && segment <= value.length) {
    const item = replaceAt(value[segment - 1], change, depth + 1);
    if (item !== undefined) return value.with(segment - 1, item);
  }
  if (isNode(value) && typeof segment === 'string') {
    const properties = new Map(value.properties);
    const key = keyOf(properties, segment) ?? segment;
    const entry = replaceAt(properties.get(key), change, depth + 1);
    if (entry === undefined) properties.delete(key);
    else properties.set(key, entry);
    return { ...value, properties };
  }
  throw doesNotFit(change);
}

function doesNotFit({ at }: PlanChange): RondelError {
  return new RondelError('INTERNAL', `A change at ${formatPath(at)} does not fit the plan it is applied to.`);
}
