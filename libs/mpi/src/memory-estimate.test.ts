import { openEngine } from '@rondel/compute';
import { float32Array, RondelError, type Dataset } from '@rondel/contracts';
import { loneContext, needOf, shapeOf, type DataFile, type PlanTree } from '@rondel/reco';
import { describe, expect, it } from 'vitest';
import { simulateMpi } from './phantom.js';
import { canMeasure, peakOf } from './resident-memory.test.support.js';
import { buildPlan, memoryFile, node, singlePatchPlan } from './running.test.support.js';

const small = simulateMpi({ size: 4, frames: 1 });
const [sf = small.measurement] = small.calibrations;
const [, , channels = 1, frequencies = 1] = sf.data.shape;
const side = 44;

/** Samples of one frame again and again, 39 MB. */
function longMeasurement(frames: number): Dataset {
  const { data } = small.measurement;
  const values = new Float32Array(frames * data.data.length);
  for (let frame = 0; frame < frames; frame++) values.set(data.data, frame * data.data.length);
  return {
    ...small.measurement,
    data: { ...data, data: values, shape: [frames, ...data.shape.slice(1)] },
    companions: {},
  };
}

/** A system matrix of that many voxels, 25 MB. */
function largeCalibration(): Dataset {
  const shape = [side * side, 1, channels, frequencies];
  const values = new Float32Array(2 * side * side * channels * frequencies);
  for (let at = 0; at < values.length; at++) values[at] = (at * 7919) % 1009;
  const snr = float32Array(
    new Float32Array(channels * frequencies).fill(100),
    [1, channels, frequencies],
    sf.data.axes?.slice(1),
  );
  const { isBackgroundFrame: _, ...companions } = sf.companions;
  return {
    data: { dtype: 'complex64', data: values, shape, axes: sf.data.axes ?? [] },
    companions: { ...companions, snr },
    attributes: { ...sf.attributes, calibrationSize: [side, side, 1], numFrames: side * side },
  };
}

const spectra = (): Dataset => ({
  ...sf,
  data: { ...sf.data, data: sf.data.data.slice(0, 2 * channels * frequencies), shape: [1, 1, channels, frequencies] },
});

const handsFree = node('SinglePatchReconstructionAlgorithm', {
  parameter: node('SinglePatchParameters', {
    pre: node('CommonPreProcessingParameters'),
    reco: node('SinglePatchHandsFreeReconstructionParameter', {
      sf: 'sf',
      sfLoad: node('DenseSystemMatixLoadingParameter', { freqFilter: node('NoFrequencyFilterParameter') }),
      solverParams: node('HandsFreeSolverParameters', { iterbounds: [1, 2] }),
    }),
  }),
});
const all = { filter: node('NoFrequencyFilterParameter'), solver: { iterations: 1 } };

interface MemoryCase {
  readonly step: number;
  readonly plan: PlanTree;
  readonly input: () => Dataset;
}

describe.skipIf(!canMeasure)('the estimated memory', { timeout: 120_000 }, () => {
  it.each<MemoryCase & { readonly name: string }>([
    { name: 'preprocessing', step: 0, plan: singlePatchPlan(all), input: () => longMeasurement(3000) },
    { name: 'one patch', step: 1, plan: singlePatchPlan(all), input: spectra },
    { name: 'one patch, hands-free', step: 1, plan: handsFree, input: spectra },
  ])('is what a step takes: $name', async ({ step, plan, input }: MemoryCase) => {
    const engine = await openEngine('wasm', { threads: 1 });
    const algorithm = buildPlan(plan);
    const calibration = copying(memoryFile('sf', largeCalibration()));
    let asked = 0;
    const context = loneContext({
      file: () => Promise.resolve(calibration),
      requireMemory: (bytes) => (asked += bytes),
    });
    try {
      const built = algorithm.steps[step];
      if (built === undefined) throw new RondelError('INTERNAL', 'The plan has no such step.');
      const given = input();
      const { neededBytes } = needOf(built, shapeOf(given), { memoryBytes: Infinity, engine: 'wasm' });
      const measured = await peakOf(async () => built.step.process(given, context));
      // What is known of the input, and what is asked for once files are open.
      const estimated = neededBytes - given.data.data.byteLength + asked;
      expect(estimated).toBeGreaterThan(24 * 2 ** 20);
      // Beside arrays there is what V8 compiles and collects late, and what the engine begins with.
      expect(measured).toBeLessThan(1.25 * estimated + 24 * 2 ** 20);
      expect(measured).toBeGreaterThan(estimated / 3);
    } finally {
      algorithm.dispose();
      await engine.dispose();
    }
  });
});

/** Gives a copy of what is asked for whole, as reading a file would. */
function copying(file: DataFile): DataFile {
  return {
    ...file,
    async read(name) {
      const array = await file.read(name);
      return { ...array, data: array.data.slice() };
    },
  };
}
