import type { Dataset } from '@rondel/contracts';
import { cutDataset, type PlanTree } from '@rondel/reco';
import { describe, expect, it } from 'vitest';
import { simulateMpi } from '../phantom/simulation.js';
import { reconstruct } from '../running.test.support.js';
import {
  matrixOf,
  positiveKaczmarz,
  relativeDifference,
  rowsAbove,
  spectrumReader,
  squaredNorm,
  type Complex,
} from './straight-reference.test.support.js';

const size = 6;
const voxels = size * size;
const { measurement, calibrations } = simulateMpi({ size, frames: 2, patches: 4, periods: 2, noise: 0.001 });
const [calibration] = calibrations as [Dataset];
const spectrum = spectrumReader(measurement.data);
const rows = rowsAbove(calibration, 500, 80e3);
const matrix = matrixOf(calibration, rows, voxels);
// 0.75 of 6 voxels, rounded, from patch to patch.
const apart = 5;
const wide = size + apart;

function plan(reco: PlanTree = {}): PlanTree {
  return {
    _module: 'MPIReco',
    _type: 'MultiPatchReconstructionAlgorithm',
    parameter: {
      _type: 'MultiPatchParameters',
      pre: { _type: 'CommonPreProcessingParameters' },
      reco: {
        _type: 'MultiPatchReconstructionParameter',
        sf: ['sm.mdf'],
        freqFilter: { _type: 'SNRThresholdFrequencyFilterParameter', SNRThresh: 500, minFreq: 80e3 },
        opParams: { _type: 'RegularMultiPatchOperatorParameter' },
        solverParams: { _type: 'ElaborateSolverParameters', iterations: 3 },
        reg: [{ _type: 'L2Regularization', _module: 'RegularizedLeastSquares', lambda: 0.01 }],
        ...reco,
      },
    },
  };
}

/** The whole matrix of all patches, with zeros where a patch does not reach, and the mean spectra of its periods. */
function straight(frame: number, places: readonly (readonly [number, number])[], columns: readonly [number, number]) {
  const all: Complex[] = [];
  const b: number[] = [];
  places.forEach(([left, top], patch) => {
    rows.forEach((row, k) => {
      const line = new Float64Array(2 * columns[0] * columns[1]);
      for (let voxel = 0; voxel < voxels; voxel++) {
        const column = left + (voxel % size) + columns[0] * (top + Math.floor(voxel / size));
        line.set((matrix[k] ?? new Float64Array()).subarray(2 * voxel, 2 * voxel + 2), 2 * column);
      }
      all.push(line);
      const first = spectrum(frame, 2 * patch, row);
      const second = spectrum(frame, 2 * patch + 1, row);
      b.push((first[0] + second[0]) / 2, (first[1] + second[1]) / 2);
    });
  });
  return { all, b: Float64Array.from(b) };
}

describe('the image of several patches', () => {
  const corners = [
    [0, 0],
    [apart, 0],
    [0, apart],
    [apart, apart],
  ] as const;

  it('is that of Kaczmarz with the whole matrix in float64', async () => {
    const { output, warnings } = await reconstruct(plan(), measurement, { files: { 'sm.mdf': calibration } });
    expect(rows.length).toBeGreaterThan(20);
    expect(output.data.shape).toEqual([2, 1, wide, wide]);
    expect(output.data.axes).toEqual(['frame', 'slice', 'y', 'x']);
    for (const frame of [0, 1]) {
      const { all, b } = straight(frame, corners, [wide, wide]);
      // As MPIReco.jl normalizes one matrix for all patches: over its own voxels, times the patches.
      const lambda = (0.01 * squaredNorm(matrix) * corners.length) / voxels;
      const expected = positiveKaczmarz(all, b, lambda, 3);
      const image = output.data.data.subarray(frame * wide * wide, (frame + 1) * wide * wide);
      // Three sweeps in float32 on values of a system with few hundred rows.
      expect(relativeDifference(image, expected)).toBeLessThan(1e-4);
    }
    expect(warnings).toEqual([]);
  });

  it('is the same bit for bit when its frames are computed apart', async () => {
    const files = { 'sm.mdf': calibration };
    const whole = await reconstruct(plan(), measurement, { files });
    const second = await reconstruct(plan(), cutDataset(measurement, { axis: 'frame', start: 1, stop: 2 }), { files });
    expect([...second.output.data.data]).toEqual([...whole.output.data.data.subarray(wide * wide)]);
  });

  it('takes matrices between the voxels of the image by linear interpolation', async () => {
    const voxel = Number((calibration.attributes.calibrationFov as number[])[0]) / size;
    // Columns of patches that are 5.4 voxels apart: 11.4 voxels in all are 11, and every patch lies 0.2 of one aside.
    const positions = corners.map(([left, top]) => [(left > 0 ? 2.7 : -2.7) * voxel, (top - 2.5) * voxel, 0]);
    const reco: PlanTree = { ffPos: { _type: 'CustomFocusFieldPositions', positions } };
    const { output } = await reconstruct(plan(reco), measurement, { files: { 'sm.mdf': calibration } });
    expect(output.data.shape).toEqual([2, 1, wide, wide]);
    const aside = (row: Complex, by: number) => {
      const line = new Float64Array(2 * voxels);
      for (let at = 0; at < 2 * voxels; at++) {
        const place = (Math.floor(at / 2) % size) + by;
        const [low, share] = [Math.floor(place), place - Math.floor(place)];
        if (place < 0 || place > size - 1) continue;
        const from = 2 * (Math.floor(at / 2 / size) * size + low) + (at % 2);
        line[at] = (1 - share) * (row[from] ?? 0) + share * (row[from + 2] ?? 0);
      }
      return line;
    };
    const { b } = straight(0, corners, [wide, wide]);
    const moved = corners.map(([left]) => matrix.map((row) => aside(row, left > 0 ? -0.2 : 0.2)));
    const all = corners.flatMap(([left, top], patch) =>
      (moved[patch] ?? []).map((row) => {
        const line = new Float64Array(2 * wide * wide);
        for (let voxelAt = 0; voxelAt < voxels; voxelAt++) {
          const column = left + (voxelAt % size) + wide * (top + Math.floor(voxelAt / size));
          line.set(row.subarray(2 * voxelAt, 2 * voxelAt + 2), 2 * column);
        }
        return line;
      }),
    );
    const energy = moved.reduce((sum, each) => sum + squaredNorm(each), 0);
    const expected = positiveKaczmarz(all, b, (0.01 * energy) / (wide * wide), 3);
    expect(relativeDifference(output.data.data.subarray(0, wide * wide), expected)).toBeLessThan(1e-4);
  });

  it('takes positions and a mapping of the plan, and says what no patch covers', async () => {
    const voxel = Number((calibration.attributes.calibrationFov as number[])[0]) / size;
    // Four patches in a row with a gap of one voxel behind the second.
    const lefts = [0, 6, 13, 19];
    const positions = lefts.map((left) => [(left + size / 2 - 12.5) * voxel, 0, 0]);
    const reco: PlanTree = {
      sf: ['sm.mdf', 'again.mdf'],
      opParams: { _type: 'ExplicitMultiPatchParameter', mapping: [1, 2, 1, 2] },
      ffPos: { _type: 'CustomFocusFieldPositions', positions },
    };
    const files = { 'sm.mdf': calibration, 'again.mdf': calibration };
    const { output, warnings } = await reconstruct(plan(reco), measurement, { files });
    expect(output.data.shape).toEqual([2, 1, size, 25]);
    expect(warnings).toEqual(['PATCHES_INCOMPLETE']);
    const { all, b } = straight(
      0,
      lefts.map((left) => [left, 0] as const),
      [25, size],
    );
    // Of several matrices each counts once, over the voxels of the image.
    const lambda = (0.01 * 2 * squaredNorm(matrix)) / (25 * size);
    const expected = positiveKaczmarz(all, b, lambda, 3);
    expect(relativeDifference(output.data.data.subarray(0, 25 * size), expected)).toBeLessThan(1e-4);
  });

  it('is on a grid of the plan that holds all patches, in a bigger box', async () => {
    const voxel = Number((calibration.attributes.calibrationFov as number[])[0]) / size;
    const [room, all] = [2, wide + 4];
    const deep = Number((calibration.attributes.calibrationFov as number[])[2]);
    const grid = { _type: 'RegularGridPositions', shape: [all, all, 1], fov: [all * voxel, all * voxel, deep] };
    const explicit = { _type: 'ExplicitMultiPatchParameter', mapping: [1, 1, 1, 1] };
    const files = { 'sm.mdf': calibration };
    const plain = await reconstruct(plan({ opParams: explicit }), measurement, { files });
    const roomy = await reconstruct(plan({ opParams: { ...explicit, grid } }), measurement, { files });
    expect(roomy.output.data.shape).toEqual([2, 1, all, all]);
    // The same equations; voxels in no patch are 0.
    const inner = Array.from(
      { length: wide * wide },
      (_, at) => (room + Math.floor(at / wide)) * all + room + (at % wide),
    );
    expect(inner.map((at) => roomy.output.data.data[at])).toEqual([...plain.output.data.data.subarray(0, wide * wide)]);
    const small = { ...grid, shape: [3, 3, 1], fov: [3 * voxel, 3 * voxel, deep] };
    const joint = await reconstruct(plan({ opParams: { ...explicit, grid: small } }), measurement, { files });
    expect(joint.output.data.data).toEqual(plain.output.data.data);
    expect(joint.logs.join(' ')).toContain(`grid does not hold all patches, so the image has ${wide} x ${wide} x 1`);
  });

  it('is refused before anything is read where its system matrices do not fit into memory', async () => {
    const files = { 'sm.mdf': calibration };
    // 1634 rows of 900 voxels, complex, twice: 24 MB.
    const opParams = { _type: 'ExplicitMultiPatchParameter', mapping: [1, 1, 1, 1], gridsize: [[30, 30, 1]] };
    const large = plan({ opParams, freqFilter: { _type: 'NoFrequencyFilterParameter' } });
    await expect(reconstruct(large, measurement, { files, memoryBytes: 8e6 })).rejects.toMatchObject({
      code: 'OUT_OF_MEMORY',
      message: expect.stringContaining('The system matrix of the patches') as string,
    });
  });

  it.each<[string, PlanTree, RegExp]>([
    [
      'positions of another number of patches',
      { ffPos: { _type: 'CustomFocusFieldPositions', positions: [[0, 0, 0]] } },
      /ffPos must have a position for each of the 4 patches of the measurement, got 1/,
    ],
    [
      'system matrices in memory',
      { opParams: { _type: 'ExplicitMultiPatchParameter', mapping: [1, 1, 1, 1], systemMatrices: [[1, 2]] } },
      /systemMatrices are arrays in the memory of Julia.* name the calibration files in sf/,
    ],
    [
      'rows that there are none of',
      { freqFilter: { _type: 'SNRThresholdFrequencyFilterParameter', SNRThresh: 1e9 } },
      /freqFilter leaves no row of the system matrices/,
    ],
  ])('is refused with %s', async (_name, reco, message) => {
    await expect(reconstruct(plan(reco), measurement, { files: { 'sm.mdf': calibration } })).rejects.toThrow(message);
  });
});
