import type { PlanTree } from '@rondel/reco';
import { describe, expect, it } from 'vitest';
import { reconstruct } from '../running.test.support.js';
import {
  matrixOf,
  positiveKaczmarz,
  relativeDifference,
  rowsAbove,
  spectrumReader,
  squaredNorm,
  type Complex,
} from '../patches/straight-reference.test.support.js';
import { foldedStates, momentsOf } from './folded-reference.test.support.js';
import { movingScan } from './moving-scan.test.support.js';

const cycles = 6.3;
const scan = movingScan({ perPatch: 24, frames: 2, cycles });
const { moving, placed, size, patches, perPatch, cycle } = scan;
const measured = spectrumReader(moving.data);
const files = { 'first.mdf': placed[0] ?? moving, 'second.mdf': placed[1] ?? moving };

function plan(pre: PlanTree = {}, reco: PlanTree = {}): PlanTree {
  const sf = ['first.mdf', 'second.mdf'];
  return {
    _module: 'MPIReco',
    _type: 'MultiPatchReconstructionAlgorithm',
    parameter: {
      _type: 'MultiPatchParameters',
      pre: { _type: 'PeriodicMotionPreProcessing', sf, alpha: 1.5, ...pre },
      reco: {
        _type: 'PeriodicMotionReconstructionParameter',
        sf,
        freqFilter: { _type: 'SNRThresholdFrequencyFilterParameter', SNRThresh: 1000, minFreq: 80e3 },
        solverParams: { _type: 'SimpleSolverParameters', iterations: 2 },
        reg: [{ _type: 'L2Regularization', _module: 'RegularizedLeastSquares', lambda: 0.02 }],
        ...reco,
      },
    },
  };
}

/** Spectrum of the modulation of a series of pairs, both signs, under a Hann window: values at 1, 2 ... cycles. */
function modulation(series: readonly (readonly [number, number])[]): number[] {
  const n = series.length;
  const mean = [0, 1].map((part) => series.reduce((sum, pair) => sum + (pair[part] ?? 0), 0) / n);
  const at = (k: number) => {
    let [re, im] = [0, 0];
    series.forEach(([x, y], j) => {
      const w = 0.5 - 0.5 * Math.cos((2 * Math.PI * j) / (n - 1));
      const [c, s] = [Math.cos((2 * Math.PI * j * k) / n), Math.sin((2 * Math.PI * j * k) / n)];
      re += w * ((x - (mean[0] ?? 0)) * c + (y - (mean[1] ?? 0)) * s);
      im += w * ((y - (mean[1] ?? 0)) * c - (x - (mean[0] ?? 0)) * s);
    });
    return Math.hypot(re, im);
  };
  return Array.from({ length: Math.floor(n / 2) }, (_, i) => at(i + 1) + at(n - i - 1));
}

/** The motion as a careful reader of the method would find it: highest peak, refined by a parabola. */
function frequencies(): (frame: number, patch: number) => number {
  const rows = rowsAbove(placed[0] ?? moving, 10, 80e3).filter(([, channel]) => channel === 1);
  const spectrum = (row: (typeof rows)[number], frame: number, patch: number) =>
    modulation(Array.from({ length: perPatch }, (_, period) => measured(frame, patch * perPatch + period, row)));
  const heights = rows.map((row) => Math.max(...spectrum(row, 0, 0)));
  const strongest = rows[1 + heights.slice(1).indexOf(Math.max(...heights.slice(1)))] ?? [0, 0];
  return (frame, patch) => {
    const values = spectrum(strongest, frame, patch);
    const peak = values.indexOf(Math.max(...values));
    const [a, b, c] = [-1, 0, 1].map((by) => Math.log(values[peak + by] ?? NaN)) as [number, number, number];
    const bin = peak + 1 + (a - c) / (2 * (a - 2 * b + c));
    return bin / (perPatch * cycle);
  };
}

describe('images of a periodic motion', () => {
  it('are those of its states, found, folded and solved in float64', async () => {
    const { output, logs, warnings } = await reconstruct(plan(), moving, { files });
    const found = frequencies();
    const known = [0, 1].map((frame) => [0, 1].map((patch) => found(frame, patch)));
    const hertz = (frame: number, patch: number) => known[frame]?.[patch] ?? NaN;
    const states = Math.floor(1 / (Math.min(...known.flat()) * cycle));
    expect(states).toBe(6);
    expect(output.data.shape.slice(0, 2)).toEqual([states, 1]);
    const [, , channels = 1, samples = 1] = moving.data.shape;
    const length = patches * perPatch * channels * samples;
    const shape = { patches, periods: patches * perPatch, channels, samples, cycle, hertz };
    const folding = {
      ...shape,
      frames: [0, 1].map((frame) => moving.data.data.subarray(frame * length, (frame + 1) * length)),
    };
    const folded = foldedStates(folding, momentsOf(folding, 0, 1), states, { alpha: 1.5, type: 1, precise: true });
    const data = { ...moving.data, data: Float64Array.from(folded), shape: [states, patches, channels, samples] };
    const ofStates = spectrumReader(data);
    const rows = rowsAbove(placed[0] ?? moving, 1000, 80e3);
    const matrix = matrixOf(placed[0] ?? moving, rows, size * size);
    // 0.75 of 5 voxels, rounded, from the first patch to the second.
    const wide = size + 4;
    const all = [0, 4].flatMap((left) => matrix.map((row) => widened(row, left, wide)));
    const lambda = (0.02 * 2 * squaredNorm(matrix)) / (wide * size);
    for (const state of [0, 3]) {
      const b = [0, 1].flatMap((period) => rows.flatMap((row) => ofStates(state, period, row)));
      const expected = positiveKaczmarz(all, Float64Array.from(b), lambda, 2);
      const image = output.data.data.subarray(state * wide * size, (state + 1) * wide * size);
      // Spectra rounded to float32, and two sweeps in it.
      expect(relativeDifference(image, expected)).toBeLessThan(1e-4);
    }
    expect(warnings).toEqual([]);
    expect(logs.join(' ')).toMatch(
      /6 states are told apart.* Each of the 6 states is the mean of \d+ to \d+ repetitions/,
    );
  });

  it('may have the background of another scan subtracted', async () => {
    // A signal that is there in every period, and goes through the window and the transform as it is.
    const values = Float32Array.from(moving.data.data);
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const always = (at: number) => 0.3 * largest * Math.cos((2 * Math.PI * 200 * at) / 1632 + 1);
    const withSignal = (signal: Float32Array) => signal.map((value, at) => value + always(at % 1632));
    const disturbed = { ...moving, data: { ...moving.data, data: withSignal(values) } };
    const empty = { ...moving, data: { ...moving.data, data: withSignal(new Float32Array(values.length)) } };
    const bgParams: PlanTree = {
      _type: 'SimpleExternalBackgroundCorrectionParameters',
      emptyMeas: 'empty.mdf',
      bgFrames: [1, 2],
    };
    const clean = await reconstruct(plan(), moving, { files });
    const corrected = await reconstruct(plan({ bgParams }), disturbed, { files: { ...files, 'empty.mdf': empty } });
    const kept = await reconstruct(plan(), disturbed, { files });
    // Its leakage is corrected by a window whose weights add up to 1 + 1/1631, as MPIReco.jl has it.
    expect(relativeDifference(corrected.output.data.data, clean.output.data.data)).toBeLessThan(0.01);
    expect(relativeDifference(kept.output.data.data, clean.output.data.data)).toBeGreaterThan(0.1);
  });

  it.each<[string, PlanTree, PlanTree, RegExp]>([
    ['a peak that there is not', { choosePeak: 7 }, {}, /choosePeak must be at most that, got 7/],
    ['frames that are apart', { frames: [1, 1] }, {}, /frames must be consecutive frames/],
    [
      'fewer system matrices than patches',
      {},
      { sf: ['first.mdf'] },
      /sf must name a system matrix for each of the 2 patches, .* got 1/,
    ],
  ])('are refused with %s', async (_name, pre, reco, message) => {
    await expect(reconstruct(plan(pre, reco), moving, { files })).rejects.toThrow(message);
  });
});

/** A row of one patch in a plane that is wider. */
function widened(row: Complex, left: number, wide: number): Complex {
  const line = new Float64Array(2 * wide * size);
  for (let voxel = 0; voxel < size * size; voxel++) {
    const to = left + (voxel % size) + wide * Math.floor(voxel / size);
    line.set(row.subarray(2 * voxel, 2 * voxel + 2), 2 * to);
  }
  return line;
}
