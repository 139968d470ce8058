import type { ArrayFacts, DatasetFacts, NdArray, Warning } from '@rondel/contracts';

/** Two readings of data whose axes nobody has named, both of which fit the number of angles. */
export interface AxisDoubt {
  /** The axis that may be that of the angles. */
  readonly axis: 'slice' | 'detector';
  /** Axes as they were taken to be stored and as they may be, slowest first. */
  readonly taken: readonly string[];
  readonly other: readonly string[];
}

/** Fewer projections tell nothing. */
const leastEntries = 8;

/** Slices of the first frame that are looked at, at most. */
const mostSlices = 8;

/** The variance along the angles at which another axis fits nearly as well, over that along the other. */
const nearlyAlike = 0.25;

/** The order in which an array without names is said to be. */
const documented = ['frame', 'slice', 'angle', 'detector'];

/**
 * Which other readings the shape allows.
 *
 * @param stored What is known of the array as it is stored.
 * @param ordered The same array with its axes in order: [frame, slice, angle, detector], or the last of these.
 */
export function axisDoubts(
  stored: {
    readonly data: ArrayFacts;
    readonly names: readonly string[];
    readonly attributes: DatasetFacts['attributes'];
  },
  ordered: ArrayFacts,
): AxisDoubt[] {
  const { data, attributes } = stored;
  const isBare = data.axes === undefined;
  if (!isBare && attributes['axesAssumed'] !== true) return [];
  const names = isBare ? stored.names.slice(-data.shape.length) : ['angle', 'slice', 'detector'];
  const extent = (axis: string) => ordered.shape[documented.slice(-ordered.shape.length).indexOf(axis)];
  const angles = extent('angle') ?? 0;
  if (angles < leastEntries) return [];
  const candidates = isBare ? (['slice', 'detector'] as const) : (['slice'] as const);
  return candidates
    .filter((axis) => extent(axis) === angles)
    .map((axis) => ({ axis, taken: names, other: names.map((name) => swapped(name, axis)) }));
}

function swapped(name: string, axis: string): string {
  if (name === 'angle') return axis;
  return name === axis ? 'angle' : name;
}

/** Indices from 0 of the slices by which readings are told apart: the same however the data is divided. */
export function toldBySlices(slices: number): number[] {
  const count = Math.min(slices, mostSlices);
  return Array.from({ length: count }, (_, sample) => Math.floor(((sample + 0.5) * slices) / count));
}

/**
 * Whether the values leave open which of two axes is that of the angles. What a projection sees of a slice adds up to the same
 * at every angle (the moment of order 0 in the conditions of Helgason and Ludwig), but not along slices or bins. So the sums
 * of counts or line integrals along the other axes must vary far less along the angles than along the other axis; what
 * does not is an object without shape along it, or the angles are there.
 *
 * @param data [slice, angle, detector] or with a leading axis of frames, of which the first is looked at.
 * @param slices Which of them, from 0.
 */
export function isOpen({ axis }: Pick<AxisDoubt, 'axis'>, data: NdArray, slices: readonly number[]): boolean {
  const [angles = 1, detectors = 1] = data.shape.slice(-2);
  const size = angles * detectors;
  const sinograms = slices.map((slice) => data.data.subarray(slice * size, (slice + 1) * size));
  const perAngle = sinograms.map((sinogram) =>
    sums(sinogram, { count: angles, step: detectors, over: detectors, by: 1 }),
  );
  const along = mean(perAngle.map(variance));
  const across =
    axis === 'slice'
      ? mean(Array.from({ length: angles }, (_, angle) => variance(perAngle.map((all) => all[angle] ?? 0))))
      : mean(
          sinograms.map((sinogram) =>
            variance(sums(sinogram, { count: detectors, step: 1, over: angles, by: detectors })),
          ),
        );
  return !(along < nearlyAlike * across);
}

/** What there is to say of a doubt that the values leave open. */
export function axesAssumed({ taken, other }: AxisDoubt, shape: readonly number[], path: string | undefined): Warning {
  const [one, two] = [taken.join(), other.join()];
  const places = path === undefined ? '' : 'set axes in the plan, or ';
  return {
    code: 'AXES_ASSUMED',
    message: `The data of shape [${shape.join(', ')}] can be read in two ways, as [${one}] and as [${two}]. It was taken for the first, but its values fit the second as well or better. Say which it is: ${places}put ?axes=${one} or ?axes=${two} behind its reference or file.`,
    ...(path !== undefined && { path }),
  };
}

function sums(
  values: ArrayLike<number>,
  {
    count,
    step,
    over,
    by,
  }: { readonly count: number; readonly step: number; readonly over: number; readonly by: number },
): number[] {
  return Array.from({ length: count }, (_, entry) => {
    let sum = 0;
    for (let index = 0; index < over; index++) sum += values[entry * step + index * by] ?? 0;
    return sum;
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function variance(values: readonly number[]): number {
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / Math.max(1, values.length - 1);
}
