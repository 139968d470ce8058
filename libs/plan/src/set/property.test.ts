import { isRondelError } from '@rondel/contracts';
import { describe, expect, it } from 'vitest';
import { nodeAt, setAt, valueAt } from '../value/edit.js';
import { newNode } from './new-node.js';
import { parsePlan } from '../text/parse-plan.js';
import { clearProperty, isMissing, propertyNames, propertyState, setProperties } from './property.js';
import { setProperty } from '../live/linked-parameters.js';
import { fbpToml, iterativeToml, sampleCatalog } from '../sample.test.support.js';

const plan = parsePlan(iterativeToml);
const set = (name: string, value: unknown) => setProperty(plan, { name, value }, sampleCatalog);

function failureOf(work: () => unknown) {
  try {
    work();
  } catch (error) {
    if (isRondelError(error)) return error.failure;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('setProperty', () => {
  it('converts a value to the kind its property has', () => {
    expect(valueAt(set('parameter.reco.iterations', 5), 'parameter.reco.iterations')).toBe(5n);
    expect(valueAt(set('parameter.reco.angles', [0, 1]), 'parameter.reco.angles')).toEqual([0, 1]);
    expect(valueAt(set('parameter.reco.solver', 'FISTA'), 'parameter.reco.solver')).toMatchObject({ name: 'FISTA' });
    expect(valueAt(set('parameter.reco.reg[1].lambda', 1), 'parameter.reco.reg[1].lambda')).toBe(1);
  });

  it('leaves the plan it was given as it was, and shares what did not change', () => {
    const changed = set('parameter.reco.iterations', 5);
    expect(valueAt(plan, 'parameter.reco.iterations')).toBe(20n);
    expect(valueAt(changed, 'parameter.reco.reg')).toBe(valueAt(plan, 'parameter.reco.reg'));
  });

  it('refuses a wrong value and an unknown name, with the nearest ones', () => {
    expect(failureOf(() => set('parameter.reco.iterations', 'many'))).toMatchObject({
      code: 'PLAN_INVALID_VALUE',
      at: 'parameter.reco.iterations',
    });
    expect(failureOf(() => set('parameter.reco.iteration', 5))).toMatchObject({
      code: 'PLAN_UNKNOWN_PROPERTY',
      details: { nearest: ['parameter.reco.iterations'] },
    });
    // A bare name is a path here: the root has no such property.
    expect(failureOf(() => set('iterations', 5)).code).toBe('PLAN_UNKNOWN_PROPERTY');
  });

  it('takes nodes, alone and in lists, and refuses one of a type that does not belong there', () => {
    const l2 = newNode('L2Regularization', sampleCatalog, { lambda: 0.5 });
    const changed = set('parameter.reco.reg', [l2]);
    expect(valueAt(changed, 'parameter.reco.reg[1].lambda')).toBe(0.5);
    expect(failureOf(() => set('parameter.reco', l2))).toMatchObject({ code: 'PLAN_INVALID_VALUE' });
  });

  it('sets several at once and reports all that is wrong', () => {
    const { plan: changed, problems } = setProperties(
      plan,
      { 'parameter.reco.iterations': 3, 'parameter.reco.shape': 'x', nothing: 1 },
      sampleCatalog,
    );
    expect(valueAt(changed, 'parameter.reco.iterations')).toBe(3n);
    expect(problems.map(({ code }) => code)).toEqual(['PLAN_INVALID_VALUE', 'PLAN_UNKNOWN_PROPERTY']);
  });
});

describe('the state of a property', () => {
  const direct = parsePlan(fbpToml);
  const stateOf = (path: string, from = direct) => propertyState(from, path, sampleCatalog);

  it('tells missing from nothing, and what may be missing from what must not', () => {
    expect(stateOf('parameter.reco.filter')).toBe('given');
    expect(stateOf('parameter.reco.angles')).toBe('absent');
    expect(stateOf('parameter.pre.numAverages')).toBe('default');
    expect(stateOf('parameter.reco.center')).toBe('default');
    const cleared = setProperty(direct, { name: 'parameter.reco.center', value: null }, sampleCatalog);
    expect(stateOf('parameter.reco.center', cleared)).toBe('nothing');
    expect(isMissing(cleared, 'parameter.reco.center', sampleCatalog)).toBe(false);
    expect(stateOf('parameter.reco.shape', clearProperty(plan, 'parameter.reco.shape', sampleCatalog))).toBe('missing');
    expect(isMissing(direct, 'parameter.reco.angles', sampleCatalog)).toBe(true);
  });

  it('is asked and cleared only where there is such a property', () => {
    for (const ask of [stateOf, (path: string) => clearProperty(direct, path, sampleCatalog)]) {
      expect(failureOf(() => ask('parameter.reco.fliter'))).toMatchObject({
        code: 'PLAN_UNKNOWN_PROPERTY',
        details: { nearest: ['parameter.reco.filter'] },
      });
    }
    const strange = setAt(direct, 'parameter.reco.strange', 1n);
    expect(clearProperty(strange, 'parameter.reco.strange', sampleCatalog)).toEqual(direct);
    expect(clearProperty(direct, 'parameter.reco.angles', sampleCatalog)).toBe(direct);
  });
});

describe('the properties of a node', () => {
  it('are listed from the catalog even when they are missing, and without tags', () => {
    const empty = newNode('RadonPreprocessingParameters', sampleCatalog);
    expect(propertyNames(empty, '', sampleCatalog)).toEqual(['frames', 'numAverages']);
    const more = setAt(setAt(plan, 'parameter.reco.strange', 1n), 'parameter.reco.iterations', 1n);
    expect(propertyNames(more, 'parameter.reco', sampleCatalog)).toEqual([
      'angles',
      'shape',
      'iterations',
      'solver',
      'reg',
      'eltype',
      'strange',
    ]);
    expect(propertyNames(plan, 'parameter.reco.iterations', sampleCatalog)).toEqual([]);
  });
});

describe('a new node', () => {
  it('has the module of its package and the properties given', () => {
    const node = newNode('RadonPreprocessingParameters', sampleCatalog, { frames: [1, 2] });
    expect(node).toMatchObject({ module: 'RondelRadon', wrapped: true });
    expect(nodeAt(setAt(plan, 'parameter.pre', node), 'parameter.pre')).toBe(node);
    expect(valueAt(node, 'frames')).toEqual([1n, 2n]);
  });

  it('is refused when its type or a property is unknown', () => {
    expect(failureOf(() => newNode('RadonPreprocessing', sampleCatalog)).code).toBe('PLAN_UNKNOWN_TYPE');
    expect(failureOf(() => newNode('RadonPreprocessingParameters', sampleCatalog, { frame: [1] })).code).toBe(
      'PLAN_UNKNOWN_PROPERTY',
    );
  });
});
