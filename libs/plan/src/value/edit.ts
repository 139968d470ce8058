import { RondelError } from '@rondel/contracts';
import { childOf, throughWrappers, wrapperOf } from './wrapper.js';
import { appendSegment, formatPath, parsePath, placeName, type PathSegment } from './path.js';
import { isList, isNode, isTable, isUnion, unwrapUnion, type PlanNode, type PlanValue } from './plan-value.js';
import { isTag, keyOf } from './property-name.js';

type Path = string | readonly PathSegment[];
type Change = (old: PlanValue | undefined) => PlanValue | undefined;

function segmentsOf(path: Path): readonly PathSegment[] {
  return typeof path === 'string' ? parsePath(path) : path;
}

/**
 * The value at a path such as `parameter.reco.reg[1].lambda`; `undefined` when it is missing. Union fields are looked
 * through on the way down and returned with their tags at the end. Wrappers may be left out of the path, here and in all
 * functions that take one: `parameter.reco.iterations` also finds `parameter.reco.param.iterations`.
 */
export function valueAt(plan: PlanNode, path: Path): PlanValue | undefined {
  return throughWrappers(plan, segmentsOf(path)).reduce<PlanValue | undefined>(childOf, plan);
}

/** The node at a path; `undefined` when the path is missing or leads to something else. */
export function nodeAt(plan: PlanNode, path: Path): PlanNode | undefined {
  const value = valueAt(plan, path);
  const inner = value === undefined ? undefined : unwrapUnion(value);
  return isNode(inner) ? inner : undefined;
}

/**
 * A plan with one value replaced or added. The type is not checked (`setAll` does that) and the last name need not exist.
 *
 * Throws `PLAN_UNKNOWN_PROPERTY` when the path leads through something missing, past the end of a list or into a tag.
 */
export function setAt(plan: PlanNode, path: Path, value: PlanValue): PlanNode {
  return editAt(plan, path, () => value);
}

/** A plan without the value at a path, which is missing afterwards. In a list, later items move up. Throws as `setAt`. */
export function clearAt(plan: PlanNode, path: Path): PlanNode {
  return editAt(plan, path, () => undefined);
}

/**
 * A plan as a template: every property missing. Nodes held by properties stay and are cleared too, unless `keepNodes` is
 * false; lists go. Tags such as `_listener` stay, and with the nodes the `worker` of a wrapper.
 */
export function clearPlan(plan: PlanNode, options: { readonly keepNodes?: boolean } = {}): PlanNode {
  const properties = new Map<string, PlanValue>();
  const placed = wrapperOf(plan)?.places === true && options.keepNodes !== false;
  for (const [key, value] of plan.properties) {
    const inner = unwrapUnion(value);
    if (isTag(key) || (placed && key === 'worker')) properties.set(key, value);
    else if (isNode(inner) && options.keepNodes !== false) properties.set(key, clearPlan(inner, options));
  }
  return { ...plan, properties };
}

function editAt(plan: PlanNode, path: Path, change: Change): PlanNode {
  const segments = throughWrappers(plan, segmentsOf(path));
  if (segments.length === 0) {
    throw new RondelError('PLAN_UNKNOWN_PROPERTY', 'The path is empty. Name a property of the plan.');
  }
  const edited = edit(plan, { segments, done: 0 }, change);
  if (isNode(edited)) return edited;
  throw new RondelError('INTERNAL', 'An edit below the root of a plan lost the root.');
}

interface Progress {
  readonly segments: readonly PathSegment[];
  readonly done: number;
}

function edit(value: PlanValue | undefined, at: Progress, change: Change): PlanValue | undefined {
  const segment = at.segments[at.done];
  if (segment === undefined) return change(value);
  if (value === undefined) throw missing(at);
  if (isUnion(value)) return { ...value, value: edit(value.value, at, change) ?? value.value };
  const below = { segments: at.segments, done: at.done + 1 };
  const inner = edit(childOf(value, segment), below, change);
  return replaceChild(value, { segment, inner, at });
}

interface Replacement {
  readonly segment: PathSegment;
  readonly inner: PlanValue | undefined;
  readonly at: Progress;
}

function replaceChild(value: PlanValue, replacement: Replacement): PlanValue {
  const { segment, inner } = replacement;
  if (isList(value) && typeof segment === 'number' && segment <= value.length) {
    return inner === undefined ? value.toSpliced(segment - 1, 1) : value.with(segment - 1, inner);
  }
  if (typeof segment === 'string' && isNode(value) && !isTag(segment)) {
    return { ...value, properties: replaceEntry(value.properties, segment, inner) };
  }
  if (typeof segment === 'string' && isTable(value)) {
    return { ...value, entries: replaceEntry(value.entries, segment, inner) };
  }
  throw noSuchPlace(value, replacement);
}

function replaceEntry(
  entries: ReadonlyMap<string, PlanValue>,
  name: string,
  value: PlanValue | undefined,
): ReadonlyMap<string, PlanValue> {
  const changed = new Map(entries);
  const key = keyOf(entries, name) ?? name;
  if (value === undefined) changed.delete(key);
  else changed.set(key, value);
  return changed;
}

function missing({ segments, done }: Progress): RondelError {
  const path = formatPath(segments.slice(0, done));
  return new RondelError('PLAN_UNKNOWN_PROPERTY', `${placeName(path)} is missing, so nothing in it can be set.`, {
    at: path,
  });
}

function noSuchPlace(value: PlanValue, { segment, at }: Replacement): RondelError {
  const path = formatPath(at.segments.slice(0, at.done));
  const wanted = appendSegment(path, segment);
  return new RondelError('PLAN_UNKNOWN_PROPERTY', `${wanted} cannot be set: ${reasonAgainst(value, segment, path)}`, {
    at: wanted,
  });
}

function reasonAgainst(value: PlanValue, segment: PathSegment, path: string): string {
  if (isList(value)) return `${placeName(path)} is a list of ${value.length}; write a position from 1 in brackets.`;
  if (typeof segment === 'string' && isTag(segment)) return 'names that start with _ are tags.';
  if (!isNode(value)) return `${placeName(path)} is a plain value.`;
  return `${placeName(path)} is a node, not a list.`;
}
