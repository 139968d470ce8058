import type { Redis } from 'ioredis';
import { firstSubjobs } from './first-subjobs.js';
import { longestWaitMs } from './marker-wait.js';
import type { TakenQueue } from './taken-queue.js';

/** A worker whose slots are all taken looks at the other queues this often, in case what lies there comes first. */
const peekEveryMs = 100;

/** The queues that a worker takes sub-jobs from, and on which of them something may lie. */
export interface ServedQueues {
  all(): TakenQueue[];
  has(queue: TakenQueue): boolean;
  /** Those on which something may lie. */
  ready(): TakenQueue[];
  /** From now on these and no others. False when they were the same before. */
  change(names: readonly string[]): boolean;
  /** Something may lie there; of no account for a queue that is not served any more. */
  mayHold(queue: TakenQueue): void;
  /** Nothing lies there. */
  foundEmpty(queue: TakenQueue): void;
  /** Where the marker lay something may lie; without one, after a wait in vain, anywhere. */
  hear(marker: string | undefined): void;
  /** How often that was. Who asked a queue meanwhile may have asked too early. */
  timesHeard(): number;
  /** Sub-jobs of the same queue follow each other without a look at the others, so these are looked at now and then. */
  peek(busy: TakenQueue): Promise<void>;
}

export function openServedQueues(redis: Redis, open: (name: string) => TakenQueue): ServedQueues {
  const served = new Map<string, TakenQueue>();
  const ready = new Set<TakenQueue>();
  let heard = 0;
  let peekedAt = 0;
  let lookedAt = 0;

  const has = (queue: TakenQueue) => served.get(queue.name) === queue;
  const mayHold = (queue: TakenQueue) => {
    if (has(queue)) ready.add(queue);
  };
  const lookAtAll = () => {
    lookedAt = performance.now();
    for (const queue of served.values()) ready.add(queue);
  };
  return {
    all: () => [...served.values()],
    has,
    ready: () => [...ready],
    change(names) {
      const before = served.size;
      for (const [name, queue] of served) {
        if (names.includes(name)) continue;
        served.delete(name);
        ready.delete(queue);
      }
      const fewer = served.size < before;
      const added = names.filter((name) => !served.has(name)).map(open);
      for (const queue of added) {
        served.set(queue.name, queue);
        ready.add(queue);
      }
      return added.length > 0 || fewer;
    },
    mayHold,
    foundEmpty: (queue) => void ready.delete(queue),
    hear(marker) {
      heard += 1;
      if (marker === undefined) lookAtAll();
      for (const queue of served.values()) if (queue.layout.marker === marker) ready.add(queue);
    },
    timesHeard: () => heard,
    async peek(busy) {
      const at = performance.now();
      if (at - lookedAt >= longestWaitMs) {
        lookAtAll();
        return;
      }
      const others = [...served.values()].filter((queue) => queue !== busy && !ready.has(queue));
      if (others.length === 0 || at - peekedAt < peekEveryMs) return;
      peekedAt = at;
      for (const { queue, score } of await firstSubjobs(redis, others)) if (score !== undefined) mayHold(queue);
    },
  };
}
