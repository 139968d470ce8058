import { RondelError } from '@rondel/contracts';

/** Fields of a `range`: `start` with two of `stop`, `step` and `length`. */
export interface RangeFields {
  readonly start: number;
  readonly stop?: number;
  readonly step?: number;
  readonly length?: number;
  readonly endpoint?: boolean;
}

const mostNumbers = 4_000_000;
/** By how much a number of steps may miss a whole one: rounding of decimal steps, far below any step. */
const tolerance = 1e-9;

/**
 * The numbers of a range, as Julia's `range` has them: from `start` to `stop`, which is among them if a whole number of steps
 * leads there. `endpoint: false` leaves it out: `length` steps then lead there and the last number is one step before.
 *
 * Throws `PLAN_INVALID_VALUE` for a step that does not lead towards `stop`, or `endpoint` without `stop`, and
 * `QUOTA_EXCEEDED` for more than 4,000,000 numbers.
 */
export function rangeNumbers({ start, stop, step, length, endpoint }: RangeFields): number[] {
  if (stop === undefined) {
    if (endpoint !== undefined) throw invalid('endpoint says whether stop is the last number, but there is no stop.');
    return numbers({ start, step: step ?? 1, length: length ?? 1 });
  }
  const included = endpoint ?? true;
  if (step !== undefined) return numbers({ start, step, length: countTo({ start, stop, step, included }) });
  const count = length ?? 1;
  const intervals = included ? count - 1 : count;
  const made = numbers({ start, step: intervals === 0 ? 0 : (stop - start) / intervals, length: count });
  return included && intervals > 0 ? made.with(-1, stop) : made;
}

interface Steps {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
  readonly included: boolean;
}

function countTo({ start, stop, step, included }: Steps): number {
  const steps = (stop - start) / step;
  if (!(steps >= 0) || !Number.isFinite(steps)) throw invalid(`steps of ${step} do not lead from ${start} to ${stop}.`);
  const whole = Math.round(steps);
  const arrives = Math.abs(steps - whole) <= tolerance * Math.max(1, steps);
  const count = arrives ? whole + Number(included) : Math.floor(steps) + 1;
  if (count > mostNumbers) {
    throw new RondelError(
      'QUOTA_EXCEEDED',
      `A range has at most ${mostNumbers} numbers, this one would have ${count}.`,
    );
  }
  if (count === 0) throw invalid(`from ${start} to ${stop} without stop there is no number.`);
  return count;
}

function numbers({ start, step, length }: { start: number; step: number; length: number }): number[] {
  return Array.from({ length }, (_, index) => start + index * step);
}

function invalid(reason: string): RondelError {
  return new RondelError('PLAN_INVALID_VALUE', `The range is none: ${reason}`);
}
