import { setImmediate } from 'node:timers/promises';
import { RondelError } from '@rondel/contracts';

/** Messages wait this long at most for work that is cut into short pieces. */
const longestMs = 20;

/**
 * To be awaited between pieces of work: lets messages in and out once 20 ms have gone by without. Throws `CANCELLED` when one
 * of them said stop.
 */
export function takingTurns(): (signal?: AbortSignal) => Promise<void> {
  let since = performance.now();
  return async (signal) => {
    if (performance.now() - since >= longestMs) {
      await setImmediate();
      since = performance.now();
    }
    if (signal?.aborted === true) throw new RondelError('CANCELLED', 'The reconstruction was cancelled.');
  };
}
