import '@tensorflow/tfjs-backend-wasm';
import { abs, matMul, memory, ones, setBackend, slice, transpose, type Tensor } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { l2 } from '../prox/l2.js';
import { positivity } from '../prox/positivity.js';
import {
  boundedNormalSolution,
  denseProblems,
  largestDifference,
  type DenseProblems,
} from './dense-problems.test.support.js';
import { pogm, separableMajorizer } from './pogm.js';
import { solve } from './solve.js';
import { solverParameters } from './solver-parameters.js';

beforeAll(async () => {
  await setBackend('wasm');
});

const [rows, columns, batch] = [24, 10, 5];
const lambda = 0.3;
const plain = solverParameters.POGM;

describe('POGM', () => {
  let problems: DenseProblems;
  let majorizer: Tensor;
  let before = 0;

  beforeEach(() => {
    before = memory().numTensors;
    problems = denseProblems([rows, columns, batch], lambda);
    // The matrix has negative elements; with their absolute values the row sums majorize A' A all the same.
    const matrix = abs(problems.matrix);
    const transposed = transpose(matrix);
    const one = ones([columns, 1]);
    majorizer = separableMajorizer({ apply: (x) => matMul(matrix, x), adjoint: (y) => matMul(transposed, y) }, one);
    for (const tensor of [matrix, transposed, one]) tensor.dispose();
  });

  afterEach(() => {
    problems.dispose();
    majorizer.dispose();
    expect(memory().numTensors).toBe(before);
  });

  const run = ({ iterations, relTol = 0 }: { iterations: number; relTol?: number }, b?: Tensor) => {
    const residuals: number[] = [];
    const terms = [{ penalty: l2(), lambda }, { constraint: positivity() }];
    const solver = pogm({ ...problems.map, ...plain, bound: { majorizer }, terms, iterations, relTol });
    const x = solve(solver, b ?? problems.b, ({ residual }) => residuals.push(residual));
    const values = x.dataSync();
    x.dispose();
    return { values, residuals };
  };
  const entryOf = (values: ArrayLike<number>, entry: number, extent = batch) =>
    Array.from({ length: columns }, (_, column) => values[column * extent + entry] ?? NaN);

  it('reaches the minimum over x >= 0, where some components are exactly 0', () => {
    const { values } = run({ iterations: 300 });
    let bound = 0;
    for (let entry = 0; entry < batch; entry++) {
      const expected = boundedNormalSolution(problems.entry(entry));
      bound += expected.filter((value) => value === 0).length;
      // The condition of A'A + lambda is below 30 here, so float32 leaves about 30 x 6e-8.
      expect(largestDifference(entryOf(values, entry), expected)).toBeLessThan(2e-5);
    }
    expect(bound).toBeGreaterThan(batch);
  });

  it('keeps x >= 0 in every iteration and stays below the worst case of the method', () => {
    const solution = run({ iterations: 300 }).values;
    const least = problems.objective(solution);
    const metric = Array.from(majorizer.dataSync(), (value) => value + lambda);
    const distance = problems.squaredNorm(solution, metric);
    for (const iterations of [1, 2, 3, 5, 8, 12]) {
      const { values } = run({ iterations });
      expect(values.every((value) => value >= 0)).toBe(true);
      // Kim and Fessler 2018, equation (11), summed over the batch, with the distance from 0 in the majorizer's metric.
      // `objective` has no factor 1/2, so the bound is twice that of the paper.
      expect(problems.objective(values) - least).toBeLessThanOrEqual((2 * distance) / (iterations + 1) ** 2 + 1e-5);
    }
  });

  it('does not let entries of the batch influence each other, bit for bit', () => {
    const together = run({ iterations: 40, relTol: 0.05 }).values;
    for (let entry = 0; entry < batch; entry++) {
      const alone = slice(problems.b, [0, entry], [rows, 1]);
      expect(Array.from(run({ iterations: 40, relTol: 0.05 }, alone).values)).toEqual(entryOf(together, entry));
      alone.dispose();
    }
  });

  it('stops once every entry has reached the relative tolerance', () => {
    const { residuals } = run({ iterations: 1000, relTol: 1e-3 });
    expect(residuals.length).toBeLessThan(200);
    expect(residuals.at(-1)).toBeLessThanOrEqual(1e-3);
  });

  it('leaves no tensors behind when the operator throws', () => {
    let calls = 0;
    const apply = (x: Tensor) => {
      if (++calls > 2) throw new Error('lost device');
      return problems.map.apply(x);
    };
    const solver = pogm({
      ...problems.map,
      ...plain,
      apply,
      bound: { majorizer },
      terms: [],
      iterations: 9,
      relTol: 0,
    });
    expect(() => solve(solver, problems.b)).toThrow('lost device');
  });
});
