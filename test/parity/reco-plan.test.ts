import {
  applyParameters,
  checkPlan,
  childrenOf,
  clearPlan,
  clearProperty,
  isMissing,
  parentOf,
  parsePlan,
  planFromTree,
  planHash,
  printPlan,
  propertyNames,
  propertyState,
  setAll,
  setProperty,
  toTree,
  valueAt,
  withDefaults,
  type PlanNode,
} from '@rondel/plan';
import { leastSquaresPackage } from '@rondel/least-squares';
import { radonPackage } from '@rondel/radon/steps';
import { buildAlgorithm, createExecutableRegistry, toPlan } from '@rondel/reco';
import { describe, expect, it } from 'vitest';
import { angles, catalog, iterativePlan, iterativeReconstruction, node, preprocessing, shape } from './radon-plans.js';

const executable = createExecutableRegistry([leastSquaresPackage, radonPackage]);

function build(plan: PlanNode) {
  expect(checkPlan(plan, catalog)).toEqual([]);
  return buildAlgorithm(toTree(withDefaults(plan, catalog)), executable);
}

function set(plan: PlanNode, values: Readonly<Record<string, unknown>>): PlanNode {
  return Object.entries(values).reduce(
    (changed, [name, value]) => setProperty(changed, { name, value }, catalog),
    plan,
  );
}

describe('construction', () => {
  it('gives the same algorithm from constructors, from properties set one by one, and from a built algorithm', () => {
    const pre = set(node('RadonPreprocessingParameters'), { frames: [1, 2, 3] });
    const { properties } = iterativeReconstruction();
    const reco = set(node('IterativeRadonReconstructionParameters'), {
      shape,
      angles,
      iterations: 1,
      reg: [node('L2Regularization', { lambda: 0.001 }), node('PositiveRegularization')],
      solver: 'CGNR',
    });
    expect(reco.properties).toEqual(properties);
    const parameter = set(node('IterativeRadonParameters'), { pre, reco });
    const oneByOne = set(node('IterativeRadonAlgorithm'), { parameter });
    const built = build(iterativePlan());
    const plans = [iterativePlan(), oneByOne, planFromTree(toPlan(built, executable))];
    const hashes = plans.map((plan) => planHash(withDefaults(plan, catalog)));
    expect(new Set(hashes).size).toBe(1);
    for (const plan of plans) {
      expect(build(plan).steps.map((step) => step.parameters)).toEqual(built.steps.map((step) => step.parameters));
    }
  });
});

describe('properties', () => {
  const empty = node('RadonFilteredBackprojectionParameters');

  it('begin as missing, are set and read, and refuse what they do not take', () => {
    expect(isMissing(empty, 'angles', catalog)).toBe(true);
    expect(isMissing(empty, 'filter', catalog)).toBe(true);
    const given = set(empty, { angles });
    expect(valueAt(given, 'angles')).toEqual(angles);
    expect(() => set(empty, { doesntExist: 42 })).toThrow(/no property "doesntExist"/);
    expect(() => set(given, { angles: 'Test' })).toThrow(/angles must be an array/);
    expect(valueAt(given, 'angles')).toEqual(angles);
    expect(propertyState(set(given, { angles: null }), 'angles', catalog)).toBe('nothing');
    expect(isMissing(clearProperty(given, 'angles', catalog), 'angles', catalog)).toBe(true);
    expect(isMissing(clearPlan(given), 'angles', catalog)).toBe(true);
  });

  it('that are missing have their default when the algorithm is built', () => {
    const parameter = node('DirectRadonParameters', { pre: preprocessing(), reco: set(empty, { angles }) });
    const [, reco] = build(node('DirectRadonAlgorithm', { parameter })).steps;
    expect(reco?.parameters).toMatchObject({ angles, filter: 'ramp' });
  });

  it('that hold nodes check their type, and are cleared with or without their structure', () => {
    const outer = node('DirectRadonParameters');
    expect(() => set(outer, { reco: preprocessing() })).toThrow(/reco must be a node of type/);
    const nested = set(outer, { reco: set(empty, { angles }) });
    expect(valueAt(nested, 'reco.angles')).toEqual(angles);
    const template = clearPlan(nested);
    expect(isMissing(template, 'reco', catalog)).toBe(false);
    expect(isMissing(template, 'reco.angles', catalog)).toBe(true);
    expect(isMissing(clearPlan(nested, { keepNodes: false }), 'reco', catalog)).toBe(true);
    // Nothing of this has changed the plan that it began with.
    expect(valueAt(nested, 'reco.angles')).toEqual(angles);
  });

  it('are set everywhere by name and from a dictionary, and an unknown name is reported', () => {
    const values = { angles, filter: 'hann' };
    const { plan, problems } = applyParameters(empty, { ...values, doesntExist: 42 }, catalog);
    expect(valueAt(plan, 'angles')).toEqual(angles);
    expect(valueAt(plan, 'filter')).toBe('hann');
    expect(problems.map(({ code }) => code)).toEqual(['PLAN_UNKNOWN_PROPERTY']);
    const outer = set(node('DirectRadonParameters'), { reco: empty });
    const nested = applyParameters(outer, values, catalog);
    expect(nested.problems).toEqual([]);
    expect(valueAt(nested.plan, 'reco.angles')).toEqual(angles);
    expect(valueAt(setAll(outer, { name: 'filter', value: 'hann' }, catalog), 'reco.filter')).toBe('hann');
  });

  it('have names also when they are missing, and tags are none', () => {
    const tagged = parsePlan('_module = "RondelRadon"\n_type = "RadonPreprocessingParameters"\n_listener = { x = 1 }');
    expect(propertyNames(tagged, '', catalog)).toEqual(['frames', 'numAverages']);
  });
});

describe('traversal', () => {
  it('leads from the root to the steps and back', () => {
    const plan = planFromTree(toPlan(build(iterativePlan()), executable));
    const [parameter, ...others] = childrenOf(plan);
    expect(others).toEqual([]);
    expect(parentOf(plan, 'parameter')?.node).toBe(plan);
    const children = childrenOf(plan, 'parameter');
    expect(children.map(({ property }) => property)).toEqual(['pre', 'reco']);
    for (const { path } of children) expect(parentOf(plan, path)?.node).toBe(parameter?.node);
  });
});

describe('serialization', () => {
  it('gives back a plan from which the same algorithm is built', () => {
    const reco = node('RadonFilteredBackprojectionParameters', { angles });
    const parameter = node('DirectRadonParameters', { pre: preprocessing(), reco });
    const plan = node('DirectRadonAlgorithm', { parameter });
    for (const format of ['toml', 'json'] as const) {
      const copy = parsePlan(printPlan(plan, format));
      expect(copy).toEqual(plan);
      expect(build(copy).steps.map((step) => step.parameters)).toEqual(build(plan).steps.map((s) => s.parameters));
    }
  });
});

describe('a result cache in a plan', () => {
  const cached = () => {
    const cache = node('ProcessResultCache', { param: preprocessing(), maxsize: 1 });
    const parameter = node('IterativeRadonParameters', { pre: cache, reco: iterativeReconstruction() });
    return node('IterativeRadonAlgorithm', { parameter });
  };

  it('has its size set by name, passes properties on, and is kept when the plan is saved', () => {
    const resized = setAll(cached(), { name: 'maxsize', value: 3 }, catalog);
    expect(valueAt(resized, 'parameter.pre.maxsize')).toBe(3n);
    const changed = setAll(resized, { name: 'parameter.pre.numAverages', value: 3 }, catalog);
    expect(valueAt(changed, 'parameter.pre.param.numAverages')).toBe(3n);
    const saved = parsePlan(printPlan(changed, 'toml'));
    expect(valueAt(saved, 'parameter.pre')).toMatchObject({ type: 'ProcessResultCache' });
    expect(valueAt(saved, 'parameter.pre.frames')).toEqual([1n, 2n, 3n]);
  });

  it('builds the algorithm of the plan without it', () => {
    const parameters = (plan: PlanNode) => build(plan).steps.map((step) => [step.path, step.parameters]);
    expect(parameters(cached())).toEqual(parameters(iterativePlan()));
  });
});
