import type { TakenQueue } from './taken-queue.js';

export const defaultGiveWayEvery = 8;

/** What a worker has taken so far, by which it decides what comes next. */
export interface TakingTurns {
  /** A sub-job was taken from there. */
  took(queue: TakenQueue): void;
  /** Grows with every sub-job that is taken from the queue's place. Where nothing was taken yet, places are in an order by chance. */
  lastTaking(queue: TakenQueue): number;
  /** Whether one sub-job has to be let through now that all others would go before. True only once. */
  mustGiveWay(): boolean;
}

export function openTakingTurns({
  giveWayEvery = defaultGiveWayEvery,
  firstGivingWay = giveWayEvery,
}: {
  readonly giveWayEvery?: number | undefined;
  readonly firstGivingWay?: number | undefined;
}): TakingTurns {
  let untilGivingWay = firstGivingWay;
  let takings = 0;
  /** The last one of each place. */
  const lastTaking = new Map<string, number>();
  return {
    took({ place }) {
      untilGivingWay -= 1;
      lastTaking.set(place, (takings += 1));
    },
    lastTaking({ place }) {
      const last = lastTaking.get(place) ?? -Math.random();
      lastTaking.set(place, last);
      return last;
    },
    mustGiveWay() {
      if (untilGivingWay > 0) return false;
      untilGivingWay = giveWayEvery;
      return true;
    },
  };
}
