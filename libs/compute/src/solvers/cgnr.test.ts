import '@tensorflow/tfjs-backend-wasm';
import { isRondelError } from '@rondel/contracts';
import { matMul, memory, setBackend, slice, tensor2d, type Tensor } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { l2 } from '../prox/l2.js';
import { positivity } from '../prox/positivity.js';
import { cgnr } from './cgnr.js';
import { denseProblems, largestDifference, normalSolution, type DenseProblems } from './dense-problems.test.support.js';
import type { IterationReport } from './least-squares.js';
import { solve } from './solve.js';

beforeAll(async () => {
  await setBackend('wasm');
});

const [rows, columns, batch] = [24, 10, 5];
const lambda = 0.3;

/** The iterates of CGNR without terms, by the same steps in float64. */
function iterateInFloat64(matrix: readonly (readonly number[])[], b: readonly number[], iterations: number): number[] {
  const times = (rowsOf: readonly (readonly number[])[], x: readonly number[]) => rowsOf.map((row) => dot(row, x));
  const dot = (u: readonly number[], v: readonly number[]) =>
    u.reduce((sum, value, at) => sum + value * (v[at] ?? 0), 0);
  const adjoint = (matrix[0] ?? []).map((_, column) => matrix.map((row) => row[column] ?? 0));
  const plus = (u: readonly number[], factor: number, v: readonly number[]) =>
    u.map((value, at) => value + factor * (v[at] ?? 0));
  let [x, residual, descent] = [adjoint.map(() => 0), [...b], times(adjoint, b)];
  let direction = descent;
  for (let iteration = 0; iteration < iterations; iteration++) {
    const image = times(matrix, direction);
    const step = dot(descent, descent) / dot(image, image);
    x = plus(x, step, direction);
    residual = plus(residual, -step, image);
    const next = times(adjoint, residual);
    direction = plus(next, dot(next, next) / dot(descent, descent), direction);
    descent = next;
  }
  return x;
}

describe('CGNR', () => {
  let problems: DenseProblems;
  let before = 0;

  beforeEach(() => {
    before = memory().numTensors;
    problems = denseProblems([rows, columns, batch], lambda);
  });

  afterEach(() => {
    problems.dispose();
    expect(memory().numTensors).toBe(before);
  });

  const run = (options: { iterations: number; relTol?: number; positive?: boolean }, b?: Tensor) => {
    const reports: IterationReport[] = [];
    const { positive = false, ...rest } = options;
    const solver = cgnr({
      ...problems.map,
      relTol: 0,
      ...rest,
      terms: [{ penalty: l2(), lambda }, ...(positive ? [{ constraint: positivity() }] : [])],
    });
    const x = solve(solver, b ?? problems.b, (report) => reports.push(report));
    const values = x.dataSync();
    x.dispose();
    return { values, reports };
  };
  const entryOf = (values: ArrayLike<number>, entry: number, extent = batch) =>
    Array.from({ length: columns }, (_, column) => values[column * extent + entry] ?? NaN);

  it('reaches the direct solution of the normal equations within as many iterations as unknowns', () => {
    const { values } = run({ iterations: columns });
    for (let entry = 0; entry < batch; entry++) {
      // The condition of A'A + lambda is below 30 here, so float32 leaves about 30 x 6e-8.
      expect(largestDifference(entryOf(values, entry), normalSolution(problems.entry(entry)))).toBeLessThan(2e-5);
    }
  });

  it('keeps to the iterates of float64 where float32 forgets which directions it has been in', () => {
    const extent = 40;
    const at = (row: number, column: number) => Math.fround(Math.exp(-(((row - column) / 2.5) ** 2)));
    const blur = Array.from({ length: extent }, (_, row) =>
      Array.from({ length: extent }, (__, column) => at(row, column) + (row % 3 === 0 ? 1 : 0)),
    ).map((row) => row.map(Math.fround));
    const data = Array.from({ length: extent }, (_, row) => Math.fround(1 + Math.sin(row * row)));
    const [matrix, b] = [tensor2d(blur), tensor2d(data, [extent, 1])];
    const solver = cgnr({
      apply: (x) => matMul(matrix, x),
      adjoint: (y) => matMul(matrix, y, true),
      terms: [],
      iterations: 5,
      relTol: 0,
    });
    const x = solve(solver, b);
    const expected = iterateInFloat64(blur, data, 5);
    const largest = Math.max(...expected.map(Math.abs));
    // What is promised of images. Where earlier residuals are forgotten, half of the largest value is wrong.
    expect(largestDifference(Array.from(x.dataSync()), expected)).toBeLessThan(1e-4 * largest);
    for (const one of [matrix, b, x]) one.dispose();
  });

  it('cuts the last iterate to the constraint and no other', () => {
    const free = run({ iterations: 6 }).values;
    expect(run({ iterations: 6, positive: true }).values).toEqual(free.map((value) => Math.max(0, value)));
  });

  it('does not let entries of the batch influence each other, bit for bit', () => {
    const together = run({ iterations: 7, relTol: 0.05 }).values;
    for (let entry = 0; entry < batch; entry++) {
      const alone = slice(problems.b, [0, entry], [rows, 1]);
      expect(Array.from(run({ iterations: 7, relTol: 0.05 }, alone).values)).toEqual(entryOf(together, entry));
      alone.dispose();
    }
  });

  it('freezes an entry that has converged while others go on', () => {
    const mixed = problems.b.dataSync().map((value, at) => (at % batch === 0 ? 0 : value));
    const data = tensor2d(mixed, [rows, batch]);
    const { values, reports } = run({ iterations: 5 }, data);
    expect(entryOf(values, 0)).toEqual(new Array(columns).fill(0));
    expect(entryOf(values, 1)).toEqual(entryOf(run({ iterations: 5 }).values, 1));
    expect(reports).toHaveLength(5);
    data.dispose();
  });

  it('stops once every entry has reached the relative tolerance', () => {
    const { reports } = run({ iterations: 1000, relTol: 1e-3 });
    expect(reports.length).toBeLessThanOrEqual(columns + 1);
    expect(reports.at(-1)?.residual).toBeLessThanOrEqual(1e-3);
    expect(reports.map(({ iteration }) => iteration)).toEqual(reports.map((_, index) => index + 1));
  });

  it('refuses a negative lambda and no iterations at all', () => {
    const { map } = problems;
    expect(() => cgnr({ ...map, terms: [{ penalty: l2(), lambda: -1 }], iterations: 1, relTol: 0 })).toThrow(
      'CGNR: lambda of L2Regularization must be a finite number >= 0, got -1.',
    );
    expect(() => cgnr({ ...map, terms: [], iterations: 0, relTol: 0 })).toThrow(
      expect.toSatisfy((error) => isRondelError(error) && error.code === 'PLAN_INVALID_VALUE'),
    );
  });

  it('leaves no tensors behind when the operator throws', () => {
    let calls = 0;
    const apply = (x: Tensor) => {
      if (++calls > 2) throw new Error('lost device');
      return problems.map.apply(x);
    };
    const solver = cgnr({ ...problems.map, apply, terms: [], iterations: 9, relTol: 0 });
    expect(() => solve(solver, problems.b)).toThrow('lost device');
  });
});
