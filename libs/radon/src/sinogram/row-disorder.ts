import type { NdArray } from '@rondel/contracts';
import { sinogramShape } from './sinogram-shape.js';
import { turnCoverage } from './turn-coverage.js';

/** Parts of the detector of which the means are compared: projections change slowly in what is as wide. */
const mostParts = 16;

/** Projections farther apart, rad, may well be unlike. */
const widestStep = 0.037;

/** Distances that are compared with that of neighbours, parts of all projections: none is a period of a symmetric object. */
const farParts = [0.23, 0.38];

/** A step from one projection to the next that is more than this part of the way to those far away is a jump. */
const jumpPart = 0.5;

/** What is no more than this many times the noise tells nothing. */
const leastSignal = 8;

/** Steps from one projection to the next by angle, of all sinograms in which they differ at all. */
export interface RowSteps {
  readonly jumps: number;
  readonly steps: number;
}

/**
 * How often projections whose angles are neighbours are about as unlike as any others, as in a scan whose projections are not
 * in the order of its angles: pictures that were read by name (1, 10, 100, 2). Means of parts of the detector are compared, less
 * that of the row, which the beam changes from one to the next. Undefined for angles that are too far apart.
 *
 * @param angles rad, one per projection.
 */
export function rowJumps(data: NdArray, angles: Float64Array): RowSteps | undefined {
  const { frames, slices, angles: projections, detectors } = sinogramShape(data);
  const { rows, step } = turnCoverage(angles);
  const width = Math.max(2, Math.floor(detectors / mostParts));
  const parts = Math.floor(detectors / width) - 1;
  if (step > widestStep || parts < 8 || projections < 32) return undefined;
  const order = rows.map(({ row }) => row);
  const sum = { jumps: 0, steps: 0 };
  for (let entry = 0; entry < frames * slices; entry++) {
    const start = entry * projections * detectors;
    const sinogram = data.data.subarray(start, start + projections * detectors);
    const { means, noise } = partMeans(sinogram, { detectors, parts, width });
    const between = (offset: number) => distances(means, { order, parts, offset }).map((each) => each - 2 * noise);
    const far = mean(farParts.map((part) => mean(between(Math.floor(part * projections)))));
    if (!(far > leastSignal * noise)) continue;
    const steps = between(1);
    sum.jumps += steps.filter((step) => step > jumpPart * far).length;
    sum.steps += steps.length;
  }
  return sum;
}

interface Parts {
  readonly detectors: number;
  readonly parts: number;
  /** Bins of a part. */
  readonly width: number;
}

/**
 * [projection, part], less the mean of the projection; and the variance that noise of single bins leaves in one. Parts overlap by
 * half, with weights that fall off to both sides, so that what is small goes slowly from one to the next.
 */
function partMeans(sinogram: ArrayLike<number>, { detectors, parts, width }: Parts) {
  const projections = sinogram.length / detectors;
  const weights = Float64Array.from(
    { length: 2 * width - 1 },
    (_, at) => (width - Math.abs(at - width + 1)) / width ** 2,
  );
  const means = new Float64Array(projections * parts);
  let curvature = 0;
  for (let row = 0; row < projections; row++) {
    let total = 0;
    for (let part = 0; part < parts; part++) {
      const start = row * detectors + part * width;
      let sum = 0;
      for (let at = 0; at < weights.length; at++) sum += (weights[at] ?? 0) * (sinogram[start + at] ?? 0);
      means[row * parts + part] = sum;
      total += sum;
      curvature += ((sinogram[start + 1] ?? 0) - ((sinogram[start] ?? 0) + (sinogram[start + 2] ?? 0)) / 2) ** 2;
    }
    for (let part = 0; part < parts; part++)
      means[row * parts + part] = (means[row * parts + part] ?? 0) - total / parts;
  }
  // A second difference of noise has 3/2 of its variance; of a mean with these weights, 2/3 of it is left in as many bins.
  return { means, noise: ((curvature / means.length / 1.5) * 2) / 3 / width };
}

/** Mean squared differences of projections that are `offset` apart in this order. */
function distances(
  means: Float64Array,
  { order, parts, offset }: { readonly order: readonly number[]; readonly parts: number; readonly offset: number },
): Float64Array {
  return Float64Array.from({ length: order.length - offset }, (_, rank) => {
    const [row, other] = [(order[rank + offset] ?? 0) * parts, (order[rank] ?? 0) * parts];
    let sum = 0;
    for (let part = 0; part < parts; part++) sum += ((means[row + part] ?? 0) - (means[other + part] ?? 0)) ** 2;
    return sum / parts;
  });
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
