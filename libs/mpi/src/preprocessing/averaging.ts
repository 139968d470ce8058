import { RondelError } from '@rondel/contracts';
import { leakageCorrected } from './leakage.js';
import { frameLength, type Signal, type SignalLayout } from './signal.js';

/** Frames that are averaged into one, in consecutive blocks of `size`; the last block may have fewer. */
export function averagedBlocks(frames: readonly number[], size: number): (readonly number[])[] {
  return Array.from({ length: Math.ceil(frames.length / size) }, (_, block) =>
    frames.slice(block * size, (block + 1) * size),
  );
}

export interface AveragingOptions {
  readonly correctsLeakage: boolean;
  /** Consecutive periods that become one. */
  readonly periods: number;
}

/** The mean of some frames: [period, channel, entry]. */
export function meanFrame(signal: Signal, frames: readonly number[], options: AveragingOptions): Float64Array {
  const length = frameLength(signal.layout);
  const sum = new Float64Array(length);
  for (const frame of frames) {
    const corrected = options.correctsLeakage ? leakageCorrected(signal, frame) : undefined;
    const from = corrected === undefined ? frame * length : 0;
    const values = corrected ?? signal.values;
    for (let index = 0; index < length; index++) sum[index] = (sum[index] ?? 0) + (values[from + index] ?? 0);
  }
  for (let index = 0; index < length; index++) sum[index] = (sum[index] ?? 0) / frames.length;
  return meanPeriods(sum, signal.layout, options.periods);
}

/** Averages consecutive periods of one frame. */
function meanPeriods(values: Float64Array, { periods, channels, width }: SignalLayout, count: number): Float64Array {
  if (count === 1) return values;
  const length = channels * width;
  const means = new Float64Array((periods / count) * length);
  for (let period = 0; period < periods; period++) {
    const to = Math.floor(period / count) * length;
    for (let index = 0; index < length; index++) {
      means[to + index] = (means[to + index] ?? 0) + (values[period * length + index] ?? 0) / count;
    }
  }
  return means;
}

/** Throws `PLAN_INVALID_VALUE` where periods cannot be averaged and then joined in groups of equal size. */
export function requirePeriods(
  periods: number,
  { averages, grouping, at }: { readonly averages: number; readonly grouping: number; readonly at: string },
): void {
  const after = periods / averages;
  const name = Number.isInteger(after) ? 'numPeriodGrouping' : 'numPeriodAverages';
  if (Number.isInteger(after / grouping)) return;
  const [words, count] = name === 'numPeriodAverages' ? ['averaged', averages] : ['joined', grouping];
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `${name} is ${count}, but ${name === 'numPeriodAverages' ? periods : after} periods cannot be ${words} in groups of ${count}.`,
    { at: at === '' ? name : `${at}.${name}` },
  );
}
