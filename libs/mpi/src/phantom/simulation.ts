import { float32Array, RondelError, type Dataset, type Float32NdArray } from '@rondel/contracts';
import { emptyVector, inverseRealFourierTransform, type ComplexVector } from '@rondel/compute/fourier';
import { acquisition } from './acquisition.js';
import { calibration } from './calibration.js';
import { tracerSeries } from './object.js';
import { checkedOptions, type MpiPhantomOptions } from './options.js';
import { normal, seededRandom, type RandomSource } from '@rondel/compute/random';
import { driveFieldOfView, frequencies, pointResponse, scanner, type Tracer } from './scanner.js';

/** A simulated scan, as MDF files hold it. */
export interface MpiScan {
  /** float32 [frame, period, channel, sample]; periods at one place follow each other. */
  readonly measurement: Dataset;
  /** A system matrix for each tracer, complex64 [frame, period, channel, frequency]. */
  readonly calibrations: readonly Dataset[];
  /**
   * The concentrations, float32 [frame, slice, y, x]; with several tracers [colour, frame, slice, y, x]. Of several patches
   * on the smallest grid that covers all of them.
   */
  readonly truth: Float32NdArray;
}

const tracers: readonly Tracer[] = [{ diameter: 30e-9 }, { diameter: 20e-9 }];

/** The calibrated square is wider than what the field-free point covers, by which patches may overlap. */
const calibratedFieldOfView = 1.2 * driveFieldOfView;

/** Voxels that a patch is away from its neighbour, in shares of its size. */
const patchDistance = 0.75;

/** Values of the largest array that a phantom may make. */
const maximumElements = 2 ** 27;

/**
 * Simulates a field-free-point scanner over a plane of discs of tracer: calibration with a sample in each voxel in turn, then a
 * measurement of the discs. Particles follow the field as Langevin has it; noise is white. The same options give the same
 * numbers.
 *
 * Throws `PLAN_INVALID_VALUE` for an option outside its range.
 */
export function simulateMpi(options: MpiPhantomOptions = {}): MpiScan {
  const checked = checkedOptions(options);
  requireSize(checked);
  const scene = sceneOf(checked);
  const random = seededRandom(checked.seed);
  const series = tracerSeries(scene.size, checked.frames, checked.tracers);
  const clean = frameSignals(series, scene, checked);
  const deviation = checked.noise * largest(clean);
  const always = backgroundSpectra(checked.background * largest(clean));
  const measurement = measured(clean, { scene, checked, deviation, always }, random);
  const calibrations = tracers.slice(0, checked.tracers).map((tracer) => {
    const responses = scene.calibrated.map((place) => pointResponse(place, [0, 0], tracer));
    const size = [checked.size, checked.size] as const;
    return calibration({ size, voxel: scene.voxel, responses, deviation: deviation / 10, background: always }, random);
  });
  return { measurement, calibrations, truth: truthOf(series, scene, checked.frames) };
}

/** Where everything is, in m. */
interface Scene {
  readonly voxel: number;
  /** Voxels [x, y] of the square that covers all patches. */
  readonly size: readonly [number, number];
  /** Places of its voxels and of those that are calibrated, x fastest. */
  readonly places: readonly (readonly [number, number])[];
  readonly calibrated: readonly (readonly [number, number])[];
  /** Places of the field-free point, one for each period. */
  readonly shifts: readonly (readonly [number, number])[];
}

function sceneOf({ size, patches, periods }: Required<MpiPhantomOptions>): Scene {
  const voxel = calibratedFieldOfView / size;
  const columns = Math.ceil(Math.sqrt(patches));
  const rows = Math.ceil(patches / columns);
  const apart = Math.round(patchDistance * size);
  const covered = [size + (columns - 1) * apart, size + (rows - 1) * apart] as const;
  const shifts = Array.from({ length: patches }, (_, patch): readonly [number, number] => [
    ((patch % columns) - (columns - 1) / 2) * apart * voxel,
    (Math.floor(patch / columns) - (rows - 1) / 2) * apart * voxel,
  ]);
  return {
    voxel,
    size: covered,
    places: placesOf(covered, voxel),
    calibrated: placesOf([size, size], voxel),
    shifts: shifts.flatMap((shift) => Array.from({ length: periods }, () => shift)),
  };
}

function placesOf([columns, rows]: readonly [number, number], voxel: number): (readonly [number, number])[] {
  return Array.from({ length: columns * rows }, (_, at): readonly [number, number] => [
    ((at % columns) - (columns - 1) / 2) * voxel,
    (Math.floor(at / columns) - (rows - 1) / 2) * voxel,
  ]);
}

/** What the channels see of the object without noise: [frame, period, channel, sample]. */
function frameSignals(
  series: readonly Float64Array[],
  { places, shifts }: Scene,
  { frames }: Required<MpiPhantomOptions>,
): Float64Array {
  const { channels, samples } = scanner;
  const inverse = inverseRealFourierTransform(samples);
  const spectra = Array.from({ length: frames * shifts.length * channels }, () => emptyVector(frequencies));
  for (const [period, shift] of shifts.entries()) {
    for (const [tracer, concentrations] of series.entries()) {
      for (const [at, place] of places.entries()) {
        const held = Array.from({ length: frames }, (_, frame) => concentrations[frame * places.length + at] ?? 0);
        if (held.every((value) => value === 0)) continue;
        const response = pointResponse(place, shift, tracers[tracer] ?? { diameter: 30e-9 });
        for (const [frame, concentration] of held.entries()) {
          for (const [channel, spectrum] of response.entries()) {
            addTo(spectra[(frame * shifts.length + period) * channels + channel], spectrum, concentration);
          }
        }
      }
    }
  }
  const signals = new Float64Array(spectra.length * samples);
  for (const [index, spectrum] of spectra.entries()) signals.set(inverse(spectrum), index * samples);
  return signals;
}

function addTo(sum: ComplexVector | undefined, { real, imaginary }: ComplexVector, factor: number): void {
  if (sum === undefined || factor === 0) return;
  for (let k = 0; k < real.length; k++) {
    sum.real[k] = (sum.real[k] ?? 0) + factor * (real[k] ?? 0);
    sum.imaginary[k] = (sum.imaginary[k] ?? 0) + factor * (imaginary[k] ?? 0);
  }
}

interface Disturbance {
  readonly scene: Scene;
  readonly checked: Required<MpiPhantomOptions>;
  readonly deviation: number;
  readonly always: readonly ComplexVector[];
}

function measured(clean: Float64Array, disturbance: Disturbance, random: RandomSource): Dataset {
  const { scene, checked, deviation, always } = disturbance;
  const { channels, samples } = scanner;
  const inverse = inverseRealFourierTransform(samples);
  const background = always.map((spectrum) => inverse(spectrum));
  const frames = checked.frames + checked.backgroundFrames;
  const periods = scene.shifts.length;
  const values = new Float32Array(frames * periods * channels * samples);
  for (let at = 0; at < values.length; at++) {
    const channel = Math.floor(at / samples) % channels;
    values[at] = (clean[at] ?? 0) + (background[channel]?.[at % samples] ?? 0) + deviation * normal(random);
  }
  const isBackgroundFrame = Uint8Array.from({ length: frames }, (_, frame) => (frame < checked.frames ? 0 : 1));
  const axes = ['frame', 'period', 'channel', 'sample'];
  return {
    data: float32Array(values, [frames, periods, channels, samples], axes),
    ...acquisition({ shifts: scene.shifts, isBackgroundFrame }),
  };
}

/** Harmonics of the drive fields that get into the channels by themselves. */
function backgroundSpectra(amplitude: number): ComplexVector[] {
  return Array.from({ length: scanner.channels }, (_, channel) => {
    const spectrum = emptyVector(frequencies);
    if (amplitude === 0) return spectrum;
    const harmonic = scanner.samples / (scanner.dividers[channel] ?? 1);
    for (let order = 1; order * harmonic < frequencies; order++) {
      const size = (amplitude * scanner.samples) / 2 / order ** 2;
      spectrum.real[order * harmonic] = size * Math.cos(order + channel);
      spectrum.imaginary[order * harmonic] = size * Math.sin(order + channel);
    }
    return spectrum;
  });
}

function truthOf(series: readonly Float64Array[], { size: [columns, rows] }: Scene, frames: number): Float32NdArray {
  const values = new Float32Array(series.reduce((sum, { length }) => sum + length, 0));
  for (const [tracer, concentrations] of series.entries()) values.set(concentrations, tracer * concentrations.length);
  const shape = [frames, 1, rows, columns];
  const axes = ['frame', 'slice', 'y', 'x'];
  if (series.length === 1) return float32Array(values, shape, axes);
  return float32Array(values, [series.length, ...shape], ['colour', ...axes]);
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function requireSize({ size, frames, backgroundFrames, patches, periods }: Required<MpiPhantomOptions>): void {
  const measurement = (frames + backgroundFrames) * patches * periods * scanner.channels * scanner.samples;
  const elements = Math.max(measurement, size * size * scanner.channels * scanner.samples);
  if (elements <= maximumElements) return;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `A phantom of size ${size} with ${frames + backgroundFrames} frames of ${patches * periods} periods has ${elements} values; at most ${maximumElements} are allowed. Ask for less.`,
  );
}
