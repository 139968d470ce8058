import type { Dataset } from '@rondel/contracts';
import { describe, expect, it } from 'vitest';
import {
  kaczmarzStart,
  kaczmarzSweep,
  keepPositive,
  matrixOf,
  relativeDifference,
  rowsAbove,
  spectrumReader,
  squaredNorm,
} from '../patches/straight-reference.test.support.js';
import { simulateMpi } from '../phantom/simulation.js';
import { node, reconstruct, useEngine } from '../running.test.support.js';
import { backgroundDictionary } from './background-dictionary.js';

useEngine();

const size = 6;
const voxels = size * size;
const { measurement, calibrations } = simulateMpi({
  size,
  frames: 1,
  backgroundFrames: 3,
  background: 0.05,
  noise: 0.005,
});
const [calibration] = calibrations as [Dataset];
const rows = rowsAbove(calibration, 300, 0);
const spectrum = spectrumReader(measurement.data);
const iterations = 30;

function plan(reco: Parameters<typeof node>[1] = {}) {
  const freqFilter = node('SNRThresholdFrequencyFilterParameter', { SNRThresh: 300 });
  return node('SinglePatchReconstructionAlgorithm', {
    parameter: node('SinglePatchParameters', {
      pre: node('CommonPreProcessingParameters'),
      reco: node('SinglePatchBGEstimationReconstructionParameter', {
        sf: 'sf',
        sfLoad: node('DenseSystemMatixLoadingParameter', { freqFilter }),
        solverParams: node('SimpleSolverParameters', { iterations }),
        lambda: 0.01,
        beta: 0.001,
        bgDict: node('BGDictParameter', { loader: [node('MeasurementBGDictLoader', { file: 'empty' })], dictSize: 1 }),
        ...reco,
      }),
    }),
  });
}

describe('an image with its background', () => {
  const files = { sf: calibration, empty: measurement };

  it('is that of the joint problem in float64', async () => {
    const { output } = await reconstruct(plan(), measurement, { files });
    const matrix = matrixOf(calibration, rows, voxels);
    const lambda = (0.01 * squaredNorm(matrix)) / voxels;
    const backgrounds = [1, 2, 3].map((frame) => Float64Array.from(rows.flatMap((row) => spectrum(frame, 0, row))));
    const [dictionary = new Float64Array()] = backgroundDictionary(backgrounds, 1);
    const joint = matrix.map((row, i) =>
      Float64Array.from([
        ...row.map((value) => value / Math.sqrt(lambda)),
        ...dictionary.subarray(2 * i, 2 * i + 2).map((value) => value / Math.sqrt(0.001)),
      ]),
    );
    const b = Float64Array.from(rows.flatMap((row) => spectrum(0, 0, row)));
    const state = kaczmarzStart(rows.length, voxels + 1);
    for (let iteration = 0; iteration < iterations; iteration++) {
      kaczmarzSweep(state, joint, b, { lambda: 1 });
      keepPositive(state.x.subarray(0, 2 * voxels));
    }
    const expected = Array.from({ length: voxels }, (_, j) => (state.x[2 * j] ?? 0) / Math.sqrt(lambda));
    // Thirty sweeps in float32.
    expect(relativeDifference(output.data.data, expected)).toBeLessThan(1e-4);
  });

  it.each<[string, Parameters<typeof node>[1], RegExp]>([
    [
      'another solver',
      { solverParams: node('ElaborateSolverParameters', { solver: 'CGNR' }) },
      /with Kaczmarz only, got CGNR/,
    ],
    [
      'more entries than backgrounds',
      { bgDict: node('BGDictParameter', { loader: [node('SystemMatrixBGDictLoader', { file: 'sf' })], dictSize: 9 }) },
      /dictSize must be at most the number of backgrounds, which is 4, got 9/,
    ],
  ])('is refused with %s', async (_name, reco, message) => {
    const refused = async () => reconstruct(plan(reco), measurement, { files });
    await expect(refused()).rejects.toThrow(message);
  });
});
