import type { Dataset } from '@rondel/contracts';
import { cutDataset, type Checkpoint, type PlanTree, type PreviewFacts, type PreviewPlane } from '@rondel/reco';
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
} from '../patches/straight-reference.test.support.js';
import { simulateMpi } from '../phantom/simulation.js';

const size = 6;
const voxels = size * size;
const frames = 3;
const { measurement, calibrations } = simulateMpi({ size, frames, noise: 0.01 });
const [calibration] = calibrations as [Dataset];
const spectrum = spectrumReader(measurement.data);
const rows = rowsAbove(calibration, 20, 80e3);
const matrix = matrixOf(calibration, rows, voxels);
const snr = rows.map(([k, channel]) => {
  const ratios = calibration.companions.snr;
  return ratios?.data[channel * (ratios.shape[2] ?? 0) + k] ?? NaN;
});

function plan(solverParams: PlanTree): PlanTree {
  const freqFilter = { _type: 'SNRThresholdFrequencyFilterParameter', SNRThresh: 20, minFreq: 80e3 };
  return {
    _module: 'MPIReco',
    _type: 'SinglePatchReconstructionAlgorithm',
    parameter: {
      _type: 'SinglePatchParameters',
      pre: { _type: 'CommonPreProcessingParameters' },
      reco: {
        _type: 'SinglePatchHandsFreeReconstructionParameter',
        sf: ['sm.mdf'],
        sfLoad: { _type: 'DenseSystemMatixLoadingParameter', freqFilter },
        solverParams: { _type: 'HandsFreeSolverParameters', ...solverParams },
      },
    },
  };
}

/** The method as it is published, in float64, for one frame and a number of iterations that is never exceeded. */
function straight(frame: number, bounds: readonly [number, number], start: number, most: number) {
  const b = Float64Array.from(rows.flatMap((row) => spectrum(frame, 0, row)));
  const state = kaczmarzStart(rows.length, voxels);
  const factor = squaredNorm(matrix) / voxels;
  const norms: number[] = [];
  const residuals: number[] = [];
  const curvatures: number[] = [];
  for (let i = 1; i <= most; i++) {
    const lambda = (factor * start) / (1 + (0.2 * i - 0.2) ** 5);
    const level = Math.max(bounds[0] / (1 + (0.28 * i - 0.28) ** 2), bounds[1]);
    const used = [...rows.keys()].filter((row) => (snr[row] ?? 0) > level);
    kaczmarzSweep(state, matrix, b, { lambda, rows: used });
    keepPositive(state.x);
    norms.push(Math.hypot(...state.x));
    residuals.push(
      Math.hypot(
        ...used.flatMap((row) => [...state.v.subarray(2 * row, 2 * row + 2)].map((v) => Math.sqrt(lambda) * v)),
      ) / used.length,
    );
    const slope = (n: number) =>
      n < 1 ? 0 : ((norms[n] ?? 0) - (norms[n - 1] ?? 0)) / ((residuals[n] ?? 0) - (residuals[n - 1] ?? 0));
    const n = i - 1;
    const step = (residuals[n] ?? 0) - (residuals[n - 1] ?? 0);
    curvatures.push(n === 0 ? 0 : (slope(n) - slope(n - 1)) / step / (1 + slope(n) ** 2) ** 1.5);
    const bends =
      (curvatures[n] ?? 0) > 0.25 * (norms[0] ?? 0) &&
      Math.abs((curvatures[n - 1] ?? 0) * 2) < Math.abs(curvatures[n] ?? 0);
    if (n > 0 && bends) return { image: [...state.x].filter((_, at) => at % 2 === 0), iterations: i };
  }
  return { image: [...state.x].filter((_, at) => at % 2 === 0), iterations: most };
}

describe('a hands-free image', () => {
  it.each([
    ['all rows', [0, 1]],
    ['rows that may be noisier in every iteration', [400, 25]],
  ] as const)('of %s is that of the published method in float64', async (_name, SNRbounds) => {
    const solver = { startlambda: 2, SNRbounds: [...SNRbounds], iterbounds: [1, 8] };
    const { output, logs } = await reconstruct(plan(solver), measurement, { files: { 'sm.mdf': calibration } });
    const counts: number[] = [];
    for (let frame = 0; frame < frames; frame++) {
      const expected = straight(frame, SNRbounds, 2, 8);
      counts.push(expected.iterations);
      const image = output.data.data.subarray(frame * voxels, (frame + 1) * voxels);
      // A few sweeps in float32.
      expect(relativeDifference(image, expected.image)).toBeLessThan(1e-4);
    }
    const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
    expect(logs).toContain(`Frames took ${fewest === most ? fewest : `${fewest} to ${most}`} iterations.`);
  });

  it('is the same bit for bit when frames that do not depend on each other are computed apart', async () => {
    const files = { 'sm.mdf': calibration };
    const whole = await reconstruct(plan({ iterbounds: [1, 4] }), measurement, { files });
    const last = await reconstruct(
      plan({ iterbounds: [1, 4] }),
      cutDataset(measurement, { axis: 'frame', start: 2, stop: 3 }),
      { files },
    );
    expect([...last.output.data.data]).toEqual([...whole.output.data.data.subarray(2 * voxels)]);
  });

  it('may have the same number of iterations as its neighbours', async () => {
    const even = { iterbounds: [3, 3], flattenIters: true, equalizeIters: true };
    const files = { 'sm.mdf': calibration };
    const flat = await reconstruct(plan(even), measurement, { files });
    const plain = await reconstruct(plan({ iterbounds: [3, 3] }), measurement, { files });
    expect([...flat.output.data.data]).toEqual([...plain.output.data.data]);
  });

  it.each([2, 4])(
    'goes on after frame %i of 6 to the same image, bit for bit, and shows it on the way',
    async (lost) => {
      // Frames depend on those before, and are all computed twice.
      const solver = { iterbounds: [1, 6], SNRbounds: [400, 25], equalizeIters: true, flattenIters: true };
      const files = { 'sm.mdf': calibration };
      const whole = await reconstruct(plan(solver), measurement, { files });
      let kept: Checkpoint | undefined;
      const save = (make: () => Checkpoint) => {
        kept = make();
        return kept.iteration === lost ? Promise.reject(new Error('lost')) : Promise.resolve();
      };
      const first = { checkpoints: () => ({ restore: () => Promise.resolve(undefined), save }) };
      await expect(reconstruct(plan(solver), measurement, { files, listening: first })).rejects.toThrow('lost');
      const begun = kept && { checkpoint: kept, resumed: { iteration: lost, iterations: 6, attempt: 1, worker: 'w' } };
      const shown: unknown[] = [];
      const second = {
        checkpoints: () => ({ restore: () => Promise.resolve(begun), save: () => Promise.resolve() }),
        onPreview: ({ iteration, iterations }: PreviewFacts, draw: () => PreviewPlane) => {
          const { frame, shape, values } = draw();
          shown.push([frame, iteration, iterations, shape, Math.max(...values) > 0]);
        },
      };
      const resumed = await reconstruct(plan(solver), measurement, { files, listening: second });
      expect([...resumed.output.data.data]).toEqual([...whole.output.data.data]);
      expect(shown[0]).toEqual([lost % frames, lost + 1, 2 * frames, [size, size], true]);
    },
  );

  it('needs rows above the noise', async () => {
    const files = { 'sm.mdf': calibration };
    await expect(reconstruct(plan({ SNRbounds: [0, 1e9] }), measurement, { files })).rejects.toThrow(
      /SNRbounds leaves no row: none of \d+ has a signal-to-noise ratio above 1000000000/,
    );
    const { snr: _ratios, ...companions } = calibration.companions;
    const deaf = { ...calibration, companions };
    const open = plan({});
    await expect(reconstruct(open, measurement, { files: { 'sm.mdf': deaf } })).rejects.toThrow(
      /signal-to-noise ratios/,
    );
  });
});
