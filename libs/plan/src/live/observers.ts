import { RondelError } from '@rondel/contracts';
import { valueAt } from '../value/edit.js';
import { formatPath, type PathSegment } from '../value/path.js';
import type { PlanNode, PlanValue } from '../value/plan-value.js';
import { isWithin, placeInPlan, type Place } from '../value/place.js';
import type { PlanChange } from './plan-change.js';

/** Something that an observed place went through. */
export type WatchedPlanEvent = {
  /** Where: the observed place, or a place inside it. */
  readonly path: string;
  /** Version of the plan from which on it is so. */
  readonly version: number;
} & ({ readonly value: PlanValue } | { readonly missing: true });

export type PlanObserver = (event: WatchedPlanEvent) => void;

/** Told what an observer threw, and on which event. */
export type ObserverErrorHandler = (error: unknown, event: WatchedPlanEvent) => void;

/** A change that is complete, as observers are told of it. */
export interface CommittedChange {
  readonly version: number;
  readonly before: PlanNode;
  readonly after: PlanNode;
  readonly changes: readonly PlanChange[];
}

export interface Observers {
  on(path: readonly PathSegment[], since: number, observer: PlanObserver): () => void;
  /** Tells everybody, unless called by an observer: then after the change that is being told now. */
  tell(change: CommittedChange): void;
  /** Forgets those who watch a place inside this one, once they were told of this change. */
  dropInside(place: Place, change: CommittedChange): void;
  /** Throws `CONFLICT` when observers have made too many changes while being told of one. */
  admitChange(): void;
}

/** Changes that observers may make, together, while they are told of one that was made outside. */
export const mostNestedChanges = 100;

interface Subscription {
  readonly path: readonly PathSegment[];
  readonly since: number;
  readonly observer: PlanObserver;
  until: number;
}

export function createObservers(onError: ObserverErrorHandler): Observers {
  const subscriptions = new Set<Subscription>();
  const queue: CommittedChange[] = [];
  let telling = false;
  let nested = 0;

  const tellOne = (change: CommittedChange) => {
    for (const subscription of [...subscriptions]) {
      if (change.version <= subscription.since || change.version > subscription.until) continue;
      for (const event of eventsFor(subscription.path, change)) {
        if (subscriptions.has(subscription)) call(subscription.observer, event, onError);
      }
    }
    for (const subscription of subscriptions) {
      if (subscription.until <= change.version) subscriptions.delete(subscription);
    }
  };

  return {
    on(path, since, observer) {
      const subscription = { path, since, observer, until: Infinity };
      subscriptions.add(subscription);
      return () => void subscriptions.delete(subscription);
    },
    tell(change) {
      queue.push(change);
      if (telling) return;
      telling = true;
      try {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) tellOne(next);
      } finally {
        telling = false;
        nested = 0;
      }
    },
    dropInside(place, { before, version }) {
      for (const subscription of subscriptions) {
        const watched = placeInPlan(before, subscription.path);
        const inside = watched.length > place.length && isWithin(place, watched);
        if (inside) subscription.until = Math.min(subscription.until, version);
      }
    },
    admitChange() {
      if (!telling) return;
      nested += 1;
      if (nested <= mostNestedChanges) return;
      throw new RondelError(
        'CONFLICT',
        `Observers changed the plan ${mostNestedChanges} times in answer to one change. Two of them probably answer each other.`,
      );
    },
  };
}

function call(observer: PlanObserver, event: WatchedPlanEvent, onError: ObserverErrorHandler): void {
  try {
    observer(event);
  } catch (error) {
    onError(error, event);
  }
}

function* eventsFor(path: readonly PathSegment[], change: CommittedChange): Generator<WatchedPlanEvent> {
  const { before, after, changes, version } = change;
  const watched = placeInPlan(after, path);
  for (const { at, value } of changes) {
    const place = placeInPlan(after, at);
    if (isWithin(watched, place)) {
      yield eventOf(formatPath(at), { version, value });
    } else if (isWithin(place, watched)) {
      const now = valueAt(after, path);
      if (now !== valueAt(before, path)) yield eventOf(formatPath(path), { version, value: now });
    }
  }
}

function eventOf(
  path: string,
  { version, value }: { version: number; value: PlanValue | undefined },
): WatchedPlanEvent {
  return value === undefined ? { path, version, missing: true } : { path, version, value };
}
