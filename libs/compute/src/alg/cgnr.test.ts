import '@tensorflow/tfjs-backend-wasm';
import { isRondelError } from '@rondel/contracts';
import { keep, matMul, memory, setBackend, slice, tensor2d, transpose, type Tensor } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { randomTensor } from '../linop/linear-operator-laws.test.support.js';
import { positivity } from '../prox/positivity.js';
import { cgnr } from './cgnr.js';
import { boundedNormalSolution, normalSolution, type DenseProblem } from './dense-solution.test.support.js';
import type { IterationReport, LeastSquaresMap } from './least-squares.js';

beforeAll(async () => {
  await setBackend('wasm');
});

const [rows, columns, batch] = [24, 10, 5];
const lambda = 0.3;

describe('CGNR', () => {
  let matrix: Tensor;
  let b: Tensor;
  let map: LeastSquaresMap;
  let before = 0;

  beforeEach(() => {
    before = memory().numTensors;
    matrix = keep(randomTensor([rows, columns], 21));
    b = randomTensor([rows, batch], 22);
    map = { apply: (x) => matMul(matrix, x), adjoint: (y) => matMul(transpose(matrix), y) };
  });

  afterEach(() => {
    matrix.dispose();
    b.dispose();
    expect(memory().numTensors).toBe(before);
  });

  const entryProblem = (entry: number): DenseProblem => ({
    matrix: Array.from(matrix.dataSync()),
    rows,
    columns,
    b: Array.from({ length: rows }, (_, row) => b.dataSync()[row * batch + entry] ?? NaN),
    lambda,
  });
  const solve = (options: { iterations: number; positive?: boolean; relTol?: number }, data = b) => {
    const reports: IterationReport[] = [];
    const { iterations, positive = false, relTol = 0 } = options;
    const configuration = { ...map, lambda, iterations, relTol, ...(positive && { constraint: positivity() }) };
    const x = cgnr(configuration, data, (report) => reports.push(report));
    const values = x.dataSync();
    x.dispose();
    return { values, reports };
  };
  const entryOf = (values: ArrayLike<number>, entry: number, extent = batch) =>
    Array.from({ length: columns }, (_, column) => values[column * extent + entry] ?? NaN);

  it('reaches the direct solution of the normal equations within as many iterations as unknowns', () => {
    const { values } = solve({ iterations: columns });
    for (let entry = 0; entry < batch; entry++) {
      // The condition of A'A + lambda is below 30 here, so float32 leaves about 30 x 6e-8.
      expect(largestDifference(entryOf(values, entry), normalSolution(entryProblem(entry)))).toBeLessThan(2e-5);
    }
  });

  it('reaches the minimum over x >= 0, where some components are exactly 0', () => {
    const { values } = solve({ iterations: 60, positive: true });
    let bound = 0;
    for (let entry = 0; entry < batch; entry++) {
      const expected = boundedNormalSolution(entryProblem(entry));
      bound += expected.filter((value) => value === 0).length;
      expect(largestDifference(entryOf(values, entry), expected)).toBeLessThan(2e-5);
    }
    expect(bound).toBeGreaterThan(batch);
  });

  it('keeps x >= 0 and lowers the objective in every iteration', () => {
    let last = Infinity;
    for (let iterations = 1; iterations <= 12; iterations++) {
      const { values } = solve({ iterations, positive: true });
      expect(values.every((value) => value >= 0)).toBe(true);
      const objective = sumOfObjectives(
        Array.from({ length: batch }, (_, entry) => entryProblem(entry)),
        values,
      );
      // Objectives near 10 are known to about 1e-6 from float32 iterates.
      expect(objective).toBeLessThanOrEqual(last + 1e-5);
      last = objective;
    }
  });

  it('does not let entries of the batch influence each other, bit for bit', () => {
    for (const positive of [false, true]) {
      const together = solve({ iterations: 7, positive, relTol: 0.05 }).values;
      for (let entry = 0; entry < batch; entry++) {
        const alone = slice(b, [0, entry], [rows, 1]);
        expect(Array.from(solve({ iterations: 7, positive, relTol: 0.05 }, alone).values)).toEqual(
          entryOf(together, entry),
        );
        alone.dispose();
      }
    }
  });

  it('freezes an entry that has converged while others go on', () => {
    const mixed = b.dataSync().map((value, at) => (at % batch === 0 ? 0 : value));
    const data = tensor2d(mixed, [rows, batch]);
    const { values, reports } = solve({ iterations: 5 }, data);
    expect(entryOf(values, 0)).toEqual(new Array(columns).fill(0));
    expect(entryOf(values, 1)).toEqual(entryOf(solve({ iterations: 5 }).values, 1));
    expect(reports).toHaveLength(5);
    data.dispose();
  });

  it('stops once every entry has reached the relative tolerance', () => {
    const { reports } = solve({ iterations: 1000, relTol: 1e-3 });
    expect(reports.length).toBeLessThanOrEqual(columns + 1);
    expect(reports.at(-1)?.residual).toBeLessThanOrEqual(1e-3);
    expect(reports.map(({ iteration }) => iteration)).toEqual(reports.map((_, index) => index + 1));
  });

  it('refuses a negative lambda and no iterations at all', () => {
    expect(() => cgnr({ ...map, lambda: -1, iterations: 1, relTol: 0 }, b)).toThrow(
      'CGNR: lambda must be a finite number >= 0, got -1.',
    );
    expect(() => cgnr({ ...map, lambda: 0, iterations: 0, relTol: 0 }, b)).toThrow(
      expect.toSatisfy((error) => isRondelError(error) && error.code === 'PLAN_INVALID_VALUE'),
    );
  });

  it('leaves no tensors behind when the operator throws', () => {
    let calls = 0;
    const apply = (x: Tensor) => {
      if (++calls > 2) throw new Error('lost device');
      return map.apply(x);
    };
    expect(() => cgnr({ ...map, apply, lambda, iterations: 9, relTol: 0 }, b)).toThrow('lost device');
  });
});

function largestDifference(actual: readonly number[], expected: readonly number[]): number {
  return Math.max(...actual.map((value, index) => Math.abs(value - (expected[index] ?? NaN))));
}

function sumOfObjectives(problems: readonly DenseProblem[], x: ArrayLike<number>): number {
  return problems.reduce((total, { matrix, b, lambda: weight }, entry) => {
    const entryX = Array.from({ length: columns }, (_, column) => x[column * batch + entry] ?? NaN);
    const misfit = b.reduce((sum, value, row) => {
      const product = entryX.reduce((dot, xi, column) => dot + xi * (matrix[row * columns + column] ?? NaN), 0);
      return sum + (product - value) ** 2;
    }, 0);
    return total + misfit + weight * entryX.reduce((sum, xi) => sum + xi * xi, 0);
  }, 0);
}
