import type { Dataset, JsonValue, NdArray } from '@rondel/contracts';
import { simulateMpi } from '@rondel/mpi/phantom';
import { kaczmarz, matrixOf, placed, rowsAbove, spectrumOf, squaredNorm, type Complex, type Row } from './float64.js';
import { planFiles } from './plan-files.js';

/** A plan file with simulated data, as its documentation tells users to set it, and its image in float64. */
export interface MpiCase {
  readonly name: string;
  readonly plan: string;
  /** By the name that a submission gives it. */
  readonly data: Readonly<Record<string, Dataset | NdArray>>;
  readonly parameters: Readonly<Record<string, JsonValue>>;
  /** Voxels of one frame after the other, x fastest. */
  readonly expected: () => readonly number[];
}

const size = 6;
const voxels = size * size;
const lambda = 0.01;
const iterations = 3;
const rowsOf = { SNRThresh: 500, minFreq: 80e3 } as const;
const reg = [{ _module: 'RegularizedLeastSquares', _type: 'L2Regularization', λ: lambda }];
const usual = { ...rowsOf, iterations, reg };

const { measurement, calibrations } = simulateMpi({ size, frames: 4 });
export const scan = { measurement, calibration: only(calibrations) };
const rows = rowsAbove(scan.calibration, rowsOf.SNRThresh, rowsOf.minFreq);
const matrix = matrixOf(scan.calibration, rows, voxels);

function only(list: readonly Dataset[]): Dataset {
  const [first] = list;
  if (first === undefined) throw new Error('There is no calibration.');
  return first;
}

const constant = (weight: number) => Array<number>(iterations).fill(weight);

/** All frames, each by itself. */
function frames(weights: readonly number[]): number[] {
  return [0, 1, 2, 3].flatMap((frame) => kaczmarz(matrix, spectrumOf(measurement, frame, 0, rows), weights));
}

const factor = squaredNorm(matrix) / voxels;
const single = () => frames(constant(lambda * factor));
const oneScan = { data: measurement, sf: scan.calibration };

const startλ = 2;
/** In iteration i, counted from 1. */
const falling = constant(0).map((_, i) => (factor * startλ) / (1 + (0.2 * i) ** 5));

function lowLevel(): MpiCase {
  const complex = (values: readonly number[], shape: readonly number[]): NdArray => ({
    dtype: 'complex64',
    data: Float32Array.from(values),
    shape,
  });
  const b = [0, 1, 2, 3].flatMap((frame) => spectrumOf(measurement, frame, 0, rows));
  const S = complex(
    matrix.flatMap((row) => [...row]),
    [rows.length, 1, size, size],
  );
  return {
    name: 'low level',
    plan: planFiles.lowLevel,
    data: { data: complex(b, [4, rows.length]), S },
    parameters: { iterations, reg },
    expected: single,
  };
}

function multiPatch(): MpiCase {
  const many = simulateMpi({ size, frames: 1, patches: 4 });
  // 0.75 of 6 voxels, rounded, from patch to patch.
  const apart = 5;
  const wide = size + apart;
  const own = rowsAbove(only(many.calibrations), rowsOf.SNRThresh, rowsOf.minFreq);
  const ofPatch = matrixOf(only(many.calibrations), own, voxels);
  const corners = [0, 1, 2, 3].map((patch) => [apart * (patch % 2), apart * Math.floor(patch / 2)] as const);
  const expected = () => {
    const all = corners.flatMap((corner) => placed(ofPatch, corner, size, [wide, wide]));
    const b = corners.flatMap((_, patch) => spectrumOf(many.measurement, 0, patch, own));
    // As MPIReco.jl normalizes one matrix for all patches: over its own voxels, times the patches.
    return kaczmarz(all, b, constant((4 * lambda * squaredNorm(ofPatch)) / voxels));
  };
  return {
    name: 'several patches',
    plan: planFiles.multiPatch,
    data: { data: many.measurement, sf: only(many.calibrations) },
    parameters: usual,
    expected,
  };
}

/** A motion between two states; `cycles` periods of the drive field are one of the motion. */
const motion = { cycles: 6.4, periods: 24, frames: 2, states: 6, switching: 7 };

/** Period of a frame after the other, from 0, and its time in periods. */
function momentsOf(): { frame: number; period: number; time: number }[] {
  const { frames: count, periods, switching } = motion;
  return Array.from({ length: count * periods }, (_, at) => {
    const frame = Math.floor(at / periods);
    return { frame, period: at % periods, time: frame * (periods + switching) + (at % periods) };
  });
}

function moving(): Dataset {
  const two = simulateMpi({ size, frames: 2, noise: 0.0001 }).measurement;
  const [, , channels = 1, samples = 1] = two.data.shape;
  const block = channels * samples;
  const values = new Float32Array(motion.frames * motion.periods * block);
  for (const [at, { time }] of momentsOf().entries()) {
    const share = 0.5 + 0.5 * Math.cos((2 * Math.PI * time) / motion.cycles);
    for (let sample = 0; sample < block; sample++) {
      const [one = 0, other = 0] = [two.data.data[sample], two.data.data[block + sample]];
      values[at * block + sample] = share * one + (1 - share) * other;
    }
  }
  const repeated = (name: 'gradient' | 'offsetField') => {
    const { data, shape: [, ...shape] = [], ...rest } = two.companions[name] ?? { data: [], dtype: 'float64' };
    const all = Float64Array.from({ length: motion.periods * data.length }, (_, at) => data[at % data.length] ?? NaN);
    return { ...rest, dtype: 'float64' as const, data: all, shape: [motion.periods, ...shape] };
  };
  return {
    data: { ...two.data, data: values, shape: [motion.frames, motion.periods, channels, samples] },
    companions: { gradient: repeated('gradient'), offsetField: repeated('offsetField') },
    attributes: { ...two.attributes, numPeriodsPerFrame: motion.periods, numFrames: motion.frames },
  };
}

/**
 * Where the motion starts anew, as MPIReco.jl counts: every `cycles` periods, from the second period of a frame to the last but
 * one. A state is the mean of the periods that many periods after it.
 */
function meanOfState(measured: Dataset, state: number, chosen: readonly Row[]): number[] {
  const { cycles, frames: count, periods, switching, states } = motion;
  const length = periods + switching;
  const spectra: number[][] = [];
  for (let time = 0; time < count * length; time += cycles) {
    const frame = Math.max(0, Math.ceil(time / length) - 1);
    const period = time === 0 ? 1 : time - frame * length;
    if (period < 2 || period + cycles >= periods - 1 || Math.floor(period + states - 1) > periods) continue;
    spectra.push(spectrumOf(measured, frame, Math.floor(period) + state - 2, chosen));
  }
  const [first = []] = spectra;
  return first.map((_, at) => spectra.reduce((sum, one) => sum + (one[at] ?? NaN), 0) / spectra.length);
}

function motionCase(): MpiCase {
  const data = moving();
  const chosen = rowsAbove(scan.calibration, 1000, rowsOf.minFreq);
  const own: Complex[] = matrixOf(scan.calibration, chosen, voxels);
  const expected = () =>
    Array.from({ length: motion.states }, (_, state) =>
      kaczmarz(own, meanOfState(data, state, chosen), constant((lambda * squaredNorm(own)) / voxels)),
    ).flat();
  return {
    name: 'motion',
    plan: planFiles.motion,
    data: { data, sf: scan.calibration },
    parameters: { ...usual, SNRThresh: 1000, alpha: 1, windowType: 3, samplingPrecision: false },
    expected,
  };
}

const singlePatch: MpiCase = {
  name: 'single patch',
  plan: planFiles.singlePatch,
  data: oneScan,
  parameters: usual,
  expected: single,
};

/** With all coefficients of an orthonormal transform, its equations have the same image. */
const sparse: MpiCase = {
  name: 'sparse',
  plan: planFiles.sparse,
  data: oneScan,
  parameters: { ...usual, sparseTrafo: 'DCT-II', redFactor: 1 },
  expected: single,
};

const handsFree: MpiCase = {
  name: 'hands-free',
  plan: planFiles.handsFree,
  data: oneScan,
  parameters: { ...rowsOf, startλ, iterbounds: [iterations, iterations] },
  expected: () => frames(falling),
};

/** All plan files, the first one that of a single patch. */
export const mpiCases = [() => singlePatch, () => sparse, () => handsFree, multiPatch, motionCase, lowLevel] as const;
