import { isRondelError, RondelError, throwProblems } from '@rondel/contracts';
import { findProperty } from '../check/catalog-index.js';
import { holdsFile } from '../check/conform-file.js';
import { assignAt, definitionAt } from '../set/assign-at.js';
import { clearAt, valueAt } from '../value/edit.js';
import { formatPath } from '../value/path.js';
import type { AssignmentRules } from '../set/set-parameters.js';
import { unwrapUnion, type PlanNode, type PlanValue } from '../value/plan-value.js';
import { problemList } from '../check/problem-list.js';
import { isOnWorker, resolveLinkFunction, type LinkFunction, type LinkFunctions } from '../links/link-functions.js';
import type { PlanLink } from '../links/links.js';
import { isWithin, type Place } from '../value/place.js';

/** What a live plan is held against. */
export interface PlanRules extends AssignmentRules {
  readonly functions: LinkFunctions;
}

export interface Followed {
  readonly tree: PlanNode;
  /** Places that links set. */
  readonly set: readonly Place[];
  /** Keys of links that have stopped following. */
  readonly released: ReadonlySet<string>;
}

interface Change {
  readonly before: PlanNode;
  readonly tree: PlanNode;
  /** What was set by hand. */
  readonly touched: readonly Place[];
  readonly links: readonly PlanLink[];
  readonly released: ReadonlySet<string>;
}

/**
 * Lets links follow a change made by hand, and each other, until nothing moves; links have no cycles. A link whose target
 * was set by hand, or by another link, stops following. Throws what the function throws or the target does not take, as
 * `PLAN_INVALID_VALUE`.
 */
export function followLinks(change: Change, rules: PlanRules): Followed {
  const released = new Set(change.released);
  const set: Place[] = [];
  for (const link of change.links) if (touches(change, link.target, change.touched)) released.add(link.key);
  let tree = change.tree;
  let moved = change.touched;
  while (moved.length > 0) {
    const firing = change.links.filter(
      (link) => !released.has(link.key) && touches({ before: change.before, tree }, link.source, moved),
    );
    moved = [];
    for (const link of firing) {
      if (released.has(link.key)) continue;
      tree = fire(tree, link, rules);
      moved = [...moved, link.target];
      releaseRivals(change.links, link, released);
    }
    set.push(...moved);
  }
  return { tree, set, released };
}

/** Whether changes at these places change a place, or something in it. */
function touches({ before, tree }: Pick<Change, 'before' | 'tree'>, place: Place, touched: readonly Place[]): boolean {
  return touched.some((changed) => {
    if (isWithin(place, changed)) return true;
    return isWithin(changed, place) && valueAt(before, place) !== valueAt(tree, place);
  });
}

function releaseRivals(links: readonly PlanLink[], winner: PlanLink, released: Set<string>): void {
  for (const link of links) {
    if (link !== winner && formatPath(link.target) === formatPath(winner.target)) released.add(link.key);
  }
}

function fire(tree: PlanNode, link: PlanLink, rules: PlanRules): PlanNode {
  const apply = functionOf(link, rules);
  if (isOnWorker(apply)) return leftOpen(tree, link, rules);
  const source = valueAt(tree, link.source);
  if (source === undefined) return clearAt(tree, link.target);
  const problems = problemList();
  const value = computed(link, unwrapUnion(source), apply);
  const changed = assignAt(rules.index, tree, { path: link.target, value, problems });
  throwProblems(problems.all());
  if (changed !== undefined) return changed;
  throw new RondelError('PLAN_UNKNOWN_PROPERTY', `${nameOf(link)}, but the plan has no such property.`, {
    at: formatPath(link.target),
  });
}

function functionOf(link: PlanLink, { functions }: PlanRules): LinkFunction {
  const apply = resolveLinkFunction(functions, link.function);
  if (apply !== undefined) return apply;
  throw new RondelError('INTERNAL', `The function of a link was not checked: ${nameOf(link)}.`);
}

/**
 * What the property said belonged to the data before. One that names a file itself stays: no function makes a file, so the
 * link was written the wrong way round.
 */
function leftOpen(tree: PlanNode, { target }: PlanLink, { index }: PlanRules): PlanNode {
  const name = target.at(-1);
  const holder = definitionAt(index, tree, target.slice(0, -1));
  const property = holder && typeof name === 'string' ? findProperty(holder.definition, name) : undefined;
  return valueAt(tree, target) === undefined || holdsFile(property?.schema) ? tree : clearAt(tree, target);
}

function computed(link: PlanLink, source: PlanValue, apply: LinkFunction): PlanValue {
  try {
    return apply(source);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RondelError('PLAN_INVALID_VALUE', `${nameOf(link)}, which failed: ${reason}`, {
      at: formatPath(link.target),
      ...(isRondelError(error) && { details: error.failure.details }),
      cause: error,
    });
  }
}

function nameOf({ target, source, function: { name } }: PlanLink): string {
  return `${formatPath(target)} follows ${formatPath(source)} through ${name}`;
}
