import { keep, matMul, transpose, type Tensor } from '@tensorflow/tfjs-core';
import { randomTensor } from '../linop/linear-operator-laws.test.support.js';
import type { LeastSquaresMap } from './least-squares.js';

/** min ||A x - b||^2 + lambda ||x||^2 with A in C order. */
export interface DenseProblem {
  readonly matrix: readonly number[];
  readonly rows: number;
  readonly columns: number;
  readonly b: readonly number[];
  readonly lambda: number;
}

/** A batch of problems with one random matrix, as tensors and entry by entry. */
export interface DenseProblems {
  /** [rows, columns] */
  readonly matrix: Tensor;
  readonly map: LeastSquaresMap;
  /** [rows, batch] */
  readonly b: Tensor;
  readonly entry: (index: number) => DenseProblem;
  /** Sum over the batch of ||A x - b||^2 + lambda ||x||^2, in float64; x is [columns, batch]. */
  readonly objective: (x: ArrayLike<number>) => number;
  /** Sum over the batch of the squares of x, [columns, batch], with one weight per column. */
  readonly squaredNorm: (x: ArrayLike<number>, weights: readonly number[]) => number;
  readonly dispose: () => void;
}

export function denseProblems(
  [rows, columns, batch]: readonly [number, number, number],
  lambda: number,
): DenseProblems {
  const matrix = keep(randomTensor([rows, columns], 21));
  const b = randomTensor([rows, batch], 22);
  const entry = (index: number): DenseProblem => ({
    matrix: Array.from(matrix.dataSync()),
    rows,
    columns,
    b: Array.from({ length: rows }, (_, row) => b.dataSync()[row * batch + index] ?? NaN),
    lambda,
  });
  const entries = Array.from({ length: batch }, (_, index) => index);
  const columnsOf = (x: ArrayLike<number>, index: number) =>
    Array.from({ length: columns }, (_, column) => x[column * batch + index] ?? NaN);
  return {
    matrix,
    map: { apply: (x) => matMul(matrix, x), adjoint: (y) => matMul(transpose(matrix), y) },
    b,
    entry,
    objective: (x) => sum(entries.map((index) => objectiveOf(entry(index), columnsOf(x, index)))),
    squaredNorm: (x, weights) =>
      sum(
        entries.map((index) => sum(columnsOf(x, index).map((value, column) => value ** 2 * (weights[column] ?? NaN)))),
      ),
    dispose: () => {
      matrix.dispose();
      b.dispose();
    },
  };
}

function objectiveOf({ matrix, columns, b, lambda }: DenseProblem, x: readonly number[]): number {
  const misfits = b.map((value, row) => dot(matrix.slice(row * columns, (row + 1) * columns), x) - value);
  return dot(misfits, misfits) + lambda * dot(x, x);
}

export function largestDifference(actual: readonly number[], expected: readonly number[]): number {
  return Math.max(...actual.map((value, index) => Math.abs(value - (expected[index] ?? NaN))));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Solution by Gaussian elimination of the normal equations in float64. */
export function normalSolution(problem: DenseProblem): number[] {
  const all = Array.from({ length: problem.columns }, (_, column) => column);
  return solveOn(all, normalEquations(problem));
}

/**
 * Solution over x >= 0, found by trying every set of free components and keeping the one that satisfies the conditions
 * of Karush, Kuhn and Tucker. For a few unknowns only.
 */
export function boundedNormalSolution(problem: DenseProblem): number[] {
  const equations = normalEquations(problem);
  for (let set = 0; set < 2 ** problem.columns; set++) {
    const free = Array.from({ length: problem.columns }, (_, column) => column).filter((column) => (set >> column) & 1);
    const x = solveOn(free, equations);
    const gradient = equations.right.map((value, row) => dot(equations.matrix[row] ?? [], x) - value);
    if (x.every((value) => value >= 0) && gradient.every((value, row) => free.includes(row) || value >= 0)) return x;
  }
  throw new Error('No set of free components satisfies the optimality conditions.');
}

/** Minimum of (1/2) ||A x - b||^2 + weight ||x||_1, over x >= 0 if asked for, by coordinate descent in float64. */
export function lassoSolution(
  { matrix, rows, columns, b }: DenseProblem,
  { weight, positive }: { readonly weight: number; readonly positive: boolean },
): number[] {
  const x = new Array<number>(columns).fill(0);
  const left = [...b];
  const column = (at: number) => Array.from({ length: rows }, (_, row) => matrix[row * columns + at] ?? NaN);
  for (let sweep = 0; sweep < 2000; sweep++) {
    for (let at = 0; at < columns; at++) {
      const own = column(at);
      const square = dot(own, own);
      const before = x[at] ?? NaN;
      const free = before + dot(own, left) / square;
      const shrunk = Math.sign(free) * Math.max(0, Math.abs(free) - weight / square);
      const next = positive ? Math.max(0, shrunk) : shrunk;
      left.forEach((value, row) => (left[row] = value - (own[row] ?? NaN) * (next - before)));
      x[at] = next;
    }
  }
  return x;
}

interface Equations {
  readonly matrix: readonly (readonly number[])[];
  readonly right: readonly number[];
}

function normalEquations({ matrix, rows, columns, b, lambda }: DenseProblem): Equations {
  const column = (index: number) => Array.from({ length: rows }, (_, row) => matrix[row * columns + index] ?? NaN);
  const all = Array.from({ length: columns }, (_, index) => column(index));
  return {
    matrix: all.map((left, i) => all.map((right, j) => dot(left, right) + (i === j ? lambda : 0))),
    right: all.map((left) => dot(left, b)),
  };
}

/** Solves the equations of the free components; the others are 0. */
function solveOn(free: readonly number[], { matrix, right }: Equations): number[] {
  const rows = free.map((row) => [...free.map((column) => matrix[row]?.[column] ?? NaN), right[row] ?? NaN]);
  rows.forEach((pivotRow, pivot) => {
    const scale = pivotRow[pivot] ?? NaN;
    for (const [index, row] of rows.entries()) {
      if (index === pivot) continue;
      const factor = (row[pivot] ?? NaN) / scale;
      row.forEach((value, column) => (row[column] = value - factor * (pivotRow[column] ?? NaN)));
    }
  });
  const x = right.map(() => 0);
  free.forEach((column, index) => (x[column] = (rows[index]?.at(-1) ?? NaN) / (rows[index]?.[index] ?? NaN)));
  return x;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? NaN), 0);
}
