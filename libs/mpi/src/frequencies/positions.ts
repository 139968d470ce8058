import type { Static } from '@rondel/contracts/schema';
import type { positions } from '../manifest/frequency-filters.js';

/** Positions as a plan has them, in their order: a list, or all of a range, `stop` included. Counted from 1, as there. */
export function listedPositions(given: Static<typeof positions>): number[] {
  if (!('start' in given)) return [...given];
  const { start, stop, step = 1 } = given;
  return Array.from({ length: Math.max(0, Math.floor((stop - start) / step) + 1) }, (_, index) => start + index * step);
}
