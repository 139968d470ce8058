import { float32Array, RondelError, type Dataset, type Float32NdArray, type TypedArray } from '@rondel/contracts';
import { imageAxes, sinogramAxes } from '../manifest/axes.js';
import { viewVectors } from '../cone/view-vectors.js';
import { coneProjections } from './cone-projections.js';
import { analyticProjections } from './projections.js';
import { normal, poisson, seededRandom } from '@rondel/compute/random';
import type { Ellipsoid } from './ellipsoid.js';
import { sheppLogan, ventricleFilling } from './shepp-logan.js';
import { voxelImage } from './voxel-image.js';

export interface PhantomOptions {
  /** Pixels along each axis, 8 to 512; also the number of slices and of detectors. @default 64 */
  readonly size?: number;
  /** 1 to 1000. @default 5 */
  readonly frames?: number;
  /** Projections over half a turn, 1 to 10000: k pi / angles for k = 0 ... angles - 1. @default 256 */
  readonly angles?: number;
  /** Standard deviation of the noise as a fraction of the largest line integral, 0 to 10. @default 0 */
  readonly noise?: number;
  /** Seed of the noise, an integer, 0 to 2^32 - 1. @default 1 */
  readonly seed?: number;
}

export interface CountOptions {
  /** Mean counts per bin without object, > 0. */
  readonly photons: number;
  /** Optical thickness of the thickest ray, > 0; line integrals are scaled to it. @default 2 */
  readonly thickness?: number;
  /** Counts without beam. @default 100 */
  readonly dark?: number;
  /** Seed of the noise, an integer. @default 1 */
  readonly seed?: number;
}

/** Elements of the largest array that a phantom may make. */
const maximumElements = 2 ** 30;

/** Samples in the simulated dark and white fields. */
const fieldSamples = 10;

/**
 * Analytic parallel projections of a three-dimensional Shepp-Logan head whose right ventricle fills over the frames:
 * line integrals float32 [frame, slice, angle, detector] with the companion `angles` (rad, float64). Detectors are as
 * many as pixels, which covers the head. The same options give the same numbers.
 *
 * Throws `PLAN_INVALID_VALUE` for an option outside its range.
 */
export function sheppLoganScan(options: PhantomOptions = {}): Dataset {
  const { size, frames, angles, noise, seed } = checkedOptions(options);
  const theta = Float64Array.from({ length: angles }, (_, index) => (index * Math.PI) / angles);
  const sampling = { size, angles: theta, detectors: size };
  const data = frameSeries(frames, (ellipsoids) => analyticProjections(ellipsoids, sampling));
  addNoise(data, noise, seed);
  return {
    data: float32Array(data, [frames, size, angles, size], sinogramAxes, [1, 1, 1, 1]),
    companions: { angles: { dtype: 'float64', shape: [angles], data: theta, axes: ['angle'] } },
    attributes: { phantom: 'shepp-logan', quantity: 'attenuation', center: Math.floor(size / 2) },
  };
}

/** A scan of a cone beam, with its scanner as `ConeBeamGeometryParameters` has it. */
export interface ConePhantom {
  readonly scan: Dataset;
  readonly geometry: {
    readonly sourceOrigin: number;
    readonly sourceDetector: number;
    readonly detectorPixel: readonly [number, number];
  };
}

/**
 * The head of `sheppLoganScan` in a cone beam: a source at three times its size from the axis, a detector of as many bins in both
 * directions at one and a half times that distance, views over a full turn. Voxels are 1 mm, so that attenuation per mm is that of
 * `sheppLoganImage` per pixel. The same options give the same numbers.
 *
 * Throws `PLAN_INVALID_VALUE` for an option outside its range.
 */
export function sheppLoganConeScan(options: PhantomOptions = {}): ConePhantom {
  const { size, frames, angles, noise, seed } = checkedOptions(options);
  const theta = Float64Array.from({ length: angles }, (_, index) => (2 * index * Math.PI) / angles);
  const geometry = { sourceOrigin: 3 * size, sourceDetector: 4.5 * size, detectorPixel: [1.5, 1.5] } as const;
  const vectors = viewVectors(
    {
      ...geometry,
      detectorPixel: [1.5, 1.5],
      detectorOffset: [0, 0],
      detectorTilt: 0,
      centerShift: 0,
      direction: 'ccw',
    },
    theta,
  );
  // The head is in the middle of voxel size // 2, the axis in the middle of the volume.
  const shift = Math.floor(size / 2) - (size - 1) / 2;
  const sampling = { vectors, bins: size, binRows: size, half: size / 2, middle: [shift, -shift, shift] } as const;
  const data = frameSeries(frames, (ellipsoids) => coneProjections(ellipsoids, sampling));
  addNoise(data, noise, seed);
  return {
    scan: {
      data: float32Array(data, [frames, size, angles, size], sinogramAxes),
      companions: { angles: { dtype: 'float64', shape: [angles], data: theta, axes: ['angle'] } },
      attributes: { phantom: 'shepp-logan', quantity: 'attenuation' },
    },
    geometry,
  };
}

/** The head that `sheppLoganScan` projects, as voxels: attenuation per pixel, float32 [frame, slice, y, x]. */
export function sheppLoganImage(options: Pick<PhantomOptions, 'size' | 'frames'> = {}): Float32NdArray {
  const { size, frames } = checkedOptions(options);
  const data = frameSeries(frames, (ellipsoids) => voxelImage(ellipsoids, size));
  return float32Array(data, [frames, size, size, size], imageAxes, [1, 1, 1, 1]);
}

/**
 * What a photon-counting detector sees of line integrals: Poisson counts behind the object with `white` and `dark`
 * fields [slice, sample, detector], as a raw CT scan. Attenuation is scaled so that the thickest ray has the given
 * optical thickness; the factor is the attribute `attenuationScale`.
 */
export function transmissionCounts(scan: Dataset, options: CountOptions): Dataset {
  const { photons, thickness = 2, dark = 100, seed = 1 } = options;
  const random = seededRandom(seed);
  const peak = largest(scan.data.data);
  const scale = peak > 0 ? thickness / peak : 1;
  const count = (mean: number) => dark + poisson(mean, random);
  const counts = Float32Array.from(scan.data.data, (value) => count(photons * Math.exp(-scale * value)));
  const [, slices = 1, , detectors = 1] = scan.data.shape;
  const field = (mean: number) => ({
    ...float32Array(
      Float32Array.from({ length: slices * fieldSamples * detectors }, () => count(mean)),
      [slices, fieldSamples, detectors],
      ['slice', 'sample', 'detector'],
    ),
  });
  return {
    data: { ...scan.data, data: counts },
    companions: { ...scan.companions, white: field(photons), dark: field(0) },
    attributes: { ...scan.attributes, quantity: 'counts', attenuationScale: scale },
  };
}

/** Frames of a series in which the ventricle fills in equal steps; `sample` is linear, so two samples make all frames. */
function frameSeries(frames: number, sample: (ellipsoids: readonly Ellipsoid[]) => Float32Array): Float32Array {
  const first = sample(sheppLogan());
  const filling = sample([ventricleFilling()]);
  const series = new Float32Array(frames * first.length);
  for (let frame = 0; frame < frames; frame++) {
    const progress = frames > 1 ? frame / (frames - 1) : 0;
    const target = series.subarray(frame * first.length, (frame + 1) * first.length);
    for (let index = 0; index < first.length; index++) {
      target[index] = (first[index] ?? 0) + progress * (filling[index] ?? 0);
    }
  }
  return series;
}

function checkedOptions(options: PhantomOptions): Required<PhantomOptions> {
  const { size = 64, frames = 5, angles = 256, noise = 0, seed = 1 } = options;
  requireRange('size', size, { from: 8, to: 512, integer: true });
  requireRange('frames', frames, { from: 1, to: 1000, integer: true });
  requireRange('angles', angles, { from: 1, to: 10_000, integer: true });
  requireRange('noise', noise, { from: 0, to: 10, integer: false });
  requireRange('seed', seed, { from: 0, to: 2 ** 32 - 1, integer: true });
  const elements = frames * size * size * Math.max(angles, size);
  if (elements > maximumElements) {
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `A phantom of ${frames} frames, size ${size} and ${angles} angles has ${elements} values; at most ${maximumElements} are allowed. Ask for less.`,
    );
  }
  return { size, frames, angles, noise, seed };
}

function requireRange(
  name: string,
  value: number,
  { from, to, integer }: { from: number; to: number; integer: boolean },
) {
  if (value >= from && value <= to && (!integer || Number.isInteger(value))) return;
  const kind = integer ? 'an integer' : 'a number';
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `${name} of a phantom must be ${kind} from ${from} to ${to}, got ${value}.`,
  );
}

/** Adds normal noise, in place. */
function addNoise(data: Float32Array, noise: number, seed: number): void {
  if (noise === 0) return;
  const random = seededRandom(seed);
  const deviation = noise * largest(data);
  for (let index = 0; index < data.length; index++) data[index] = (data[index] ?? 0) + deviation * normal(random);
}

/** Largest absolute value; 0 for none. */
function largest(values: TypedArray): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}
