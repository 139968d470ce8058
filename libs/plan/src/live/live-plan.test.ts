import { isRondelError } from '@rondel/contracts';
import { describe, expect, it } from 'vitest';
import { parsePlan } from '../text/parse-plan.js';
import { valueAt } from '../value/edit.js';
import { said, template, watchedPlan } from './live.test.support.js';
import { mostNestedChanges } from './observers.js';

const iterations = 'parameter.reco.iterations';
const frames = 'parameter.pre.frames';

function codeOf(action: () => void): string {
  try {
    action();
  } catch (error) {
    if (isRondelError(error)) return error.code;
    throw error;
  }
  return 'nothing thrown';
}

describe('a live plan', () => {
  it('is read and set by path, with the checks and conversions of setAll', () => {
    const { plan } = watchedPlan();
    plan.set(iterations, 5);
    expect(plan.get(iterations)).toBe(5n);
    plan.set('parameter.reco.reg[1].lambda', 2);
    expect(plan.get('parameter.reco.reg[1].λ')).toBe(2);
    expect(codeOf(() => plan.set(iterations, 'many'))).toBe('PLAN_INVALID_VALUE');
    expect(codeOf(() => plan.set('parameter.reco.iteratons', 5))).toBe('PLAN_UNKNOWN_PROPERTY');
    expect(codeOf(() => plan.get('parameter.nowhere'))).toBe('PLAN_UNKNOWN_PROPERTY');
    expect(plan.get(frames)).toBeUndefined();
    expect(plan.version).toBe(2);
  });

  it('sets a bare name everywhere and a dictionary as a whole or not at all', () => {
    const { plan } = watchedPlan();
    plan.setAll({ iterations: 7, shape: [8, 8] });
    expect([plan.get(iterations), plan.get('parameter.reco.shape')]).toEqual([7n, [8n, 8n]]);
    const before = plan.tree;
    expect(codeOf(() => plan.setAll({ iterations: 8, shape: 'none' }))).toBe('PLAN_INVALID_VALUE');
    expect(plan.tree).toBe(before);
  });

  it('makes one property missing, one list item go, and refuses a name that is none', () => {
    const { plan } = watchedPlan();
    plan.remove(iterations);
    expect(plan.get(iterations)).toBeUndefined();
    plan.remove('parameter.reco.reg[1]');
    expect(plan.get('parameter.reco.reg[1]')).toMatchObject({ type: 'PositiveRegularization' });
    expect(codeOf(() => plan.remove('parameter.reco.iteratons'))).toBe('PLAN_UNKNOWN_PROPERTY');
    plan.set(frames, [4]);
    expect(codeOf(() => plan.remove(`${frames}[1]`))).toBe('PLAN_INVALID_VALUE');
  });

  it('clears a node or all, keeping nodes or not', () => {
    const { plan } = watchedPlan();
    plan.clear({ path: 'parameter.reco' });
    expect([plan.get(iterations), plan.get('parameter.reco')]).toMatchObject([undefined, { kind: 'node' }]);
    plan.clear({ keepNodes: false });
    expect(plan.tree.properties.size).toBe(0);
    expect(codeOf(() => plan.clear({ path: 'parameter.reco' }))).toBe('PLAN_UNKNOWN_PROPERTY');
  });

  it('is forked without its observers', () => {
    const { plan } = watchedPlan();
    const heard: unknown[] = [];
    plan.on(iterations, (event) => heard.push(event));
    const fork = plan.fork();
    fork.set(iterations, 3);
    expect([fork.get(iterations), plan.get(iterations), heard]).toEqual([3n, 20n, []]);
  });

  it('takes over what was previewed on a copy', () => {
    const { plan } = watchedPlan();
    const fork = plan.fork();
    const { state, changes } = plan.preview({ kind: 'set', path: iterations, value: 9 });
    const heard: unknown[] = [];
    fork.on('', (event) => heard.push(said(event)));
    fork.apply(changes, state.released);
    expect([fork.get(iterations), plan.get(iterations), heard]).toEqual([9n, 20n, [[iterations, 9n]]]);
  });
});

describe('observers', () => {
  it('are told of a value that was accepted, and no longer once they are off', () => {
    const { plan } = watchedPlan();
    const heard: unknown[] = [];
    const off = plan.on('parameter.reco.angles', (event) => heard.push(said(event)));
    plan.set('parameter.reco.angles', [0, 0.5]);
    codeOf(() => plan.set('parameter.reco.angles', 'Test'));
    off();
    plan.set('parameter.reco.angles', [1]);
    expect(heard).toEqual([['parameter.reco.angles', [0, 0.5]]]);
  });

  it('are told of a property that is set to what it was, as in Julia', () => {
    const { plan } = watchedPlan();
    const heard: unknown[] = [];
    plan.on(iterations, (event) => heard.push(said(event)));
    plan.set(iterations, 20);
    plan.setAll({ iterations: 20 });
    expect(heard).toEqual([
      [iterations, 20n],
      [iterations, 20n],
    ]);
  });

  it('P8: hear of a clear once and are gone after it, unless they watch the cleared node or more', () => {
    const { plan } = watchedPlan();
    const inner: unknown[] = [];
    const outer: unknown[] = [];
    plan.on(iterations, (event) => inner.push(said(event)));
    plan.on('parameter.reco', (event) => outer.push(said(event)));
    plan.clear({ path: 'parameter.reco' });
    plan.set(iterations, 4);
    expect(inner).toEqual([[iterations, 'missing']]);
    expect(outer.at(-1)).toEqual([iterations, 4n]);
  });

  it('of a property hear of it when the node around it is replaced by one with another value', () => {
    const { plan } = watchedPlan();
    const heard: unknown[] = [];
    plan.on(iterations, (event) => heard.push(said(event)));
    plan.set('parameter.reco', { _type: 'IterativeRadonReconstructionParameters', iterations: 20 });
    plan.set('parameter.reco', { _type: 'IterativeRadonReconstructionParameters', iterations: 21 });
    expect(heard).toEqual([[iterations, 21n]]);
  });

  it('are told in order, each of a change that is complete', () => {
    const { plan } = watchedPlan();
    const heard: unknown[] = [];
    plan.on('', ({ version, path }) => heard.push([version, path, plan.get(iterations), plan.get(frames)]));
    plan.setAll({ iterations: 1, frames: [1] });
    expect(heard).toEqual([
      [1, iterations, 1n, [1n]],
      [1, frames, 1n, [1n]],
    ]);
  });

  it('that throw harm nobody and are reported', () => {
    const { plan, errors } = watchedPlan();
    const heard: unknown[] = [];
    plan.on(iterations, () => {
      throw new Error('broken observer');
    });
    plan.on(iterations, (event) => heard.push(said(event)));
    plan.set(iterations, 2);
    expect([heard, errors]).toMatchObject([[[iterations, 2n]], [{ message: 'broken observer' }]]);
    expect(plan.get(iterations)).toBe(2n);
  });

  it('may change the plan: at once, told after the change that they answer', () => {
    const { plan } = watchedPlan();
    const heard: unknown[] = [];
    plan.on(iterations, () => {
      plan.set('parameter.pre.numAverages', 3);
      heard.push(plan.get('parameter.pre.numAverages'));
    });
    plan.on('', (event) => heard.push([event.version, ...(said(event) as unknown[])]));
    plan.set(iterations, 2);
    expect(heard).toEqual([3n, [1, iterations, 2n], [2, 'parameter.pre.numAverages', 3n]]);
  });

  it('that answer each other for ever are stopped', () => {
    const { plan, errors } = watchedPlan();
    plan.on(iterations, () => plan.setAll({ numAverages: Number(plan.get(iterations)) }));
    plan.on('parameter.pre.numAverages', () => plan.setAll({ iterations: Number(plan.get(iterations)) + 1 }));
    plan.set(iterations, 1);
    expect(errors).toMatchObject([{ code: 'CONFLICT' }]);
    expect(plan.version).toBe(1 + mostNestedChanges);
    plan.set(frames, [1]);
    expect(plan.version).toBe(2 + mostNestedChanges);
  });

  it('find their property behind a wrapper', () => {
    const text = `_type = "RecoPlan{DirectRadonParameters}"
[pre]
_type = "RecoPlan{ProcessResultCache}"
_module = "AbstractImageReconstruction"
  [pre.param]
  _module = "RondelRadon"
  _type = "RecoPlan{RadonPreprocessingParameters}"
`;
    const { plan } = watchedPlan(parsePlan(text));
    const heard: unknown[] = [];
    plan.on('pre.frames', (event) => heard.push(said(event)));
    plan.set('pre.param.frames', [1]);
    plan.set('pre.frames', [2]);
    expect(heard).toEqual([
      ['pre.param.frames', [1n]],
      ['pre.param.frames', [2n]],
    ]);
    expect(valueAt(plan.tree, 'pre.frames')).toEqual([2n]);
  });

  it('can not be put where nothing can be', () => {
    const { plan } = watchedPlan(template);
    expect(codeOf(() => plan.on('parameter.reco.iteratons', () => undefined))).toBe('PLAN_UNKNOWN_PROPERTY');
  });
});
