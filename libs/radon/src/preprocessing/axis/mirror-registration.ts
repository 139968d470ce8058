import type { OppositePair } from './opposite-rows.js';

/** Where pairs are each other's mirror image, and how sure that is. */
export interface Registration {
  /** Bins from 0. */
  readonly center: number;
  /** Standard deviation to expect from how the pairs differ there, bins. */
  readonly deviation: number;
  /** Mean squared difference of the pairs there, over the sum of their variances: 0 to about 1. */
  readonly mismatch: number;
}

/** Where the detector may have its axis: what is mirrored there must overlap, and hold something. */
export interface SearchRange {
  readonly from: number;
  readonly to: number;
}

export interface CoarseRegistration extends Registration {
  readonly range: SearchRange;
  /** The least mismatch of an axis that is somewhere else altogether. */
  readonly elsewhere: number;
}

/** Overlap of the mirrored rows: at least this part of the detector, and this many bins. */
const leastOverlap = { part: 0.04, bins: 8 };

/** A window with less than this part of the usual variance holds air, which is like any other air. */
const leastVariance = 0.002;

/** An axis this far from the best is another one: part of the detector, and bins. */
const elsewhereFrom = { part: 0.03, bins: 4 };

const goldenRatio = (Math.sqrt(5) - 1) / 2;
const refinements = 20;

/** Bins that a Gaussian of one bin averages over, 2 sqrt(pi). */
const averagedBins = 3.5;

/** Looks at every axis on the detector in steps of half a bin, at most 2000. Undefined where none can be looked at. */
export function registerAnywhere(pairs: readonly OppositePair[], scale: number): CoarseRegistration | undefined {
  const detectors = pairs[0]?.a.length ?? 0;
  const usual = usualVariance(pairs);
  const step = Math.max(0.5, detectors / 2000);
  const stride = Math.max(1, Math.floor(detectors / 512));
  const looked = Array.from({ length: Math.floor((detectors - 1) / step) + 1 }, (_, at) => at * step)
    .map((center) => ({ center, mismatch: comparedAt(pairs, center, { usual, stride }).mismatch }))
    .filter(({ mismatch }) => mismatch < Infinity);
  const best = looked.reduce((least, each) => (each.mismatch < least.mismatch ? each : least), {
    center: 0,
    mismatch: Infinity,
  });
  const [first] = looked;
  const last = looked.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const far = Math.max(elsewhereFrom.bins, elsewhereFrom.part * detectors);
  const elsewhere = looked
    .filter(({ center }) => Math.abs(center - best.center) > far)
    .reduce((least, { mismatch }) => Math.min(least, mismatch), Infinity);
  const range = { from: first.center, to: last.center };
  return { ...registerNear(pairs, best.center, { reach: 2 * step, scale }), range, elsewhere };
}

/** The best axis within `reach` bins, looked at in steps of half the scale first, as there may be several that are good. */
export function registerWithin(
  pairs: readonly OppositePair[],
  center: number,
  { reach, scale }: { readonly reach: number; readonly scale: number },
): Registration | undefined {
  const usual = usualVariance(pairs);
  const step = scale / 2;
  const steps = Math.ceil(reach / step);
  const best = Array.from({ length: 2 * steps + 1 }, (_, at) => center + (at - steps) * step)
    .map((at) => ({ at, mismatch: comparedAt(pairs, at, { usual, stride: 1 }).mismatch }))
    .reduce((least, each) => (each.mismatch < least.mismatch ? each : least), { at: center, mismatch: Infinity });
  return best.mismatch < Infinity ? registerNear(pairs, best.at, { reach: step, scale }) : undefined;
}

/**
 * The best axis within `reach` bins, by the mean squared difference: relative to the variance it would be drawn to the middle
 * of the detector, where mirrored rows have more in common.
 */
export function registerNear(
  pairs: readonly OppositePair[],
  center: number,
  { reach, scale }: { readonly reach: number; readonly scale: number },
): Registration {
  const usual = usualVariance(pairs);
  const detectors = pairs[0]?.a.length ?? 0;
  const overlap = 2 * Math.min(center, detectors - 1 - center) + 1;
  // The same bins beside every axis: with fewer of the noisy ones in the middle of an object, any would look better.
  const half = Math.max(overlap / 2 - reach, overlap / 4);
  const compared = (at: number) => comparedAt(pairs, at, { usual, stride: 1, half });
  const cost = (at: number) => compared(at).difference;
  let low = center - reach;
  let high = center + reach;
  for (let refinement = 0; refinement < refinements; refinement++) {
    const width = goldenRatio * (high - low);
    if (cost(high - width) < cost(low + width)) high = low + width;
    else low = high - width;
  }
  const best = (low + high) / 2;
  const { difference, mismatch } = compared(best);
  const curvature = (cost(best - 2) + cost(best + 2) - 2 * difference) / 8;
  const independent = Math.max(1, (pairs.length * 2 * half) / (averagedBins * scale));
  // Where the pairs differ no more beside it, nothing tells the axis from its neighbours.
  const isTold = curvature > 0 && curvature < Infinity;
  const deviation = isTold ? Math.min(reach, Math.sqrt(difference / (curvature * independent))) : reach;
  return { center: best, deviation, mismatch };
}

function usualVariance(pairs: readonly OppositePair[]): number {
  const variances = pairs
    .flatMap(({ a, b }) => [a, b])
    .map((row) => {
      const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
      return row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
    });
  return variances.reduce((sum, value) => sum + value, 0) / Math.max(1, variances.length);
}

/** How pairs of rows differ. */
interface Comparison {
  /** Mean squared. */
  readonly difference: number;
  /** See `Registration`. */
  readonly mismatch: number;
}

const incomparable: Comparison = { difference: Infinity, mismatch: Infinity };

/** How the pairs differ when one of each is mirrored at `center`, over what they have in common or `half` bins on either side. */
function comparedAt(
  pairs: readonly OppositePair[],
  center: number,
  { usual, stride, half = Infinity }: { readonly usual: number; readonly stride: number; readonly half?: number },
): Comparison {
  const detectors = pairs[0]?.a.length ?? 0;
  const from = Math.ceil(Math.max(0, 2 * center - (detectors - 1), center - half));
  const to = Math.floor(Math.min(detectors - 1, 2 * center, center + half));
  const least = Math.min(2 * half, Math.max(leastOverlap.bins, leastOverlap.part * detectors));
  if (to - from + 1 < least) return incomparable;
  let difference = 0;
  let varianceA = 0;
  let varianceB = 0;
  let counted = 0;
  for (const { a, b } of pairs) {
    let [n, sumA, sumB, squaresA, squaresB] = [0, 0, 0, 0, 0];
    for (let bin = from; bin <= to; bin += stride) {
      const mirrored = 2 * center - bin;
      const left = Math.min(Math.floor(mirrored), detectors - 2);
      const here = a[bin] ?? 0;
      const there = (b[left] ?? 0) * (1 - mirrored + left) + (b[left + 1] ?? 0) * (mirrored - left);
      difference += (here - there) ** 2;
      n += 1;
      sumA += here;
      sumB += there;
      squaresA += here * here;
      squaresB += there * there;
    }
    varianceA += squaresA - (sumA * sumA) / n;
    varianceB += squaresB - (sumB * sumB) / n;
    counted += n;
  }
  if (!(Math.min(varianceA, varianceB) > leastVariance * usual * counted)) return incomparable;
  return { difference: difference / counted, mismatch: difference / (varianceA + varianceB) };
}
