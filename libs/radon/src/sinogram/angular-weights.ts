/** Gaps above this many times the median gap are parts of the half turn that nobody measured. */
const missingGapFactor = 10;

/** Angles closer than this (rad) count as measured twice. */
const repeatedAngle = 1e-6;

export interface AngularWeights {
  /** Share of the half turn that each projection stands for, rad, in the order of the angles. */
  readonly weights: Float64Array;
  /** Part of the half turn that no projection stands for, rad; 0 for a complete scan. */
  readonly missing: number;
}

/**
 * Weights of the sum over angles in filtered backprojection: the trapezoid rule over the angles modulo pi, closed into
 * a circle, as a projection repeats mirrored after half a turn. Evenly spaced angles get pi / n; an angle measured twice
 * shares its weight. A gap of more than ten times the median is a missing wedge: its ends count half a median gap
 * towards it.
 */
export function angularWeights(angles: Float64Array): AngularWeights {
  const folded = Float64Array.from(angles, (angle) => angle - Math.PI * Math.floor(angle / Math.PI));
  const order = Array.from(folded.keys()).sort((a, b) => valueAt(folded, a) - valueAt(folded, b));
  const gaps = order.map((current, rank) => gapAfter(folded, current, order[rank + 1] ?? order[0] ?? 0));
  const typical = median(gaps.filter((gap) => gap > repeatedAngle));
  const counted = gaps.map((gap) => (gap > missingGapFactor * typical ? typical : gap));
  const weights = new Float64Array(angles.length);
  order.forEach((index, rank) => {
    weights[index] = (valueAt(counted, rank) + (counted.at(rank - 1) ?? 0)) / 2;
  });
  const missing = gaps.reduce((total, gap, rank) => total + gap - valueAt(counted, rank), 0);
  return { weights, missing };
}

function gapAfter(folded: Float64Array, current: number, next: number): number {
  const gap = valueAt(folded, next) - valueAt(folded, current);
  return current === next || gap < 0 ? gap + Math.PI : gap;
}

function median(values: readonly number[]): number {
  if (values.length === 0) return Math.PI;
  const sorted = [...values].sort((a, b) => a - b);
  return valueAt(sorted, Math.floor(sorted.length / 2));
}

function valueAt(values: ArrayLike<number>, index: number): number {
  return values[index] ?? 0;
}
