import { tensorSolverNames, tensorSolvers } from './manifest/solvers.js';
import {
  buildAlgorithm,
  catalogOf,
  createExecutableRegistry,
  createRegistry,
  stepsOf,
  toPlan,
  validatePlan,
} from '@rondel/reco';
import { engineNames, type EngineName } from '@rondel/contracts';
import { describe, expect, it } from 'vitest';
import { leastSquaresPackage } from '@rondel/least-squares';
import { leastSquaresManifest } from '@rondel/least-squares/manifest';
import { radonManifest } from './manifest.js';
import { planOf } from './running.test.support.js';
import { slabExtent } from './slab-size.js';
import { radonPackage } from './steps.js';

const { nodes } = catalogOf([leastSquaresManifest, radonManifest]);

describe('the manifest', () => {
  it('has code for every step it declares and declares every step it has code for', () => {
    const declared = radonManifest.nodes.filter(({ kind }) => kind === 'step').map(({ type }) => type);
    expect(radonPackage.steps.map(({ type }) => type).sort()).toEqual(declared.sort());
    const registry = createExecutableRegistry([leastSquaresPackage, radonPackage]);
    for (const type of declared) expect(registry.factory(type)).toBeTypeOf('function');
  });

  it('only accepts types that it declares', () => {
    const types = nodes.map(({ type }) => type);
    const references = nodes.flatMap(({ properties }) =>
      properties.filter(({ typeReference }) => !typeReference).flatMap(({ accepts = [] }) => accepts),
    );
    expect(references.filter((type) => !types.includes(type))).toEqual([]);
  });

  it('S5: has words for the axes of the data, and refuses those that name none or one twice', () => {
    const problems = (axes: string | string[]) => {
      const pre = ['TransmissionPreprocessingParameters', { axes }] as const;
      const plan = planOf(pre, ['RadonFilteredBackprojectionParameters', {}]);
      return validatePlan(plan, createRegistry([leastSquaresManifest, radonManifest])).map(
        ({ code, at }) => `${code} ${at ?? ''}`,
      );
    };
    for (const axes of ['angle,slice,detector', ['theta', '-y', 'x'], ['frame', 'slice', 'angle', 'detector']]) {
      expect(problems(axes)).toEqual([]);
    }
    for (const axes of ['angel,slice,detector', ['angle', 'slice'], ['angle', 'theta', 'detector']]) {
      expect(problems(axes)).toEqual(['PLAN_INVALID_VALUE parameter.pre.axes']);
    }
  });

  it('has the names and fields of the AbstractImageReconstruction example', () => {
    const fields = (type: string) => nodes.find((node) => node.type === type)?.properties.map(({ name }) => name);
    expect(fields('RadonPreprocessingParameters')).toEqual(['frames', 'numAverages']);
    expect(fields('RadonBackprojectionParameters')).toContain('angles');
    expect(fields('RadonFilteredBackprojectionParameters')).toEqual(expect.arrayContaining(['angles', 'filter']));
    expect(fields('DirectRadonParameters')).toEqual(['outliers', 'detector', 'flat', 'phase', 'pre', 'rings', 'reco']);
    expect(fields('DirectRadonAlgorithm')).toEqual(['parameter']);
    expect(fields('IterativeRadonReconstructionParameters')).toEqual(
      expect.arrayContaining(['eltype', 'angles', 'shape', 'iterations', 'reg', 'solver']),
    );
    expect(fields('IterativeRadonParameters')).toEqual([
      'outliers',
      'detector',
      'flat',
      'phase',
      'pre',
      'rings',
      'reco',
    ]);
    expect(fields('IterativeRadonAlgorithm')).toEqual(['parameter']);
    expect(fields('L2Regularization')).toEqual(['lambda']);
    expect(fields('PositiveRegularization')).toEqual([]);
  });

  it('has stages that plans leave out, and no step then', () => {
    const registry = createExecutableRegistry([leastSquaresPackage, radonPackage]);
    const nodes = [
      ['RadonPreprocessingParameters', {}] as const,
      ['RadonBackprojectionParameters', {}] as const,
    ] as const;
    const plans = [planOf(...nodes), planOf(...nodes, { rings: ['RingRemovalParameters', {}] })];
    const paths = plans.map((plan) => stepsOf(plan, registry).map(({ path }) => path));
    expect(paths).toEqual([
      ['parameter.pre', 'parameter.reco'],
      ['parameter.pre', 'parameter.rings', 'parameter.reco'],
    ]);
    for (const [index, plan] of plans.entries()) {
      const again = toPlan(buildAlgorithm(plan, registry), registry);
      expect(stepsOf(again, registry).map(({ path }) => path)).toEqual(paths[index]);
    }
  });

  it('offers its plans by name', () => {
    const registry = createRegistry([leastSquaresManifest, radonManifest]);
    for (const name of ['radon/fbp', 'radon/backprojection', 'radon/iterative']) {
      expect(registry.plan(name).toml).toContain('_module = "RondelRadon"');
    }
  });

  it('refuses properties that contradict each other before anything is queued', () => {
    const reco = ['IterativeRadonReconstructionParameters', { reg: [{ _type: 'PositiveRegularization' }] }] as const;
    const twice = { reg: [{ _type: 'PositiveRegularization' }, { _type: 'PositiveRegularization' }] };
    const pre = (properties: Parameters<typeof planOf>[0][1]) =>
      ['TransmissionPreprocessingParameters', properties] as const;
    const complaints = (plan: ReturnType<typeof planOf>) =>
      validatePlan(plan, createRegistry([leastSquaresManifest, radonManifest])).map(({ code, at, message }) => ({
        code,
        at,
        message,
      }));
    const complaint = (at: string, words: string) => [
      { code: 'PLAN_INVALID_VALUE', at, message: expect.stringContaining(words) as string },
    ];
    const inOrder = { ringWindow: 5, numAverages: 2, frames: [1, 2, 4, 3], centerOfRotation: 3 };
    expect(complaints(planOf(pre({ numAverages: 1, frames: [], ringWindow: 3 }), reco))).toEqual([]);
    expect(complaints(planOf(pre(inOrder), reco))).toEqual([]);
    expect(complaints(planOf(pre({ ...inOrder, ringWindow: 4 }), reco))).toEqual(
      complaint('parameter.pre.ringWindow', 'must be an odd number of bins, got 4'),
    );
    expect(complaints(planOf(pre({ ...inOrder, numAverages: 3 }), reco))).toEqual(
      complaint('parameter.pre.numAverages', '4 frames cannot be averaged in groups of 3'),
    );
    expect(complaints(planOf(pre({ ...inOrder, findCenter: true }), reco))).toEqual(
      complaint('parameter.pre.findCenter', 'must not be true when centerOfRotation is given (3)'),
    );
    expect(complaints(planOf(pre(inOrder), [reco[0], twice]))).toEqual(
      complaint('parameter.reco.reg', 'PositiveRegularization more than once'),
    );
  });

  it('has every solver that there is to choose', () => {
    const solver = nodes
      .find(({ type }) => type === 'IterativeRadonReconstructionParameters')
      ?.properties.find(({ name }) => name === 'solver');
    expect(solver?.accepts).toEqual([...tensorSolverNames, 'Kaczmarz']);
    for (const name of tensorSolverNames) {
      expect(solver?.description).toContain(`${name}: ${tensorSolvers[name].description}`);
    }
  });

  it('estimates memory of each engine, and of the one that takes most where nobody knows which computes', () => {
    const bytes = (type: string, properties: Readonly<Record<string, unknown>>, engine?: EngineName) => {
      const step = radonManifest.nodes.find((node) => node.type === type);
      if (step?.kind !== 'step') throw new Error(`The manifest has no step ${type}.`);
      return step.estimateBytes(properties, { shape: [8, 360, 256], elementBytes: 4 }, engine);
    };
    const cone = { type: 'ConeBeamGeometryParameters', parameters: { detectorPixel: [1, 1] } };
    for (const [type, properties] of [
      ['RadonFilteredBackprojectionParameters', { method: 'sums', padding: 'none' }],
      ['RadonFilteredBackprojectionParameters', { method: 'grid', padding: 'none' }],
      ['RadonFilteredBackprojectionParameters', { method: 'sums', padding: 'edge' }],
      ['FdkReconstructionParameters', { geometry: cone, padding: 'none' }],
      ['IterativeRadonReconstructionParameters', { solver: 'CGNR' }],
    ] as const) {
      expect(bytes(type, properties)).toBe(Math.max(...engineNames.map((name) => bytes(type, properties, name))));
    }
    // Sums on a graphics card: rows, what becomes of them and what they came in, and the mask.
    const [sinogram, image] = [4 * 8 * 360 * 256, 4 * 256 * 256];
    const sums = { method: 'sums', padding: 'none' };
    expect(bytes('RadonFilteredBackprojectionParameters', sums, 'webgpu')).toBe(3 * sinogram + image);
  });

  it('estimates memory that grows with the data until slabs bound it', () => {
    const step = radonManifest.nodes.find(({ type }) => type === 'IterativeRadonReconstructionParameters');
    if (step?.kind !== 'step') throw new Error('The manifest has no iterative step.');
    const input = (slices: number) => ({ shape: [slices, 100, 128], elementBytes: 4 });
    const onDevice = (slices: number) => step.estimateBytes({ solver: 'CGNR' }, input(slices));
    expect(onDevice(20)).toBe(2 * onDevice(10));
    expect(onDevice(20_000)).toBe(onDevice(10_000));
    const onHost = (slices: number) => step.estimateHostBytes?.({ solver: 'CGNR' }, input(slices)) ?? 0;
    expect(onHost(20_000) - onHost(10_000)).toBe(4 * 10_000 * 128 * 128);
  });
});

describe('slabs', () => {
  it('hold everything that fits, else whole groups of 8, and at least one entry', () => {
    const budget = 512 * 2 ** 20;
    expect(slabExtent(100, budget / 100)).toBe(100);
    expect(slabExtent(100, budget / 50)).toBe(48);
    expect(slabExtent(100, budget / 5)).toBe(5);
    expect(slabExtent(100, budget * 3)).toBe(1);
  });
});
