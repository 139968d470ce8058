import type { Redis } from 'ioredis';
import { executed, guarded, openWaiting } from '../redis/connection.js';

/** Waits for markers of any number of queues over one connection of its own. */
export interface MarkerWait {
  /**
   * Takes the first marker that is or comes on one of the given keys, which it returns; undefined when time is up or `wake` was
   * called. Must not be called again before it has answered. Throws `SERVICE_UNAVAILABLE`.
   */
  next(keys: readonly string[], seconds: number): Promise<string | undefined>;
  /** Ends the wait that is under way, or the next one. */
  wake(): Promise<void>;
  close(): void;
}

/** A wait for markers ends after that, so that a marker that a dying worker took with it is missed for no longer. */
export const longestWaitMs = 5000;
/** A blocking command that has not answered so long after its time has lost its connection unnoticed. */
const overdueMs = 1000;
/** The key outlives a process that died before it saw that it was woken. */
const wakeSeconds = 60;

/**
 * @param wakeKey Nobody else's; waking puts something there.
 * @param redis For commands that do not block.
 */
export function openMarkerWait(
  redis: Redis,
  { redisUrl, wakeKey, onError }: { redisUrl: string; wakeKey: string; onError: (error: Error) => void },
): MarkerWait {
  const waiting = openWaiting(redisUrl, onError);
  return {
    async next(keys, seconds) {
      const overdue = setTimeout(
        () => {
          // One that is being made already must be left to it.
          if (waiting.status === 'ready') waiting.disconnect(true);
        },
        seconds * 1000 + overdueMs,
      );
      try {
        const found = await guarded(waiting.bzpopmin([wakeKey, ...keys], seconds));
        return found === null || found[0] === wakeKey ? undefined : found[0];
      } finally {
        clearTimeout(overdue);
      }
    },
    async wake() {
      await executed(redis.multi().zadd(wakeKey, 0, 'wake').expire(wakeKey, wakeSeconds));
    },
    close: () => waiting.disconnect(),
  };
}
