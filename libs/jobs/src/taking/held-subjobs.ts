import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { lockMs, type TakenSubjob } from './taken-queue.js';

/** Sub-jobs that a worker has taken and not let go yet. Their locks are renewed. */
export interface HeldSubjobs {
  /** How many have a slot. */
  inSlots(): number;
  /** Gives a sub-job a slot, until its work is over or it is released. */
  hold(taken: TakenSubjob, work: () => Promise<void>): void;
  /** Its slot is free, and it is let go unless it pauses. */
  release(taken: TakenSubjob): void;
  /** Resolves when a slot becomes free; also on `hurry`. */
  released(): Promise<void>;
  /** Holds a sub-job without a slot for a while, and until it is put back. */
  pause(taken: TakenSubjob, pause: Pause): Promise<void>;
  /** All pauses are over. */
  hurry(): void;
  /** Resolves when all work is over. */
  close(): Promise<void>;
}

interface Pause {
  readonly milliseconds: number;
  /** Tells what ends the pause before its time; returns how to stop that. */
  readonly listen: (end: () => void) => () => void;
  readonly putBack: () => Promise<unknown>;
}

/** @param complain Hears of work that fails, and of locks that could not be renewed. */
export function openHeldSubjobs(redis: Redis, complain: (thrown: unknown) => void): HeldSubjobs {
  const inSlots = new Set<TakenSubjob>();
  const pausing = new Map<TakenSubjob, AbortController>();
  const works = new Set<Promise<void>>();
  let tellReleased: () => void = () => undefined;

  const renew = () => {
    const locked = [...inSlots, ...pausing.keys()];
    for (const queue of new Set(locked.map((taken) => taken.queue)))
      queue.renew(locked.filter((taken) => taken.queue === queue)).catch(complain);
  };
  const renewal = setInterval(renew, lockMs / 4);
  // Locks may have run out while Redis was away: before anybody looks for those of dead workers.
  redis.on('ready', renew);

  const release = (taken: TakenSubjob) => {
    inSlots.delete(taken);
    tellReleased();
  };
  return {
    inSlots: () => inSlots.size,
    hold(taken, work) {
      inSlots.add(taken);
      const over = work()
        .catch(complain)
        .finally(() => release(taken));
      works.add(over);
      void over.finally(() => works.delete(over));
    },
    release,
    released: () => new Promise((resolve) => (tellReleased = resolve)),
    async pause(taken, { milliseconds, listen, putBack }) {
      if (milliseconds > 0) {
        const end = new AbortController();
        const stopListening = listen(() => end.abort());
        pausing.set(taken, end);
        release(taken);
        await sleepUntil(end.signal, milliseconds);
        stopListening();
      }
      await putBack().finally(() => pausing.delete(taken));
    },
    hurry() {
      tellReleased();
      for (const end of pausing.values()) end.abort();
    },
    async close() {
      while (works.size > 0) await Promise.all(works);
      clearInterval(renewal);
      redis.off('ready', renew);
    },
  };
}

/** Until then, or until the signal is aborted. */
async function sleepUntil(signal: AbortSignal, milliseconds: number): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
