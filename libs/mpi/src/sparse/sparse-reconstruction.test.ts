import type { Dataset } from '@rondel/contracts';
import type { PlanTree } from '@rondel/reco';
import { describe, expect, it } from 'vitest';
import { reconstruct } from '../running.test.support.js';
import {
  kaczmarzStart,
  kaczmarzSweep,
  keepPositive,
  matrixOf,
  relativeDifference,
  rowsAbove,
  spectrumReader,
  squaredNorm,
  type Complex,
} from '../patches/straight-reference.test.support.js';
import { simulateMpi } from '../phantom/simulation.js';

const size = 6;
const voxels = size * size;
const { measurement, calibrations } = simulateMpi({ size, frames: 1 });
const [calibration] = calibrations as [Dataset];
const rows = rowsAbove(calibration, 300, 80e3);
const matrix = matrixOf(calibration, rows, voxels);
const spectrum = spectrumReader(measurement.data);
const b = Float64Array.from(rows.flatMap((row) => spectrum(0, 0, row)));

function plan(sfLoad: PlanTree): PlanTree {
  const freqFilter = { _type: 'SNRThresholdFrequencyFilterParameter', SNRThresh: 300, minFreq: 80e3 };
  return {
    _module: 'MPIReco',
    _type: 'SinglePatchReconstructionAlgorithm',
    parameter: {
      _type: 'SinglePatchParameters',
      pre: { _type: 'CommonPreProcessingParameters' },
      reco: {
        _type: 'SinglePatchReconstructionParameter',
        sf: ['sm.mdf'],
        sfLoad: { _type: 'SparseSystemMatrixLoadingParameter', freqFilter, ...sfLoad },
        solverParams: { _type: 'ElaborateSolverParameters', iterations: 3 },
        reg: [{ _type: 'L2Regularization', _module: 'RegularizedLeastSquares', lambda: 0.01 }],
      },
    },
  };
}

/** Pairs of the images of all unit vectors: column j of B. */
type Basis = (column: number) => Complex;

/** B of the centred unitary Fourier transform over the plane, as its sum is written. */
const fourier: Basis = (column) => {
  const middle = size / 2;
  const [kx, ky] = [(column % size) - middle, Math.floor(column / size) - middle];
  return Float64Array.from({ length: 2 * voxels }, (_, at) => {
    const voxel = Math.floor(at / 2);
    const [x, y] = [(voxel % size) - middle, Math.floor(voxel / size) - middle];
    const angle = (-2 * Math.PI * (kx * x + ky * y)) / size;
    return (at % 2 === 0 ? Math.cos(angle) : Math.sin(angle)) / size;
  });
};

/** B of the orthonormal cosine transform of type II over the plane. */
const cosine: Basis = (column) => {
  const [jx, jy] = [column % size, Math.floor(column / size)];
  const entry = (k: number, j: number) =>
    Math.sqrt((k === 0 ? 1 : 2) / size) * Math.cos((Math.PI * k * (2 * j + 1)) / (2 * size));
  return Float64Array.from({ length: 2 * voxels }, (_, at) => {
    const voxel = Math.floor(at / 2);
    return at % 2 === 0 ? entry(voxel % size, jx) * entry(Math.floor(voxel / size), jy) : 0;
  });
};

/** B of one level of the wavelet db2, around the ends of both axes. */
const wavelet: Basis = (column) => {
  const [jx, jy] = [column % size, Math.floor(column / size)];
  const h = [0.48296291314469025, 0.8365163037378079, 0.22414386804185735, -0.12940952255092145];
  const entry = (k: number, j: number) =>
    h.reduce((sum, tap, at) => {
      if (k < size / 2) return sum + ((2 * k + at) % size === j ? tap : 0);
      return sum + ((2 * k + 1 - at + size) % size === j ? (-1) ** at * tap : 0);
    }, 0);
  return Float64Array.from({ length: 2 * voxels }, (_, at) => {
    const voxel = Math.floor(at / 2);
    return at % 2 === 0 ? entry(voxel % size, jx) * entry(Math.floor(voxel / size), jy) : 0;
  });
};

/** Kaczmarz in the dual, in float64: rows S B with their largest coefficients, constraints after B. */
function straight(basis: Basis, keeps: (magnitudes: number[]) => (column: number) => boolean): number[] {
  const columns = Array.from({ length: voxels }, (_, column) => basis(column));
  const inDual = matrix.map((row) => {
    const coefficients = columns.map((column): [number, number] => {
      let [re, im] = [0, 0];
      for (let j = 0; j < row.length; j += 2) {
        re += (row[j] ?? 0) * (column[j] ?? 0) - (row[j + 1] ?? 0) * (column[j + 1] ?? 0);
        im += (row[j] ?? 0) * (column[j + 1] ?? 0) + (row[j + 1] ?? 0) * (column[j] ?? 0);
      }
      return [re, im];
    });
    const kept = keeps(coefficients.map(([re, im]) => Math.hypot(re, im)));
    return Float64Array.from(coefficients.flatMap((pair, column) => (kept(column) ? pair : [0, 0])));
  });
  const state = kaczmarzStart(rows.length, voxels);
  const lambda = (0.01 * squaredNorm(inDual)) / voxels;
  let image = new Float64Array(2 * voxels);
  for (let iteration = 0; iteration < 3; iteration++) {
    kaczmarzSweep(state, inDual, b, { lambda });
    image = new Float64Array(2 * voxels);
    columns.forEach((column, j) => addTimes(image, column, state.x[2 * j] ?? 0, state.x[2 * j + 1] ?? 0));
    keepPositive(image);
    columns.forEach((column, j) => {
      let [re, im] = [0, 0];
      for (let at = 0; at < image.length; at += 2) {
        re += (column[at] ?? 0) * (image[at] ?? 0);
        im -= (column[at + 1] ?? 0) * (image[at] ?? 0);
      }
      state.x.set([re, im], 2 * j);
    });
  }
  return [...image].filter((_, at) => at % 2 === 0);
}

function addTimes(sum: Complex, column: Complex, re: number, im: number): void {
  for (let at = 0; at < sum.length; at += 2) {
    sum[at] = (sum[at] ?? 0) + (column[at] ?? 0) * re - (column[at + 1] ?? 0) * im;
    sum[at + 1] = (sum[at + 1] ?? 0) + (column[at] ?? 0) * im + (column[at + 1] ?? 0) * re;
  }
}

const largest = (count: number) => (magnitudes: number[]) => {
  const level = magnitudes.toSorted((a, b) => b - a)[count - 1] ?? 0;
  return (column: number) => (magnitudes[column] ?? 0) >= level;
};

const above = (share: number) => (magnitudes: number[]) => {
  const level = share * Math.max(...magnitudes);
  return (column: number) => (magnitudes[column] ?? 0) > level;
};

describe('an image from a compressed system matrix', () => {
  it.each([
    ['FFT', { sparseTrafo: 'FFT', redFactor: 0.3 }, fourier, largest(10)],
    ['DCT-II', { sparseTrafo: 'DCT-II', redFactor: 1 }, cosine, largest(voxels)],
    ['Wavelet', { sparseTrafo: 'Wavelet', redFactor: 0.5 }, wavelet, largest(18)],
    ['FFT with a threshold', { sparseTrafo: 'FFT', thresh: 0.05 }, fourier, above(0.05)],
  ] as const)('%s is that of Kaczmarz in the dual in float64', async (_name, sfLoad, basis, keeps) => {
    const { output, logs } = await reconstruct(plan(sfLoad), measurement, { files: { 'sm.mdf': calibration } });
    // Three sweeps in float32, and a float32 transform after each.
    expect(relativeDifference(output.data.data, straight(basis, keeps))).toBeLessThan(1e-4);
    expect(
      logs.filter((message) => message.includes('of the coefficients of the system matrix are kept')),
    ).toHaveLength(1);
  });

  it('may end where the drive field does', async () => {
    const sfLoad = { sparseTrafo: 'DCT-IV', redFactor: 1, useDFFoV: true };
    const { output } = await reconstruct(plan(sfLoad), measurement, { files: { 'sm.mdf': calibration } });
    // The calibration is 1.2 times as wide: floor(6 / 1.2 + 1) voxels of 2 x 12 mT over 1 T/m.
    expect(output.data.shape).toEqual([1, 1, size, size]);
    expect(output.data.spacing?.[3]).toBeCloseTo(0.024 / size, 9);
  });

  it.each<[string, PlanTree, RegExp]>([
    ['real numbers', { sparseTrafo: 'FFT', loadasreal: true }, /coefficients of an image are complex/],
    [
      'thresholds of another number',
      { sparseTrafo: 'FFT', thresh: [0.1, 0.1] },
      /one for each of the 1 system matrices, got 2/,
    ],
  ])('is refused with %s', async (_name, sfLoad, message) => {
    await expect(reconstruct(plan(sfLoad), measurement, { files: { 'sm.mdf': calibration } })).rejects.toThrow(message);
  });
});
