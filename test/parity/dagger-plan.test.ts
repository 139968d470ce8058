import {
  checkPlan,
  childrenOf,
  clearPlan,
  distributePlan,
  parentOf,
  parsePlan,
  planHash,
  printPlan,
  setAll,
  applyParameters,
  setProperty,
  toTree,
  valueAt,
  withDefaults,
  type PlanNode,
} from '@rondel/plan';
import { leastSquaresPackage } from '@rondel/least-squares';
import { radonPackage } from '@rondel/radon/steps';
import { buildAlgorithm, createExecutableRegistry, planStages, toPlan } from '@rondel/reco';
import { describe, expect, it } from 'vitest';
import {
  angles,
  catalog,
  iterativePlan,
  iterativeReconstruction,
  node,
  preprocessing,
  registry,
  shape,
} from './radon-plans.js';

const executable = createExecutableRegistry([leastSquaresPackage, radonPackage]);
const whole = distributePlan(iterativePlan(), { worker: 'gpu' });
const stepOnly = distributePlan(iterativePlan(), { worker: 'gpu', steps: ['parameter.reco'] });

function treeOf(plan: PlanNode) {
  expect(checkPlan(plan, catalog)).toEqual([]);
  return toTree(withDefaults(plan, catalog));
}

describe('the properties of a distributed plan', () => {
  it('are read, cleared and set as those of the plain one', () => {
    expect(valueAt(whole, 'parameter.algo.parameter.pre.frames')).toEqual([1n, 2n, 3n]);
    expect(valueAt(whole, 'parameter.pre.frames')).toEqual([1n, 2n, 3n]);
    const cleared = clearPlan(whole);
    expect(valueAt(cleared, 'parameter.pre.frames')).toBeUndefined();
    expect(valueAt(cleared, 'parameter.worker')).toBe('gpu');
    const name = 'parameter.pre.frames';
    expect(valueAt(setProperty(cleared, { name, value: [1, 2] }, catalog), name)).toEqual([1n, 2n]);
  });

  it('are all set by name from a dictionary', () => {
    const terms = [{ _type: 'L2Regularization', lambda: 0.5 }];
    const parameters = { shape, angles, iterations: 7, reg: terms, solver: 'CGNR' };
    const { plan, problems } = applyParameters(clearPlan(whole), parameters, catalog);
    expect(problems).toEqual([]);
    expect(valueAt(plan, 'parameter.reco.angles')).toEqual(angles);
    expect(valueAt(plan, 'parameter.reco.iterations')).toBe(7n);
    expect(valueAt(plan, 'parameter.reco.reg[1].lambda')).toBe(0.5);
  });
});

describe('the tree of a distributed plan', () => {
  it('is connected from the wrapper to the steps and back', () => {
    const path = 'parameter.algo.parameter';
    expect(parentOf(whole, 'parameter.algo')?.path).toBe('parameter');
    expect(childrenOf(whole, 'parameter.algo').map((child) => child.path)).toEqual([path]);
    expect(childrenOf(whole, path).map((child) => child.path)).toEqual([`${path}.pre`, `${path}.reco`]);
    expect(parentOf(whole, 'parameter.pre')?.path).toBe(path);
  });
});

describe('a distributed algorithm', () => {
  it('is made from nodes, by distributing a plan, or by distributing the plan of a built one', () => {
    const parameter = node('DaggerReconstructionParameter', { worker: 'gpu', algo: iterativePlan() });
    expect(node('DaggerReconstructionAlgorithm', { parameter })).toEqual(whole);
    const built = buildAlgorithm(treeOf(whole), executable);
    expect(toPlan(built, executable)).toMatchObject({ parameter: { worker: 'gpu', algo: { parameter: {} } } });
    expect(built.steps.map(({ path }) => path)).toEqual(['parameter.pre', 'parameter.reco']);
  });

  it('runs where its wrapper says', () => {
    expect(planStages(treeOf(whole), registry)).toEqual([
      expect.objectContaining({ placement: 'gpu', steps: [expect.anything(), expect.anything()] }),
    ]);
    expect(planStages(treeOf(stepOnly), registry).map(({ placement }) => placement)).toEqual([undefined, 'gpu']);
  });

  it('is saved without its worker and is the same algorithm when it is read again', () => {
    const loaded = parsePlan(printPlan(whole, 'toml'));
    expect(loaded.type).toBe(whole.type);
    expect(valueAt(loaded, 'parameter.algo')).toEqual(valueAt(whole, 'parameter.algo'));
    expect(valueAt(loaded, 'parameter.worker')).toBeUndefined();
    const hashes = [whole, loaded, iterativePlan()].map((plan) => planHash(withDefaults(plan, catalog)));
    expect(new Set(hashes).size).toBe(1);
  });

  it('is made from a file of a plain plan, as loadDaggerPlan does', () => {
    const loaded = distributePlan(parsePlan(printPlan(iterativePlan(), 'toml')), { worker: 'gpu=a100' });
    expect(loaded.type).toBe('DaggerReconstructionAlgorithm');
    expect(valueAt(loaded, 'parameter')).toMatchObject({ type: 'DaggerReconstructionParameter' });
    expect(planStages(treeOf(loaded), registry)).toMatchObject([{ placement: 'gpu=a100' }]);
  });

  it('moves to another worker with what it holds', () => {
    const moved = setAll(whole, { name: 'parameter.worker', value: 'cpu' }, catalog);
    expect(valueAt(moved, 'parameter.worker')).toBe('cpu');
    expect(valueAt(moved, 'parameter.algo')).toBe(valueAt(whole, 'parameter.algo'));
  });
});

describe('a distributed step', () => {
  it('keeps its worker and properties on the way to a plan and back', () => {
    const plan = toPlan(buildAlgorithm(treeOf(stepOnly), executable), executable);
    expect(plan).toMatchObject({ parameter: { reco: { worker: 'gpu', param: { iterations: 1 } } } });
    expect(valueAt(stepOnly, 'parameter.reco.iterations')).toBe(valueAt(iterativePlan(), 'parameter.reco.iterations'));
    const again = buildAlgorithm(plan, executable);
    expect(again.steps.map((step) => step.parameters)).toEqual(
      buildAlgorithm(treeOf(iterativePlan()), executable).steps.map((step) => step.parameters),
    );
  });

  it('is made from nodes, and its file names no worker', () => {
    const reco = node('DaggerReconstructionUtility', { param: iterativeReconstruction(), worker: 'gpu' });
    const parameter = node('IterativeRadonParameters', { pre: preprocessing(), reco });
    const plan = node('IterativeRadonAlgorithm', { parameter });
    expect(plan).toEqual(stepOnly);
    expect(printPlan(plan, 'toml')).not.toContain('gpu');
    expect(printPlan(plan, 'toml', { keepPlacement: true })).toContain('worker = "gpu"');
  });

  it('is refused around something that is no step', () => {
    const plan = distributePlan(iterativePlan(), { worker: 'gpu', steps: ['parameter.reco.reg[1]'] });
    expect(checkPlan(plan, catalog)).toMatchObject([{ code: 'PLAN_INVALID_VALUE', at: 'parameter.reco.reg[1]' }]);
  });
});
