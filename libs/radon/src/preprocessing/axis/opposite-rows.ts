import type { TurnCoverage, TurnedRow } from '../../sinogram/turn-coverage.js';

/** Two projections from opposite sides: each is the other's mirror image at the rotation axis. */
export interface OppositePair {
  readonly a: Float64Array;
  readonly b: Float64Array;
}

/** One sinogram, [angle, detector]. */
export interface SinogramRows {
  readonly data: Float32Array;
  readonly detectors: number;
}

/** An arc that is longer than half a turn by this part has directions that were seen from both sides. */
const opposedPart = 0.1;

/** Projections farther than this many usual distances are nothing to go by. */
const farthest = 2.5;

/**
 * Pairs of opposite projections, smoothed across the detector by a Gaussian of `scale` bins. Where directions were seen from
 * both sides, at most `count` of them are interpolated linearly between neighbours. A scan over half a turn has one pair,
 * where its end meets its mirrored beginning: straight lines through the last and through the first projections, over as
 * many of them as move a point of the detector's edge by about twice the scale.
 *
 * @returns none where the scan does not reach half a turn, or has a gap where its ends meet.
 */
export function oppositePairs(
  sinogram: SinogramRows,
  coverage: TurnCoverage,
  { scale, count }: { readonly scale: number; readonly count: number },
): OppositePair[] {
  const raw = pairsSeen(sinogram, coverage, count) ?? pairAtSeam(sinogram, coverage, scale);
  return raw.map(({ a, b }) => ({ a: smoothed(a, scale), b: smoothed(b, scale) }));
}

/** Pairs of directions that were seen from both sides, by rising angle and not smoothed; undefined where hardly any were. */
export function pairsSeen(
  sinogram: SinogramRows,
  { rows, kind, extent }: TurnCoverage,
  count: number,
): OppositePair[] | undefined {
  const opposed = kind === 'turn' ? Math.PI : extent - Math.PI;
  if (opposed < opposedPart * Math.PI) return undefined;
  const pairs = Math.min(count, Math.floor(rows.length / 2));
  return Array.from({ length: pairs }, (_, index) => {
    const angle = ((index + 0.5) * opposed) / pairs;
    return { a: rowAt(sinogram, rows, angle), b: rowAt(sinogram, rows, angle + Math.PI) };
  });
}

function pairAtSeam(sinogram: SinogramRows, { rows, kind, extent, step }: TurnCoverage, scale: number): OppositePair[] {
  if (kind === 'turn' || Math.PI - extent > 2 * farthest * step) return [];
  const moved = (sinogram.detectors / 2) * step;
  const used = Math.max(2, Math.min(Math.ceil((2 * scale) / moved), Math.floor(rows.length / 4)));
  const seam = (extent + Math.PI) / 2;
  const [first, last] = [rows.slice(0, used), rows.slice(-used)];
  // Gaps elsewhere do not matter; across one beside the seam there is no straight line.
  if ([first, last].some((end) => (end.at(-1)?.angle ?? 0) - (end[0]?.angle ?? 0) > farthest * used * step)) return [];
  return [{ a: lineThrough(sinogram, last, seam), b: lineThrough(sinogram, first, seam - Math.PI) }];
}

/** The projection at an angle of a full turn, between its neighbours. */
function rowAt(sinogram: SinogramRows, rows: readonly TurnedRow[], angle: number): Float64Array {
  const after = rows.findIndex((each) => each.angle >= angle);
  const [left, right] = after <= 0 ? [rows.at(-1), rows[0]] : [rows[after - 1], rows[after]];
  if (left === undefined || right === undefined) return new Float64Array(sinogram.detectors);
  const from = after === 0 ? left.angle - 2 * Math.PI : left.angle;
  const to = after < 0 ? right.angle + 2 * Math.PI : right.angle;
  const weight = to > from ? (angle - from) / (to - from) : 0;
  return weightedSum(sinogram, [
    { row: left.row, weight: 1 - weight },
    { row: right.row, weight },
  ]);
}

/** The value at `angle` of the straight line through these projections, least squares. */
function lineThrough(sinogram: SinogramRows, rows: readonly TurnedRow[], angle: number): Float64Array {
  const mean = rows.reduce((sum, each) => sum + each.angle, 0) / rows.length;
  const spread = rows.reduce((sum, each) => sum + (each.angle - mean) ** 2, 0);
  return weightedSum(
    sinogram,
    rows.map((each) => ({
      row: each.row,
      weight: 1 / rows.length + (spread > 0 ? ((angle - mean) * (each.angle - mean)) / spread : 0),
    })),
  );
}

function weightedSum(
  { data, detectors }: SinogramRows,
  parts: readonly { row: number; weight: number }[],
): Float64Array {
  const sum = new Float64Array(detectors);
  for (const { row, weight } of parts) {
    for (let bin = 0; bin < detectors; bin++) sum[bin] = (sum[bin] ?? 0) + weight * (data[row * detectors + bin] ?? 0);
  }
  return sum;
}

/** The edge values go on beyond the edges. */
function smoothed(row: Float64Array, scale: number): Float64Array {
  const reach = Math.ceil(3 * scale);
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, at) =>
    Math.exp(-((at - reach) ** 2) / (2 * scale ** 2)),
  );
  const total = kernel.reduce((sum, value) => sum + value, 0);
  const last = row.length - 1;
  return row.map((_, bin) => {
    let sum = 0;
    for (let at = 0; at < kernel.length; at++) {
      sum += (kernel[at] ?? 0) * (row[Math.min(last, Math.max(0, bin + at - reach))] ?? 0);
    }
    return sum / total;
  });
}
