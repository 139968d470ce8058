import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openEngine } from '@rondel/compute';
import { float32Array, type Dataset } from '@rondel/contracts';
import { loneContext, needOf, shapeOf, type PlanTree } from '@rondel/reco';
import { describe, expect, it } from 'vitest';
import { buildPlan, planOf } from './running.test.support.js';

/** Linux lets a process forget its largest memory so far. */
const canMeasure = existsSync('/proc/self/clear_refs');
if (!canMeasure) console.log('The memory that steps take is not measured: it needs /proc/self/clear_refs of Linux.');

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function statusBytes(name: 'VmRSS' | 'VmHWM'): number {
  const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(kibibytes) * 1024;
}

const pieceBytes = 4 * 2 ** 20;

/**
 * Takes what others have freed and the process has not given back, until it grows with what it takes: a step that found that
 * there would seem to take nothing.
 */
function occupyFreed(): Float32Array[] {
  const taken: Float32Array[] = [];
  for (let grown = 0; grown < 8;) {
    const before = statusBytes('VmRSS');
    taken.push(new Float32Array(pieceBytes / 4).fill(1));
    grown = statusBytes('VmRSS') - before > pieceBytes / 2 ? grown + 1 : 0;
  }
  return taken;
}

/** What V8 holds for objects. It takes 32 MiB more at a time, at times of its own, and arrays lie elsewhere. */
const heapBytes = () => getHeapStatistics().total_physical_size;

/** What the process holds at most while `work` runs, less what it held before and what V8's heap has grown by. */
async function peakOf(work: () => Promise<unknown>): Promise<number> {
  collectGarbage();
  await setImmediate();
  collectGarbage();
  const ballast = occupyFreed();
  writeFileSync('/proc/self/clear_refs', '5');
  const [before, heapBefore] = [statusBytes('VmRSS'), heapBytes()];
  await work();
  const most = statusBytes('VmHWM');
  ballast.length = 0;
  return most - before - Math.max(0, heapBytes() - heapBefore);
}

const angles = Array.from({ length: 160 }, (_, index) => (index * Math.PI) / 160);

/** With fewer angles images are what counts. */
const fewAngles = angles.slice(0, 40);

const heights = Array.from({ length: 160 }, (_, index) => (index - 80) * 0.9);
const rays = { _type: 'RadonFlexibleCircle', N: 160, in_height: heights, out_height: heights.map((h) => h / 2) };

const cone = {
  _type: 'ConeBeamGeometryParameters',
  sourceOrigin: 500,
  sourceDetector: 750,
  detectorPixel: [1.5, 1.5],
};

const variation = { _type: 'TVRegularization', lambda: 1, iterationsTV: 2 };
const squares = { _type: 'L2Regularization', lambda: 1 };
const wavelets = {
  _type: 'TransformedRegularization',
  trafo: 'Wavelet',
  reg: { _type: 'L1Regularization', lambda: 1 },
};
const positive = { _type: 'PositiveRegularization' };

/** Iterations within iterations take time and no further memory. */
function short(solver: string) {
  return {
    ...(solver === 'SplitBregman' && { iterationsInner: 1 }),
    ...((solver === 'SplitBregman' || solver === 'ADMM') && { iterationsCG: 1 }),
  };
}

interface MemoryCase {
  readonly step: number;
  readonly plan: PlanTree;
  readonly slices?: number;
  /** Of the data, where it says one. */
  readonly quantity?: string;
}

/** [frame, slice, angle, detector], two frames. */
function sinograms(slices: number, angleCount: number): Dataset {
  const shape = [2, slices, angleCount, 160];
  const values = new Float32Array(2 * slices * angleCount * 160);
  // Over a full turn, as stitching needs it.
  const turn = Float64Array.from(angles.slice(0, angleCount), (angle) => 2 * angle);
  // Of a disc off the axis, so that there is one to be found; in the range of transmissions.
  for (let row = 0; row < values.length / 160; row++) {
    const middle = 83 + 20 * Math.cos(turn[row % angleCount] ?? 0);
    for (let bin = 0; bin < 160; bin++) {
      values[160 * row + bin] = 0.2 + 0.6 * Math.max(0, 1 - ((bin - middle) / 40) ** 2);
    }
  }
  const theta = { dtype: 'float64' as const, shape: [turn.length], data: turn };
  return { data: float32Array(values, shape), companions: { angles: theta }, attributes: {} };
}

describe.skipIf(!canMeasure)('the estimated memory', { timeout: 120_000 }, () => {
  it.each([
    {
      name: 'RadonPreprocessing',
      step: 0,
      plan: planOf(['RadonPreprocessingParameters', { frames: [2, 1] }], ['RadonBackprojectionParameters', { angles }]),
    },
    {
      name: 'TransmissionPreprocessing',
      step: 0,
      quantity: 'attenuation',
      plan: planOf(
        ['TransmissionPreprocessingParameters', { centerOfRotation: 50 }],
        ['RadonBackprojectionParameters', { angles }],
      ),
    },
    {
      name: 'the search for the axis',
      step: 0,
      quantity: 'attenuation',
      plan: planOf(
        ['TransmissionPreprocessingParameters', { findCenter: true }],
        ['RadonBackprojectionParameters', {}],
      ),
    },
    ...(
      [
        ['outliers', 'OutlierRemovalParameters', { dif: 1, axis: 'sinograms' }],
        ['flat', 'FlatFieldParameters', {}],
      ] as const
    ).map(([stage, type, properties]) => ({
      name: type,
      step: 0,
      quantity: 'transmission' as const,
      plan: planOf(['TransmissionPreprocessingParameters', {}], ['RadonBackprojectionParameters', {}], {
        [stage]: [type, properties],
      }),
    })),
    {
      name: 'backprojection',
      step: 1,
      plan: planOf(['RadonPreprocessingParameters', {}], ['RadonBackprojectionParameters', { angles }]),
    },
    {
      name: 'filtered backprojection',
      step: 1,
      plan: planOf(['RadonPreprocessingParameters', {}], ['RadonFilteredBackprojectionParameters', { angles }]),
    },
    {
      name: 'filtered backprojection by a grid',
      step: 1,
      plan: planOf(
        ['RadonPreprocessingParameters', {}],
        ['RadonFilteredBackprojectionParameters', { angles, method: 'grid' }],
      ),
    },
    {
      name: 'filtered backprojection of padded rows',
      step: 1,
      plan: planOf(
        ['RadonPreprocessingParameters', {}],
        ['RadonFilteredBackprojectionParameters', { angles, padding: 'edge' }],
      ),
    },
    {
      name: 'stitching',
      step: 0,
      quantity: 'attenuation',
      plan: planOf(
        ['TransmissionPreprocessingParameters', { centerOfRotation: 140, halfAcquisition: 'stitch' }],
        ['RadonBackprojectionParameters', {}],
      ),
    },
    ...(
      [
        ['phase', 'PaganinPhaseParameters', { pixelSize: 0.01, distance: 100, energy: 20 }],
        ['detector', 'DetectorCorrectionParameters', { tilt: 0.01 }],
        ['rings', 'RingRemovalParameters', {}],
      ] as const
    ).map(([stage, type, properties]) => ({
      name: type,
      step: stage === 'rings' ? 1 : 0,
      quantity: 'transmission' as const,
      plan: planOf(['RadonPreprocessingParameters', {}], ['RadonBackprojectionParameters', { angles }], {
        [stage]: [type, properties],
      }),
    })),
    {
      name: 'CGNR',
      step: 1,
      plan: planOf(
        ['RadonPreprocessingParameters', {}],
        ['IterativeRadonReconstructionParameters', { angles, iterations: 2 }],
      ),
    },
    {
      name: 'CGNR along the rays of the plan',
      step: 1,
      slices: 24,
      plan: planOf(
        ['RadonPreprocessingParameters', {}],
        ['IterativeRadonReconstructionParameters', { angles: fewAngles, iterations: 2, geometry: rays }],
      ),
    },
    {
      name: 'FDK',
      step: 1,
      plan: planOf(
        ['RadonPreprocessingParameters', {}],
        ['FdkReconstructionParameters', { geometry: { ...cone, shape: [160, 160, 80] } }],
      ),
    },
    {
      name: 'CGLS of volumes of a cone beam',
      step: 1,
      slices: 24,
      plan: planOf(
        ['RadonPreprocessingParameters', {}],
        ['IterativeRadonReconstructionParameters', { iterations: 2, solver: 'CGLS', geometry: cone }],
      ),
    },
    {
      name: 'POGM',
      step: 1,
      plan: planOf(
        ['RadonPreprocessingParameters', {}],
        ['IterativeRadonReconstructionParameters', { angles, iterations: 2, solver: 'POGM' }],
      ),
    },
    ...(
      [
        ['FISTA', [variation, positive]],
        ['OptISTA', [squares]],
        ['ADMM', [variation, squares, positive]],
        ['SplitBregman', [squares]],
        ['PrimalDualSolver', [variation]],
        ['Kaczmarz', [squares]],
        ['FISTA', [wavelets]],
        ['SIRT', [positive]],
        ['OSEM', [positive]],
      ] as const
    ).map(([solver, reg]) => ({
      name: `${solver} with ${reg.map(({ _type }) => _type).join(' and ')}`,
      step: 1,
      slices: 24,
      plan: planOf(
        ['RadonPreprocessingParameters', {}],
        ['IterativeRadonReconstructionParameters', { angles: fewAngles, iterations: 1, solver, reg, ...short(solver) }],
      ),
    })),
  ])('is what a step takes: $name', async ({ step, plan, slices, quantity }: MemoryCase) => {
    // A fresh engine, as its memories never shrink.
    const engine = await openEngine('wasm', { threads: 1 });
    const algorithm = buildPlan(plan);
    try {
      const built = algorithm.steps[step];
      if (built === undefined) throw new Error('The plan has no such step.');
      const angleCount = slices === undefined ? angles.length : fewAngles.length;
      const attributes = quantity === undefined ? {} : { quantity };
      await built.step.process({ ...sinograms(1, angleCount), attributes }, loneContext());
      const input = { ...sinograms(slices ?? 80, angleCount), attributes };
      const inputBytes = input.data.data.byteLength;
      const { neededBytes } = needOf(built, shapeOf(input), { memoryBytes: Infinity, engine: 'wasm' });
      const estimated = neededBytes - inputBytes;
      const measured = await peakOf(async () => built.step.process(input, loneContext()));
      // Beside arrays there is what V8 compiles and collects late, and lanes that stay empty.
      expect(measured).toBeLessThan(1.25 * estimated + 24 * 2 ** 20);
      expect(measured).toBeGreaterThan(estimated / 3);
    } finally {
      algorithm.dispose();
      await engine.dispose();
    }
  });
});
