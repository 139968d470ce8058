import { RondelError, type NdArray } from '@rondel/contracts';
import { requireFinite } from '../sinogram/finite-values.js';
import type { SinogramShape } from '../sinogram/sinogram-shape.js';

/** Mean detector response of every bin, float64 [slice, detector]. */
export interface DetectorResponse {
  /** Without beam. */
  readonly dark: Float64Array;
  /** Beam without object, minus `dark`; not above 0 in dead bins. */
  readonly gain: Float64Array;
}

/**
 * Averages dark and white fields, [slice, sample, detector] counts each.
 *
 * Throws `DATA_SHAPE_MISMATCH` when they do not belong to the projections and `DATA_FORMAT` for values that are not
 * finite.
 */
export function detectorResponse(
  white: NdArray,
  dark: NdArray | undefined,
  shape: Pick<SinogramShape, 'slices' | 'detectors'>,
): DetectorResponse {
  const meanWhite = meanField(white, 'white', shape);
  const meanDark = dark ? meanField(dark, 'dark', shape) : new Float64Array(meanWhite.length);
  return { dark: meanDark, gain: meanWhite.map((value, bin) => value - (meanDark[bin] ?? 0)) };
}

/**
 * Transmission (data - dark) / (white - dark), in place; dead bins, whose gain is not above 0, are interpolated linearly
 * between the nearest live ones of the same detector row, or take the value of the only neighbour at an edge.
 *
 * @param counts [frame, slice, angle, detector], overwritten.
 * @returns the number of dead bins. Throws `DATA_FORMAT` when all bins of a slice are dead.
 */
export function normalizeFlatField(counts: Float32Array, shape: SinogramShape, response: DetectorResponse): number {
  const { frames, slices, angles, detectors } = shape;
  let dead = 0;
  for (let slice = 0; slice < slices; slice++) {
    const gain = response.gain.subarray(slice * detectors, (slice + 1) * detectors);
    const dark = response.dark.subarray(slice * detectors, (slice + 1) * detectors);
    const repairs = deadBinRepairs(gain, slice);
    dead += repairs.length;
    for (let frame = 0; frame < frames; frame++) {
      for (let angle = 0; angle < angles; angle++) {
        const start = ((frame * slices + slice) * angles + angle) * detectors;
        normalizeRow(counts.subarray(start, start + detectors), dark, gain);
        repairRow(counts.subarray(start, start + detectors), repairs);
      }
    }
  }
  return dead;
}

interface Repair {
  readonly bin: number;
  readonly left: number;
  readonly right: number;
  readonly weightRight: number;
}

function meanField(
  field: NdArray,
  name: string,
  { slices, detectors }: Pick<SinogramShape, 'slices' | 'detectors'>,
): Float64Array {
  const [fieldSlices = 0, samples = 0, fieldDetectors = 0] = field.shape;
  if (field.shape.length !== 3 || samples === 0 || fieldSlices !== slices || fieldDetectors !== detectors) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `The ${name} field must be [slice, sample, detector] = [${slices}, any, ${detectors}], but has shape [${field.shape.join(', ')}].`,
      { details: { expected: [slices, null, detectors], actual: [...field.shape] } },
    );
  }
  requireFinite(field.data, field.shape, `The ${name} field`);
  const sums = new Float64Array(slices * detectors);
  for (let row = 0; row < slices * samples; row++) {
    const target = Math.floor(row / samples) * detectors;
    for (let bin = 0; bin < detectors; bin++) {
      sums[target + bin] = (sums[target + bin] ?? 0) + (field.data[row * detectors + bin] ?? 0);
    }
  }
  return sums.map((sum) => sum / samples);
}

function deadBinRepairs(gain: Float64Array, slice: number): Repair[] {
  const live = Array.from(gain.keys()).filter((bin) => (gain[bin] ?? 0) > 0);
  if (live.length === 0) {
    throw new RondelError(
      'DATA_FORMAT',
      `The white field of slice ${slice + 1} is not above the dark field anywhere: the beam was off or the fields are swapped.`,
    );
  }
  return Array.from(gain.keys())
    .filter((bin) => !((gain[bin] ?? 0) > 0))
    .map((bin) => {
      const left = live.findLast((candidate) => candidate < bin);
      const right = live.find((candidate) => candidate > bin);
      const from = left ?? right ?? bin;
      const to = right ?? from;
      return { bin, left: from, right: to, weightRight: to > from ? (bin - from) / (to - from) : 0 };
    });
}

function normalizeRow(row: Float32Array, dark: Float64Array, gain: Float64Array): void {
  for (let bin = 0; bin < row.length; bin++) {
    const scale = gain[bin] ?? 0;
    row[bin] = scale > 0 ? ((row[bin] ?? 0) - (dark[bin] ?? 0)) / scale : 0;
  }
}

function repairRow(row: Float32Array, repairs: readonly Repair[]): void {
  for (const { bin, left, right, weightRight } of repairs) {
    row[bin] = (row[left] ?? 0) * (1 - weightRight) + (row[right] ?? 0) * weightRight;
  }
}
