import type { SessionProperty } from '@rondel/contracts';
import {
  formatPath,
  isNode,
  isWithin,
  parsePath,
  placeInPlan,
  unwrapUnion,
  valueAt,
  type WatchedPlan,
  type ValueTransform,
} from '@rondel/plan';
import type { SessionStep } from './held-session.js';
import { presentProperty } from './property-view.js';

/** What a reader of events wants to hear. */
export interface Watch {
  /** Path of a property or node; the whole plan without. */
  readonly property?: string | undefined;
  readonly transform?: ValueTransform | undefined;
}

/** What one step means to a watcher, in order. A property that holds no node is told as a whole, and once. */
export function eventsOf({ version, changes, tree }: SessionStep, { property, transform }: Watch): SessionProperty[] {
  if (property === undefined) {
    return changes.map(({ at, value }) => presentProperty({ path: formatPath(at), version, value }, transform));
  }
  const watched = placeInPlan(tree, parsePath(property));
  const touching = changes.filter(({ at }) => {
    const place = placeInPlan(tree, at);
    return isWithin(watched, place) || isWithin(place, watched);
  });
  if (touching.length === 0) return [];
  const value = valueAt(tree, property);
  if (transform === undefined && value !== undefined && isNode(unwrapUnion(value))) {
    const inside = touching.filter(({ at }) => isWithin(watched, placeInPlan(tree, at)));
    if (inside.length > 0) {
      return inside.map((change) =>
        presentProperty({ path: formatPath(change.at), version, value: change.value }, undefined),
      );
    }
  }
  return [presentProperty({ path: property, version, value }, transform)];
}

/** Whether a watcher watches something inside a node that was cleared: there is nothing more to tell it, as in Julia. */
export function endsWatch({ before, cleared }: SessionStep, { property }: Watch): boolean {
  if (property === undefined) return false;
  const watched = placeInPlan(before, parsePath(property));
  return cleared.some((place) => watched.length > place.length && isWithin(place, watched));
}

/** What a watcher hears when it is not known what it missed. */
export function restarted(plan: WatchedPlan, { property, transform }: Watch): { type: string; data: unknown } {
  const { version } = plan;
  if (property === undefined) return { type: 'restart', data: { version } };
  const value = valueAt(plan.tree, property);
  return { type: 'change', data: presentProperty({ path: property, version, value }, transform) };
}
