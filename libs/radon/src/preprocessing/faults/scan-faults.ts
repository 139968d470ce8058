import type { TypedArray } from '@rondel/contracts';
import { medianOf } from '../../sinogram/median.js';
import type { SinogramShape } from '../../sinogram/sinogram-shape.js';

/** An offset of the detector up to this part of the white field changes no attenuation by more than a few percent. */
const harmlessOffset = 0.002;

/**
 * How many sinograms may have an offset of the detector in them, which dark fields would tell: those of whole numbers, as cameras
 * hand them out, that never come near 0. What somebody has subtracted from is seldom whole.
 *
 * @param counts [frame, slice, angle, detector], as they came.
 * @param white Of every slice and detector, [slice, detector].
 */
export function countOffset(counts: TypedArray, white: Float64Array, shape: SinogramShape): number {
  const { frames, slices, angles, detectors } = shape;
  const size = angles * detectors;
  let found = 0;
  for (let entry = 0; entry < frames * slices; entry++) {
    const slice = entry % slices;
    const sinogram = counts.subarray(entry * size, (entry + 1) * size);
    const least = harmlessOffset * medianOf(white.subarray(slice * detectors, (slice + 1) * detectors));
    // Most sinograms of floating-point numbers are told by the first of them.
    if (sinogram.every((value: number) => value > least && Number.isInteger(value))) found++;
  }
  return found;
}

/** Copies of a projection that follow it, at least; what comes next must differ by this many times what neighbours do. */
const repeated = { least: 3, jump: 4 };

/**
 * How many sinograms hold projections that are copies of the one before, number for number, as a camera leaves them that stopped
 * while the scan went on. Where the object has no more to show, as in air, what follows them is like them.
 *
 * @param values [frame, slice, angle, detector], as they came.
 */
export function countRepeated(values: TypedArray, shape: SinogramShape): number {
  const { frames, slices, angles, detectors } = shape;
  const size = angles * detectors;
  let found = 0;
  for (let entry = 0; entry < frames * slices; entry++) {
    if (hasCopies(values.subarray(entry * size, (entry + 1) * size), detectors)) found++;
  }
  return found;
}

function hasCopies(sinogram: TypedArray, detectors: number): boolean {
  const rows = sinogram.length / detectors;
  const ends: number[] = [];
  let copies = 0;
  for (let row = 1; row < rows; row++) {
    if (isCopy(sinogram, row, detectors)) {
      copies++;
      continue;
    }
    if (copies >= repeated.least) ends.push(row);
    copies = 0;
  }
  if (ends.length === 0) return false;
  const steps = Array.from({ length: rows - 1 }, (_, at) => stepTo(sinogram, at + 1, detectors));
  const usual = medianOf(steps.filter((step) => step > 0));
  return ends.some((row) => (steps[row - 1] ?? 0) > repeated.jump * usual);
}

function isCopy(sinogram: TypedArray, row: number, detectors: number): boolean {
  const start = row * detectors;
  let isEven = true;
  for (let at = start; at < start + detectors; at++) {
    if (sinogram[at] !== sinogram[at - detectors]) return false;
    isEven &&= sinogram[at] === sinogram[start];
  }
  // Where there is nothing to see, nothing is copied.
  return !isEven;
}

/** Sum of the squared differences of a projection and the one before. */
function stepTo(sinogram: TypedArray, row: number, detectors: number): number {
  const start = row * detectors;
  let sum = 0;
  for (let at = start; at < start + detectors; at++)
    sum += ((sinogram[at] ?? 0) - (sinogram[at - detectors] ?? 0)) ** 2;
  return sum;
}
