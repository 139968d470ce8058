import { describe, expect, it } from 'vitest';
import { buildAlgorithm, createExecutableRegistry, planStages, runSteps, stepsOf, toPlan } from '../index.js';
import { anyInput, moved, pairPackage, pairPlan } from '../stages/pair.test.support.js';

const registry = createExecutableRegistry([pairPackage]);
const plain = pairPlan({ factor: 2, ranges: [{ _type: 'Between', low: 1 }] }, { factor: 3, method: 'Fancy' });
const quiet = {
  signal: new AbortController().signal,
  memoryBytes: 1e9,
  onProgress: () => undefined,
  onStep: () => undefined,
  onLog: () => undefined,
};

function facts(plan: typeof plain) {
  return buildAlgorithm(plan, registry).steps.map(({ path, parameters }) => ({ path, parameters }));
}

describe('toPlan', () => {
  it.each([
    ['plain', plain],
    ['distributed', moved(plain, 'gpu')],
  ])('gives a %s plan from which the same algorithm is built', (_name, plan) => {
    const again = toPlan(buildAlgorithm(plan, registry), registry);
    expect(facts(again)).toEqual(facts(plan));
    expect(toPlan(buildAlgorithm(again, registry), registry)).toEqual(again);
  });

  it('writes out the defaults that the algorithm was built with, and types as types', () => {
    const { parameter } = toPlan(buildAlgorithm(plain, registry), registry);
    expect(parameter).toMatchObject({
      first: { _type: 'RecoPlan{ScaleParameters}', divisor: 1, method: { _type: 'Type', _value: 'Plain' } },
      second: { method: { _type: 'Type', _value: 'Fancy' } },
    });
  });
});

describe('a distributed algorithm', () => {
  it('has the steps and paths of the one inside, in the place of the innermost wrapper', () => {
    const first = {
      _type: 'DaggerReconstructionUtility',
      param: { _type: 'ScaleParameters', factor: 2 },
      worker: 'cpu',
    };
    const mixed = moved(pairPlan(first, { factor: 3 }), 'gpu');
    const places = stepsOf(mixed, registry).map(({ path, placement }) => [path, placement]);
    expect(places).toEqual([
      ['parameter.first', 'cpu'],
      ['parameter.second', 'gpu'],
    ]);
    expect(planStages(moved(plain, 'gpu'), registry)).toMatchObject([{ placement: 'gpu', steps: { length: 2 } }]);
  });

  it('gives what the plain one gives, also through a result cache', async () => {
    const cache = {
      _module: 'AbstractImageReconstruction',
      _type: 'RecoPlan{ProcessResultCache}',
      param: { _type: 'ScaleParameters', factor: 3 },
    };
    const plan = pairPlan({ factor: 2 }, cache);
    for (const tree of [plan, moved(plan, 'gpu'), moved(moved(plain, 'a'), 'b')]) {
      const output = await runSteps(buildAlgorithm(tree, registry).steps, anyInput, quiet);
      expect([...output.data.data]).toEqual([6, 12]);
    }
  });

  it('is refused when it holds something else', () => {
    expect(() => stepsOf(moved({ _type: 'ScaleParameters', factor: 1 }, 'gpu'), registry)).toThrow(
      /parameter\.algo must hold an algorithm; ScaleParameters is a step/,
    );
  });
});
