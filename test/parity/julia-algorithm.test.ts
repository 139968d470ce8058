import { float32Array, RondelError, type Dataset } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import {
  buildAlgorithm,
  createExecutableRegistry,
  defaulted,
  defineAlgorithm,
  definePipeline,
  defineStep,
  implementStep,
  runSteps,
  type Algorithm,
  type PlanTree,
  type ReconstructionPackage,
} from '@rondel/reco';
import { describe, expect, it } from 'vitest';

const step = { input: ['x'], output: ['x'], parallel: [], purity: 'pure', estimateBytes: () => 0 } as const;
const words = { description: 'For tests.' };
const one = (value = 1) => defaulted(Type.Number(), value, words);

const add = defineStep({ type: 'AddParams', ...words, ...step, properties: { offset: one() } });
const multiply = defineStep({ type: 'MulParams', ...words, ...step, properties: { factor: one() } });
const square = defineStep({ type: 'SquareParams', ...words, ...step, properties: {} });
const sum = defineStep({ type: 'SumParams', ...words, ...step, properties: { value: one() } });
const ordered = defineStep({
  type: 'ValidatedParams',
  ...words,
  ...step,
  properties: { a: one(), b: one(2) },
  validate({ a, b }) {
    if (a >= b) throw new RondelError('PLAN_INVALID_VALUE', 'a must be less than b.', { at: 'a' });
  },
});
const lacking = defineStep({ type: 'NoCodeParams', ...words, ...step, properties: {} });
const stages = (types: readonly string[]) => ({ accepts: types, ...words });
const all = ['AddParams', 'MulParams', 'SquareParams', 'SumParams', 'ValidatedParams', 'NoCodeParams'];

let made = 0;
const lab: ReconstructionPackage = {
  manifest: {
    name: '@lab/steps',
    version: '1.0.0',
    module: 'Lab',
    description: 'For tests.',
    plans: [],
    nodes: [
      defineAlgorithm({ type: 'LabAlgorithm', ...words, accepts: ['Chain', ...all] }),
      definePipeline({ type: 'Chain', ...words, stages: { add: stages(all), mul: stages(all), pow: stages(all) } }),
      ...[add, multiply, square, sum, ordered, lacking],
    ],
  },
  steps: [
    implementStep(add, ({ offset }) => ({ process: (input) => mapped(input, (value) => value + offset) })),
    implementStep(multiply, ({ factor }) => {
      made += 1;
      // What @init sets: once, from the parameters, kept between runs.
      const state = { initial: factor * 10, runs: 0 };
      return {
        async process(input) {
          state.runs += 1;
          await Promise.resolve();
          return { ...mapped(input, (value) => value * factor), attributes: { ...state } };
        },
      };
    }),
    implementStep(square, () => ({ process: (input) => mapped(input, (value) => value ** 2) })),
    implementStep(sum, ({ value }) => ({
      process: (input) =>
        mapped(input, (x, index) => {
          const others = Object.values(input.companions).map(({ data }) => data[index] ?? NaN);
          return others.reduce((total, other) => total + other, x + value);
        }),
    })),
    implementStep(ordered, () => ({ process: (input) => input })),
  ],
};

function mapped(input: Dataset, change: (value: number, index: number) => number): Dataset {
  return { ...input, data: float32Array(Float32Array.from(input.data.data, change), input.data.shape) };
}

function algorithmOf(parameter: PlanTree): Algorithm {
  const plan = { _module: 'Lab', _type: 'RecoPlan{LabAlgorithm}', parameter };
  return buildAlgorithm(plan, createExecutableRegistry([lab]));
}

async function reconstruct(algorithm: Algorithm, x: number, others: Record<string, number> = {}): Promise<Dataset> {
  const scalar = (value: number) => float32Array(Float32Array.of(value), [1]);
  const companions = Object.fromEntries(Object.entries(others).map(([name, value]) => [name, scalar(value)]));
  return runSteps(
    algorithm.steps,
    { data: scalar(x), companions, attributes: {} },
    {
      signal: new AbortController().signal,
      memoryBytes: 2 ** 30,
      onProgress: () => undefined,
      onStep: () => undefined,
      onLog: () => undefined,
      onPreview: () => undefined,
    },
  );
}

const chain = (add: PlanTree, mul: PlanTree, pow: PlanTree): PlanTree => ({ _type: 'Chain', add, mul, pow });

describe('an algorithm', () => {
  it('runs a chain of steps in order, each on what the one before has made', async () => {
    const algorithm = algorithmOf(
      chain({ _type: 'AddParams', offset: 1 }, { _type: 'MulParams', factor: 2 }, { _type: 'SquareParams' }),
    );
    expect((await reconstruct(algorithm, 3)).data.data[0]).toBe(((3 + 1) * 2) ** 2);
  });

  it('takes several inputs, as companions of the first', async () => {
    const algorithm = algorithmOf({ _type: 'SumParams', value: 10 });
    expect((await reconstruct(algorithm, 1, { y: 2, z: 3 })).data.data[0]).toBe(16);
  });

  it('sets up its state once, from its parameters, and keeps it between runs', async () => {
    const before = made;
    const algorithm = algorithmOf({ _type: 'MulParams', factor: 3 });
    const runs = [await reconstruct(algorithm, 1), await reconstruct(algorithm, 2)];
    expect(runs.map(({ attributes }) => attributes)).toEqual([
      { initial: 30, runs: 1 },
      { initial: 30, runs: 2 },
    ]);
    expect(made).toBe(before + 1);
  });

  it('answers each of many that reconstruct at once with its own result', async () => {
    const algorithm = algorithmOf({ _type: 'MulParams', factor: 2 });
    const inputs = Array.from({ length: 10 }, (_, index) => index + 1);
    const results = await Promise.all(inputs.map((x) => reconstruct(algorithm, x)));
    expect(results.map(({ data }) => data.data[0])).toEqual(inputs.map((x) => 2 * x));
  });

  it('is not built with parameters that do not fit together, or of a step without code', () => {
    expect(() => algorithmOf({ _type: 'ValidatedParams', a: 3, b: 2 })).toThrow('a must be less than b.');
    expect(algorithmOf({ _type: 'ValidatedParams', a: 1, b: 2 }).steps[0]?.parameters).toEqual({ a: 1, b: 2 });
    expect(() => algorithmOf({ _type: 'NoCodeParams' })).toThrow(/declares NoCodeParams brings no code/);
    expect(algorithmOf({ _type: 'SquareParams' }).steps[0]?.parameters).toEqual({});
  });
});
