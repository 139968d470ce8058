import { openEngine } from '@rondel/compute';
import type { Dataset } from '@rondel/contracts';
import { parsePlan, toTree, withDefaults } from '@rondel/plan';
import { radonManifest } from '@rondel/radon/manifest';
import { sheppLoganImage, sheppLoganScan } from '@rondel/radon/phantom';
import { radonPackage } from '@rondel/radon/steps';
import { buildAlgorithm, catalogOf, createExecutableRegistry, runSteps } from '@rondel/reco';
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { engineName, tolerance, useEngineUnderTest } from './engine-under-test.js';
import { relativeError } from './reference.js';

const phantom = { size: 32, frames: 1 };
const scan = sheppLoganScan({ ...phantom, angles: 60 });

function builtIn(planName: string): string {
  return radonManifest.plans.find(({ name }) => name === planName)?.toml ?? '';
}

/** Few iterations without the bound at 0: too few for rounding errors to grow. */
function shortAndUnbounded(toml: string): string {
  const bound = /\[\[parameter\.reco\.reg\]\]\s+_module = "[^"]*"\s+_type = "PositiveRegularization"\s*/;
  const shortened = toml.replace('iterations = 20', 'iterations = 5').replace(bound, '');
  if (bound.test(shortened) || !shortened.includes('iterations = 5') || shortened.length > toml.length - 60) {
    throw new Error('radon/iterative no longer has 20 iterations and PositiveRegularization to change');
  }
  return shortened;
}

const plans = {
  'radon/fbp': builtIn('radon/fbp'),
  'radon/backprojection': builtIn('radon/backprojection'),
  'radon/iterative': builtIn('radon/iterative'),
  'radon/iterative, 5 iterations without positivity': shortAndUnbounded(builtIn('radon/iterative')),
} as const;
type PlanName = keyof typeof plans;
const planNames: readonly PlanName[] = [
  'radon/fbp',
  'radon/backprojection',
  'radon/iterative',
  'radon/iterative, 5 iterations without positivity',
];

/** The data with errors as large as those of its rounding to float32, at most 2^-24 of each value. */
function withRoundingErrors({ data, ...rest }: Dataset): Dataset {
  const values = Float32Array.from(data.data, (value, index) => value * (1 + 2 ** -23 * Math.sin(index)));
  return { ...rest, data: { ...data, data: values } };
}

async function reconstruct(planName: PlanName, input: Dataset): Promise<ArrayLike<number>> {
  const registry = createExecutableRegistry([radonPackage]);
  const algorithm = buildAlgorithm(
    toTree(withDefaults(parsePlan(plans[planName]), catalogOf([radonManifest]))),
    registry,
  );
  try {
    const { data } = await runSteps(algorithm.steps, input, {
      signal: new AbortController().signal,
      memoryBytes: 2 ** 40,
      onProgress: () => undefined,
      onStep: () => undefined,
      onLog: () => undefined,
    });
    return data.data;
  } finally {
    algorithm.dispose();
  }
}

interface Expected {
  readonly image: ArrayLike<number>;
  /** How far the image of wasm moves when the data is rounded otherwise. */
  readonly sensitivity: number;
}

const expected = new Map<string, Expected>();
const images = new Map<string, ArrayLike<number>>();

// Before the engine under test opens: there is one engine per process at a time.
beforeAll(async () => {
  const wasm = await openEngine('wasm', { threads: 1 });
  for (const planName of planNames) {
    const image = await reconstruct(planName, scan);
    const moved = await reconstruct(planName, withRoundingErrors(scan));
    expected.set(planName, { image, sensitivity: relativeError(moved, image) });
  }
  await wasm.dispose();
});

useEngineUnderTest();

it.each(planNames)(`%s gives on ${engineName} the image of wasm and leaves no tensors`, async (planName) => {
  const before = memory().numTensors;
  const image = await reconstruct(planName, scan);
  images.set(planName, image);
  const { image: wasmImage, sensitivity } = expected.get(planName) ?? { image: [], sensitivity: NaN };
  const error = relativeError(image, wasmImage);
  const digits = (value: number) => value.toExponential(1);
  console.info(
    `${planName}: ${engineName} differs from wasm by ${digits(error)}, rounding the data by ${digits(sensitivity)}`,
  );
  // The iteration amplifies rounding errors: with positivity the signs of sums decide which pixels become 0, and late
  // steps of conjugate gradients divide small numbers. No engine can be nearer to wasm than wasm is to itself.
  expect(error).toBeLessThanOrEqual(Math.max(tolerance.plan, 3 * sensitivity));
  expect(memory().numTensors).toBe(before);
});

it(`the head is recognised on ${engineName}: the iterative image is closer to it than the direct one`, () => {
  const truth = sheppLoganImage(phantom).data;
  const squares = (image: ArrayLike<number>) =>
    truth.reduce((sum, value, index) => sum + (value - (image[index] ?? NaN)) ** 2, 0);
  const [direct, iterative] = ['radon/fbp', 'radon/iterative'].map((planName) => images.get(planName) ?? []);
  if (direct === undefined || iterative === undefined) throw new Error('two images are compared');
  const energy = truth.reduce((sum, value) => sum + value ** 2, 0);
  // At 32 pixels the thin skull is a few pixels wide: some 30 % of the energy is partial volume.
  expect(Math.sqrt(squares(direct) / energy)).toBeLessThan(0.5);
  expect(squares(iterative)).toBeLessThan(squares(direct));
});
