import { RondelError } from '@rondel/contracts';
import type { Static } from '@rondel/contracts/schema';
import type { positions } from '../manifest/frequency-filters.js';

const most = 1_000_000;

/**
 * Positions as a plan has them, in their order: a list, or all of a range, `stop` included. Counted from 1, as there.
 *
 * Throws `PLAN_INVALID_VALUE` for a range of more positions than a list may have.
 */
export function listedPositions(given: Static<typeof positions>): number[] {
  if (Array.isArray(given)) return [...given];
  const { start, stop, step = 1 } = typeof given === 'string' ? rangeOf(given) : given;
  const count = Math.max(0, Math.floor((stop - start) / step) + 1);
  if (count > most) {
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `A range of positions may have ${most}, got ${count} from ${start} to ${stop}.`,
    );
  }
  return Array.from({ length: count }, (_, index) => start + index * step);
}

/** `start:stop` or `start:step:stop`, as Julia writes it. */
function rangeOf(word: string): { start: number; stop: number; step?: number } {
  const [start = 1, second = 0, third] = word.split(':').map(Number);
  return third === undefined ? { start, stop: second } : { start, step: second, stop: third };
}
