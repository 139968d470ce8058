import { describe, expect, it } from 'vitest';
import { buildAlgorithm, createExecutableRegistry, planStages, validatePlan } from '../index.js';
import { moved, pairPackage, pairPlan } from '../stages/pair.test.support.js';

const registry = createExecutableRegistry([pairPackage]);
const first = { factor: 2 };
const second = { factor: 3 };

function complaints(plan: ReturnType<typeof pairPlan>): [string | undefined, string][] {
  return validatePlan(plan, registry).map(({ at, message }) => [at, message]);
}

describe('validatePlan', () => {
  it('has nothing to say where every rule is kept', () => {
    expect(complaints(pairPlan(first, second))).toEqual([]);
  });

  it('reports what contradicts itself in steps and in the values that they hold, all at once', () => {
    const ranges = [
      { _type: 'Between', low: 1 },
      { _type: 'Between', low: 11 },
    ];
    expect(complaints(pairPlan({ ...first, ranges }, { ...second, divisor: 0 }))).toEqual([
      ['parameter.first.ranges[2].high', 'high must be above low (11), got 10.'],
      ['parameter.second.divisor', 'divisor must not be 0.'],
    ]);
  });

  it('asks the pipeline and the algorithm about steps that are each in order', () => {
    expect(complaints(pairPlan(second, first))).toEqual([
      ['parameter.second.factor', 'second.factor must be above first.factor.'],
    ]);
    expect(complaints(pairPlan({ factor: 13 }, { factor: 14 }))).toEqual([
      ['parameter.first.factor', 'No algorithm of ours begins with 13.'],
    ]);
    expect(complaints(pairPlan({ ...second, divisor: 0 }, first)).map(([at]) => at)).toEqual([
      'parameter.first.divisor',
    ]);
  });

  it('has the paths of the plain plan when the plan is distributed', () => {
    expect(complaints(moved(pairPlan(second, first), 'gpu')).map(([at]) => at)).toEqual(['parameter.second.factor']);
  });

  it('leaves steps with remote values to the worker that resolves them', () => {
    const remote = { factor: { _remote: 'npy', uri: 'root://scans/factor.npy' }, divisor: 0 };
    expect(complaints(pairPlan(remote, second))).toEqual([]);
  });

  it('keeps such a plan from being queued and from being built', () => {
    const plan = pairPlan(second, first);
    expect(() => planStages(plan, registry)).toThrow(/must be above/);
    expect(() => buildAlgorithm(plan, registry)).toThrow(/must be above/);
  });
});
