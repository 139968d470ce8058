import type { Dataset } from '@rondel/contracts';
import { describe, expect, it } from 'vitest';
import { simulateMpi } from '../phantom/simulation.js';
import {
  kaczmarz,
  matrixFactor,
  matrixOf,
  samplesOf,
  spectrumAt,
  times,
  type Complex,
} from '../reference.test.support.js';
import { l2, node, reconstruct, relativeError } from '../running.test.support.js';
import { rowsAbove } from '../patches/straight-reference.test.support.js';

const size = 6;
const { measurement, calibrations } = simulateMpi({ size, frames: 2 });
const [calibration] = calibrations as [Dataset];

function plan(threshold: number, low: Parameters<typeof node>[1] = {}) {
  const loading = (SNRThresh: number) =>
    node('DenseSystemMatixLoadingParameter', {
      freqFilter: node('SNRThresholdFrequencyFilterParameter', { SNRThresh, minFreq: 80e3 }),
    });
  const solving = (iterations: number) => node('SimpleSolverParameters', { iterations });
  return node('SinglePatchReconstructionAlgorithm', {
    parameter: node('SinglePatchParameters', {
      pre: node('CommonPreProcessingParameters'),
      reco: node('SinglePatchTwoStepReconstructionParameters', {
        Gamma: threshold,
        sf: 'sf',
        sfLoadHigh: loading(1000),
        sfLoadLow: loading(300),
        solverParams_high: solving(3),
        solverParams_low: solving(2),
        reg_high: [l2(0.01)],
        reg_low: [l2(0.1)],
        ...low,
      }),
    }),
  });
}

/** Both steps in float64, frame by frame. */
function straight(threshold: number): number[][] {
  const parts = [1000, 300].map((ratio) => {
    const rows = rowsAbove(calibration, ratio, 80e3);
    const matrix = matrixOf(calibration, rows);
    const b = [0, 1].map((frame) => spectrumAt(rows, (channel) => samplesOf(measurement, frame, 0, channel)));
    return { matrix, b, factor: matrixFactor(matrix) };
  });
  const [high, low] = parts;
  if (high === undefined || low === undefined) return [];
  const first = high.b.map((b) => kaczmarz(high.matrix, b, { lambda: 0.01 * high.factor, iterations: 3 }));
  const level = threshold * Math.max(...first.flat().map(Math.abs));
  return first.map((image, frame) => {
    const kept = image.map((value) => (Math.abs(value) < level ? 0 : value));
    const rest = (low.b[frame] ?? []).map((value, row): Complex => {
      const signal = (low.matrix[row] ?? []).reduce<Complex>(
        (sum, a, j) => {
          const [re, im] = times(a, [kept[j] ?? 0, 0]);
          return [sum[0] + re, sum[1] + im];
        },
        [0, 0],
      );
      return [value[0] - signal[0], value[1] - signal[1]];
    });
    const second = kaczmarz(low.matrix, rest, { lambda: 0.1 * low.factor, iterations: 2 });
    return second.map((value, j) => value + (kept[j] ?? 0));
  });
}

describe('an image in two steps', () => {
  it.each([0.5, 1])(
    'is the sum of high and low concentrations in float64, with a threshold of %f',
    async (threshold) => {
      const { output } = await reconstruct(plan(threshold), measurement, { files: { sf: calibration } });
      expect(output.data.shape).toEqual([2, 1, size, size]);
      // Five sweeps in float32.
      expect(relativeError(output.data.data, straight(threshold).flat())).toBeLessThan(1e-4);
    },
  );

  it('needs one grid for both', async () => {
    const gridding = node('SystemMatrixGriddingParameter', { gridsize: [5, 5, 1] });
    const freqFilter = node('SNRThresholdFrequencyFilterParameter', { SNRThresh: 300 });
    const sfLoadLow = node('DenseSystemMatixLoadingParameter', { freqFilter, gridding });
    await expect(reconstruct(plan(0.5, { sfLoadLow }), measurement, { files: { sf: calibration } })).rejects.toThrow(
      /sfLoadHigh has 6 x 6 x 1 voxels, sfLoadLow 5 x 5 x 1/,
    );
  });
});
