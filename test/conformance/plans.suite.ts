import { openEngine } from '@rondel/compute';
import type { Dataset } from '@rondel/contracts';
import { parsePlan, toTree, withDefaults } from '@rondel/plan';
import { leastSquaresPackage } from '@rondel/least-squares';
import { leastSquaresManifest } from '@rondel/least-squares/manifest';
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

/** Five iterations of conjugate gradients: with ten and more, images depend on rounding, whatever the engine. */
function shortCgnr(toml: string): string {
  const changed = toml.replace('_value = "POGM"', '_value = "CGNR"').replace('iterations = 20', 'iterations = 5');
  if (changed.length !== toml.length - 1 || changed === toml) {
    throw new Error('radon/iterative no longer has POGM and 20 iterations to change');
  }
  return changed;
}

const plans = {
  'radon/fbp': builtIn('radon/fbp'),
  'radon/backprojection': builtIn('radon/backprojection'),
  'radon/iterative': builtIn('radon/iterative'),
  'radon/iterative with 5 iterations of CGNR': shortCgnr(builtIn('radon/iterative')),
} as const;
type PlanName = keyof typeof plans;
const planNames: readonly PlanName[] = [
  'radon/fbp',
  'radon/backprojection',
  'radon/iterative',
  'radon/iterative with 5 iterations of CGNR',
];

async function reconstruct(planName: PlanName, input: Dataset): Promise<ArrayLike<number>> {
  const registry = createExecutableRegistry([leastSquaresPackage, radonPackage]);
  const algorithm = buildAlgorithm(
    toTree(withDefaults(parsePlan(plans[planName]), catalogOf([leastSquaresManifest, radonManifest]))),
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

const expected = new Map<string, ArrayLike<number>>();
const images = new Map<string, ArrayLike<number>>();

// Before the engine under test opens: there is one engine per process at a time.
beforeAll(async () => {
  const wasm = await openEngine('wasm', { threads: 1 });
  for (const planName of planNames) expected.set(planName, await reconstruct(planName, scan));
  await wasm.dispose();
});

useEngineUnderTest();

it.each(planNames)(`%s gives on ${engineName} the image of wasm and leaves no tensors`, async (planName) => {
  const before = memory().numTensors;
  const image = await reconstruct(planName, scan);
  images.set(planName, image);
  const error = relativeError(image, expected.get(planName) ?? []);
  console.info(`${planName}: ${engineName} differs from wasm by ${error.toExponential(1)}`);
  expect(error).toBeLessThanOrEqual(tolerance.plan);
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
