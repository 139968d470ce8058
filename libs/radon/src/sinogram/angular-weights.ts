/** Gaps above this many times the typical gap are parts of the half turn that nobody measured. */
const missingGapFactor = 10;

export interface AngularWeights {
  /** Share of the half turn that each projection stands for, rad, in the order of the angles. */
  readonly weights: Float64Array;
  /** Part of the half turn that no projection stands for, rad; 0 for a complete scan. */
  readonly missing: number;
}

/**
 * Weights of the sum over angles in filtered backprojection: the trapezoid rule over the angles modulo pi, closed into
 * a circle, as a projection repeats mirrored after half a turn. Evenly spaced angles get pi / n; an angle measured twice
 * shares its weight. A gap of more than ten times the typical one is a missing wedge: its ends count half a typical gap
 * towards it.
 */
export function angularWeights(angles: Float64Array): AngularWeights {
  const folded = Float64Array.from(angles, (angle) => angle - Math.PI * Math.floor(angle / Math.PI));
  const order = Array.from(folded.keys()).sort((a, b) => valueAt(folded, a) - valueAt(folded, b));
  const gaps = order.map((current, rank) => gapAfter(folded, current, order[rank + 1] ?? order[0] ?? 0));
  const typical = typicalGap(gaps);
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

/**
 * The gap in which the half turn's points lie, at the median, where anything was measured: scans over several turns repeat
 * their angles nearly, so most gaps may be next to nothing. The longest gap is left out, as it may be the missing wedge.
 */
function typicalGap(gaps: readonly number[]): number {
  const sorted = [...gaps].sort((a, b) => a - b).slice(0, -1);
  const length = sorted.reduce((sum, gap) => sum + gap, 0);
  let passed = 0;
  const found = sorted.find((gap) => (passed += gap) > length / 2);
  return found ?? Math.PI;
}

function valueAt(values: ArrayLike<number>, index: number): number {
  return values[index] ?? 0;
}
