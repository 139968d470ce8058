import { emptyVector, fourierTransform, realFourierTransform, type ComplexVector } from '@rondel/compute/fourier';
import type { FoundAxis } from './rotation-center.js';
import { smoothRows, type Rows } from './smooth-rows.js';
import { shiftRow } from './spline-shift.js';

export interface VoOptions {
  /** Shifts of the mirrored rows at which the coarse search begins and ends, bins. */
  readonly smin: number;
  readonly smax: number;
  /** How far the fine search looks, and its steps, bins. */
  readonly srad: number;
  readonly step: number;
  /** Width of the object over that of the detector. */
  readonly ratio: number;
  /** Low frequencies along the angles that do not count. */
  readonly drop: number;
}

/** Larger sinograms are looked at in bins of four first. */
const largeSinogram = 4e6;
const binning = 4;

/**
 * The axis between `smin` and `smax` at which a sinogram over half a turn, continued by its mirror image, has the least magnitude
 * outside the double wedge of its Fourier transform: in half bins of rows smoothed along the angles, then in steps of `step`.
 *
 * Vo, Drakopoulos, Atwood, Reinhard, Optics Express 22 (2014) 19078, as `find_center_vo` of TomoPy.
 *
 * @param rows Line integrals, by rising angle.
 */
export function findCenterVo(rows: Rows, { smin, smax, srad, step, ratio, drop }: VoOptions): FoundAxis {
  const width = rows[0]?.length ?? 1;
  const factor = rows.length * width > largeSinogram ? binning : 1;
  const coarseRows = binned(smoothRows(rows, { across: 3, along: 1 }), factor);
  const coarse = searchCoarse(coarseRows, { from: smin / factor, to: smax / factor, ratio, drop });
  const start = factor * coarse.center + (factor - 1) / 2;
  const center = searchFine(smoothRows(rows, { across: 2, along: 2 }), { start, srad, step, ratio, drop });
  const found = { center, uncertainty: step / 2 };
  if (!coarse.isAtEnd) return found;
  return { ...found, doubt: `the search from smin ${smin} to smax ${smax} ends there, so it may be farther off` };
}

function binned(rows: Rows, factor: number): Float64Array[] {
  if (factor === 1) return [...rows];
  return rows.map((row) =>
    Float64Array.from({ length: Math.floor(row.length / factor) }, (_, bin) =>
      row.subarray(bin * factor, (bin + 1) * factor).reduce((sum, value) => sum + value, 0),
    ),
  );
}

interface Wedge {
  readonly ratio: number;
  readonly drop: number;
}

function searchCoarse(rows: Rows, { from, to, ...wedge }: Wedge & { readonly from: number; readonly to: number }) {
  const width = rows[0]?.length ?? 1;
  const middle = (width - 1) / 2;
  const within = (shift: number) => Math.trunc(Math.min(width - 1, Math.max(0, shift + middle)) - middle);
  const [first, last] = [within(from), within(to)];
  const mismatch = mismatchOf(rows, wedge);
  const shifts = Array.from({ length: last - first + 1 }, (_, at) => first + at);
  const costs = shifts.map((shift) =>
    mismatch(shift, (row) => row.map((_, bin) => row[(((bin - shift) % width) + width) % width] ?? 0)),
  );
  const best = leastOf(costs);
  return { center: middle + (shifts[best] ?? 0) / 2, isAtEnd: best === 0 || best === shifts.length - 1 };
}

function searchFine(
  rows: Rows,
  { start, srad, step, ...wedge }: Wedge & { readonly start: number; readonly srad: number; readonly step: number },
): number {
  const width = rows[0]?.length ?? 1;
  const middle = (width - 1) / 2;
  const reach = Math.max(1, Math.min(width / 4, srad));
  const around = Math.min(width - reach - 1, Math.max(reach, start));
  const centers = Array.from({ length: Math.ceil((2 * reach + step) / step) }, (_, at) => around - reach + at * step);
  const mismatch = mismatchOf(rows, wedge);
  const costs = centers.map((center) => {
    const shift = 2 * (center - middle);
    return mismatch(shift, (row) => shiftRow(row, shift, 'zero'));
  });
  return centers[leastOf(costs)] ?? start;
}

function leastOf(costs: readonly number[]): number {
  return costs.reduce((best, cost, at) => (cost < (costs[best] ?? Infinity) ? at : best), 0);
}

/** The magnitude outside the wedge of rows that are continued by their mirrored ones, these moved by a number of bins. */
function mismatchOf(rows: Rows, { ratio, drop }: Wedge) {
  const width = rows[0]?.length ?? 1;
  const count = 2 * rows.length;
  const limits = wedgeLimits({ rows: count, width, radius: 0.5 * ratio * width, drop });
  const columns = limits.reduce((most, limit) => Math.max(most, limit), 0);
  const forward = realFourierTransform(width);
  const own = rows.map((row) => forward(row));
  const flipped = rows.map((row) => row.slice().reverse());
  const transform = fourierTransform(count);
  const [column, spectrum] = [emptyVector(count), emptyVector(count)];
  return (shift: number, moved: (row: Float64Array) => Float64Array): number => {
    const other = flipped.map((row, index) => {
      const mirror = moved(row);
      // What moves in from outside is taken from the row that is as far from the seam.
      const substitute = rows[rows.length - 1 - index] ?? row;
      if (shift >= 0) mirror.set(substitute.subarray(0, Math.ceil(shift)));
      else
        mirror.set(substitute.subarray(Math.max(0, width + Math.floor(shift))), Math.max(0, width + Math.floor(shift)));
      return forward(mirror);
    });
    let sum = 0;
    for (let frequency = 2; frequency <= columns; frequency++) {
      fillColumn(column, own, other, frequency);
      transform(column, spectrum);
      for (let row = 0; row < count; row++) {
        if ((limits[row] ?? 0) < frequency) continue;
        sum += Math.hypot(spectrum.real[row] ?? 0, spectrum.imaginary[row] ?? 0);
      }
    }
    return sum;
  };
}

function fillColumn(
  { real, imaginary }: ComplexVector,
  own: readonly ComplexVector[],
  other: readonly ComplexVector[],
  frequency: number,
): void {
  [own, other].forEach((half, at) => {
    half.forEach((row, index) => {
      real[at * own.length + index] = row.real[frequency] ?? 0;
      imaginary[at * own.length + index] = row.imaginary[frequency] ?? 0;
    });
  });
}

/**
 * Of every frequency along the angles, in the order of its transform, up to which frequency across the detector it lies outside
 * the wedge; -1 for those that do not count. Eq. 3 of Vo, with its sides about frequency 0 as in TomoPy; as the transform of
 * real rows has either side once, both have the mean.
 */
function wedgeLimits({
  rows,
  width,
  radius,
  drop,
}: {
  readonly rows: number;
  readonly width: number;
  readonly radius: number;
  readonly drop: number;
}): Int32Array {
  const slope = ((rows - 1) / (rows * 2 * Math.PI) / radius) * width;
  const dropped = Math.min(drop, Math.ceil(0.1 * rows));
  return Int32Array.from({ length: rows }, (_, row) => {
    const frequency = row < rows / 2 ? row : row - rows;
    if (Math.abs(frequency) <= dropped) return -1;
    return Math.min(Math.floor(width / 2), Math.round(Math.abs(frequency) * slope));
  });
}
