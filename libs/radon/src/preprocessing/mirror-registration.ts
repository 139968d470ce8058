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
    .map((center) => ({ center, mismatch: mismatchAt(pairs, center, { usual, stride }) }))
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

/** The best axis within `reach` bins. */
export function registerNear(
  pairs: readonly OppositePair[],
  center: number,
  { reach, scale }: { readonly reach: number; readonly scale: number },
): Registration {
  const usual = usualVariance(pairs);
  const cost = (at: number) => mismatchAt(pairs, at, { usual, stride: 1 });
  let low = center - reach;
  let high = center + reach;
  for (let refinement = 0; refinement < refinements; refinement++) {
    const width = goldenRatio * (high - low);
    if (cost(high - width) < cost(low + width)) high = low + width;
    else low = high - width;
  }
  const best = (low + high) / 2;
  const mismatch = cost(best);
  const curvature = (cost(best - 2) + cost(best + 2) - 2 * mismatch) / 8;
  const detectors = pairs[0]?.a.length ?? 0;
  const overlap = 2 * Math.min(best, detectors - 1 - best) + 1;
  const independent = Math.max(1, (pairs.length * overlap) / (averagedBins * scale));
  const deviation = curvature > 0 && curvature < Infinity ? Math.sqrt(mismatch / (curvature * independent)) : 0;
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

/** How the pairs differ when one of each is mirrored at `center`, over what they have in common. */
function mismatchAt(
  pairs: readonly OppositePair[],
  center: number,
  { usual, stride }: { readonly usual: number; readonly stride: number },
): number {
  const detectors = pairs[0]?.a.length ?? 0;
  const from = Math.max(0, Math.ceil(2 * center - (detectors - 1)));
  const to = Math.min(detectors - 1, Math.floor(2 * center));
  if (to - from + 1 < Math.max(leastOverlap.bins, leastOverlap.part * detectors)) return Infinity;
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
  if (!(Math.min(varianceA, varianceB) > leastVariance * usual * counted)) return Infinity;
  return difference / (varianceA + varianceB);
}
