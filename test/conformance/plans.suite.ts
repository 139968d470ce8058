import { openEngine } from '@rondel/compute';
import type { Dataset } from '@rondel/contracts';
import { parsePlan, toTree, withDefaults } from '@rondel/plan';
import { leastSquaresPackage } from '@rondel/least-squares';
import { leastSquaresManifest } from '@rondel/least-squares/manifest';
import { radonManifest } from '@rondel/radon/manifest';
import { sheppLoganConeScan, sheppLoganImage, sheppLoganScan } from '@rondel/radon/phantom';
import { radonPackage } from '@rondel/radon/steps';
import { mpiManifest } from '@rondel/mpi/manifest';
import { simulateMpi } from '@rondel/mpi/phantom';
import { mpiPackage } from '@rondel/mpi/steps';
import { buildAlgorithm, catalogOf, createExecutableRegistry, cutDataset, runSteps, type DataFile } from '@rondel/reco';
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { expectAgreement } from './agreement.js';
import { engineName, tolerance, useEngineUnderTest } from './engine-under-test.js';

const phantom = { size: 32, frames: 1 };
const head = sheppLoganScan({ ...phantom, angles: 60 });
const fewSlices = sheppLoganScan({ size: 16, frames: 1, angles: 24 });
const cone = sheppLoganConeScan({ size: 16, frames: 1, angles: 24 });
const tracer = simulateMpi({ size: 6, frames: 2 });

const manifests = [leastSquaresManifest, radonManifest, mpiManifest];

interface PlanCase {
  readonly toml: string;
  readonly input: Dataset;
}

/** A built-in plan with some of its lines written otherwise. */
function builtIn(planName: string, changes: readonly (readonly [from: string, to: string])[] = []): string {
  const { toml } = manifests.flatMap(({ plans }) => plans).find(({ name }) => name === planName) ?? {};
  if (toml === undefined) throw new Error(`There is no plan ${planName}.`);
  return changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`${planName} no longer has ${from}.`);
    return text.replace(from, to);
  }, toml);
}

/** The penalty of a plan becomes another one. */
const penalty = (name: string, lambda: number, planName: 'radon/iterative' | 'mpi/single-patch') =>
  [
    ['"L2Regularization"', `"${name}Regularization"`],
    [planName === 'radon/iterative' ? 'lambda = 0.001' : 'lambda = 0.01', `lambda = ${lambda}`],
  ] as const;
const tomogram = (solver: string, iterations: number, ...changes: (readonly [string, string])[]): PlanCase => ({
  toml: builtIn('radon/iterative', [
    ['"POGM"', `"${solver}"`],
    ['iterations = 20', `iterations = ${iterations}`],
    ...changes,
  ]),
  input: fewSlices,
});
const concentrations = (solver: string, ...changes: (readonly [string, string])[]): PlanCase => ({
  toml: builtIn('mpi/single-patch', [
    ['"Kaczmarz"', `"${solver}"`],
    ['[parameter.reco]\n', '[parameter.reco]\n    sf = "system"\n'],
    ...changes,
  ]),
  input: tracer.measurement,
});
const noPenalty = [
  /\n {8}\[\[parameter\.reco\.reg\]\]\n.*\n.*"L2Regularization"\n.*lambda = 0\.001\n/.exec(
    builtIn('radon/iterative'),
  )?.[0] ?? '',
  '',
] as const;
/** The scanner of the phantom in a plan. */
const scanner = [
  ['sourceOrigin = 500.0', `sourceOrigin = ${cone.geometry.sourceOrigin}`],
  ['sourceDetector = 1000.0', `sourceDetector = ${cone.geometry.sourceDetector}`],
  ['[0.4, 0.4]', JSON.stringify(cone.geometry.detectorPixel)],
] as const;
const coneGeometry = `iterations = 5

        [parameter.reco.geometry]
        _type = "ConeBeamGeometryParameters"
        sourceOrigin = ${cone.geometry.sourceOrigin}
        sourceDetector = ${cone.geometry.sourceDetector}
        detectorPixel = ${JSON.stringify(cone.geometry.detectorPixel)}`;
const volume = (solver: string, ...changes: (readonly [string, string])[]): PlanCase => ({
  ...tomogram(
    solver,
    5,
    ['_type = "RecoPlan{TransmissionPreprocessingParameters}"', '_type = "RadonPreprocessingParameters"'],
    ['iterations = 5', coneGeometry],
    ...changes,
  ),
  input: cone.scan,
});
const variation = penalty('TV', 0.01, 'radon/iterative');
const sparse = penalty('L1', 0.01, 'mpi/single-patch');

const plans: Readonly<Record<string, PlanCase>> = {
  'radon/fbp': { toml: builtIn('radon/fbp'), input: head },
  'radon/fbp, grid': {
    toml: builtIn('radon/fbp', [['filter = "ramp"', 'filter = "ramp"\n    method = "grid"']]),
    input: fewSlices,
  },
  'radon/backprojection': { toml: builtIn('radon/backprojection'), input: head },
  'radon/fdk': { toml: builtIn('radon/fdk', scanner), input: cone.scan },
  'radon/iterative, FISTA with TV on a cone beam': volume('FISTA', ...variation),
  'radon/iterative': { toml: builtIn('radon/iterative'), input: head },
  'radon/iterative, CGNR': tomogram('CGNR', 10),
  'radon/iterative, Kaczmarz': tomogram('Kaczmarz', 3),
  'radon/iterative, FISTA with TV': tomogram('FISTA', 5, ...variation),
  'radon/iterative, OptISTA with TV': tomogram('OptISTA', 5, ...variation),
  'radon/iterative, POGM with TV': tomogram('POGM', 5, ...variation),
  'radon/iterative, ADMM with TV': tomogram('ADMM', 3, ...variation),
  'radon/iterative, SplitBregman with TV': tomogram('SplitBregman', 1, ...variation, [
    'iterations = 1',
    'iterations = 1\n        iterationsInner = 2\n        iterationsCG = 4',
  ]),
  'radon/iterative, PrimalDualSolver with TV': tomogram('PrimalDualSolver', 5, ...variation),
  'radon/iterative, SIRT': tomogram('SIRT', 10, noPenalty),
  'radon/iterative, OSSART': tomogram('OSSART', 3, noPenalty),
  'radon/iterative, OSEM': tomogram('OSEM', 3, noPenalty),
  'mpi/single-patch': concentrations('Kaczmarz'),
  // After more, the small system is fitted to what float32 resolves, and images depend on rounding.
  'mpi/single-patch, CGNR': concentrations('CGNR', ['iterations = 10', 'iterations = 5']),
  'mpi/single-patch, FISTA with L1': concentrations('FISTA', ['iterations = 10', 'iterations = 4'], ...sparse),
  'mpi/single-patch, ADMM with L1': concentrations('ADMM', ['iterations = 10', 'iterations = 3'], ...sparse),
};
const planNames = Object.keys(plans);

function openFile(): Promise<DataFile> {
  const [calibration] = tracer.calibrations;
  if (calibration === undefined) throw new Error('The phantom has no calibration.');
  return Promise.resolve({
    label: 'system',
    identity: 'system',
    facts: calibration,
    read(name, ranges = {}) {
      const data = name === 'data' ? calibration.data : calibration.companions[name];
      if (data === undefined) throw new Error(`The calibration has no ${name}.`);
      const whole: Dataset = { data, companions: {}, attributes: {} };
      return Promise.resolve(
        Object.entries(ranges).reduce((part, [axis, [start, stop]]) => cutDataset(part, { axis, start, stop }), whole)
          .data,
      );
    },
  });
}

async function reconstruct(planName: string): Promise<ArrayLike<number>> {
  const { toml, input } = plans[planName] ?? {};
  if (toml === undefined || input === undefined) throw new Error(`There is no plan ${planName}.`);
  const registry = createExecutableRegistry([leastSquaresPackage, radonPackage, mpiPackage]);
  const algorithm = buildAlgorithm(toTree(withDefaults(parsePlan(toml), catalogOf(manifests))), registry);
  try {
    const { data } = await runSteps(algorithm.steps, input, {
      signal: new AbortController().signal,
      memoryBytes: 2 ** 40,
      onProgress: () => undefined,
      onStep: () => undefined,
      onLog: () => undefined,
      openFile,
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
  for (const planName of planNames) expected.set(planName, await reconstruct(planName));
  await wasm.dispose();
});

useEngineUnderTest();

it.each(planNames)(`%s gives on ${engineName} the image of wasm and leaves no tensors`, async (planName) => {
  const before = memory().numTensors;
  const image = await reconstruct(planName);
  images.set(planName, image);
  expect(Array.from(image).some((value) => value !== 0)).toBe(true);
  expectAgreement(`plan: ${planName}`, image, expected.get(planName) ?? [], tolerance.plan);
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
