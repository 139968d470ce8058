import { RondelError, type Dataset, type TypedArray, type WarningAmount } from '@rondel/contracts';
import type { StepContext } from '@rondel/reco';
import type { SinogramShape } from '../sinogram/sinogram-shape.js';
import type { ReconstructionGeometry } from './reconstruction-geometry.js';

/** Solvers whose images and projections are never negative. */
const multiplying: readonly string[] = ['MLEM', 'OSEM'];

/** Values below 0 that are so small a part of a sinogram are noise of where there is no object. */
const noisePart = 0.01;

/**
 * Says in how many sinograms values below 0 are more than noise, where the solver takes them as 0.
 *
 * Throws `STEP_FAILED` where values are below 0 and none is above.
 */
export function warnOfNegativeData(
  { data: { data } }: Dataset,
  shape: SinogramShape,
  { solver, warn }: { readonly solver: string } & Pick<StepContext, 'warn'>,
): void {
  if (!multiplying.includes(solver)) return;
  const of = shape.frames * shape.slices;
  const values = shape.angles * shape.detectors;
  let [count, sum, positive, negative] = [0, 0, 0, 0];
  for (let entry = 0; entry < of; entry++) {
    const found = signedSums(data, entry * values, (entry + 1) * values);
    positive += found.above;
    negative += found.below;
    if (found.below <= noisePart * found.above) continue;
    count++;
    sum += (100 * found.count) / values;
  }
  if (negative > 0 && positive === 0) {
    throw new RondelError(
      'STEP_FAILED',
      `${solver} needs values above 0, and the data has none: all are 0 or below. Line integrals are positive where there is an object: check \`quantity\` and the white field, or take SIRT or CGNR, which take values of either sign.`,
      { at: 'solver' },
    );
  }
  warn(
    'VALUES_CLIPPED',
    `In {count} of {of} sinograms values below 0 are more than noise, {mean} % of the values: ${solver} takes them as 0. Check the white field and \`quantity\`, or take SIRT or CGNR, which take values of either sign.`,
    { property: 'solver', amount: { count, of, sum } },
  );
}

function signedSums(data: TypedArray, begin: number, end: number) {
  let [above, below, count] = [0, 0, 0];
  for (let at = begin; at < end; at++) {
    const value = Number(data[at]);
    if (value > 0) above += value;
    if (value < 0) {
      below -= value;
      count++;
    }
  }
  return { above, below, count };
}

/** An image whose projections have less than this part of the data is as good as zero. */
const leastPart = 0.01;

/**
 * In how many slices the image is nearly zero and the data are not. Each pixel gives the bins of a view its value once, so the
 * sum of the image's absolute values bounds what its projections have; bins that no pixel can reach do not count.
 *
 * @param images [entry, y, x], attenuation per pixel.
 */
export function emptyAmount(
  { data: { data } }: Dataset,
  images: Float32Array,
  { shape, geometry }: { readonly shape: SinogramShape; readonly geometry: ReconstructionGeometry },
): WarningAmount {
  const { angles, detectors } = shape;
  const [rows, columns] = geometry.shape;
  const reach = Math.hypot(rows, columns) / 2 + 1;
  const bins = [Math.max(0, geometry.center - reach), Math.min(detectors, geometry.center + reach)] as const;
  const of = shape.frames * shape.slices;
  let count = 0;
  for (let entry = 0; entry < of; entry++) {
    let [ofData, ofImage] = [0, 0];
    for (let angle = 0; angle < angles; angle++) {
      const row = (entry * angles + angle) * detectors;
      for (let bin = Math.ceil(bins[0]); bin < bins[1]; bin++) ofData += Math.abs(Number(data[row + bin]));
    }
    for (let pixel = 0; pixel < rows * columns; pixel++) {
      ofImage += Math.abs(images[entry * rows * columns + pixel] ?? 0);
    }
    if (ofImage < (leastPart * ofData) / angles) count++;
  }
  return { count, of };
}

/** Says where the image is nearly zero, whatever the data are. */
export function warnOfEmptyImages(
  amount: WarningAmount,
  penalties: readonly string[],
  warn: StepContext['warn'],
): void {
  const reason =
    penalties.length > 0
      ? `The weight lambda of ${penalties.join(' and ')} is too large for data of this size: divide it by 10 until the image comes.`
      : 'Constraints leave nothing of it, or the iterations are too few.';
  warn(
    'IMAGE_EMPTY',
    `In {count} of {of} slices the image is nearly zero and the data are not: its projections have less than ${100 * leastPart} % of them. ${reason}`,
    { property: 'reg', amount },
  );
}
