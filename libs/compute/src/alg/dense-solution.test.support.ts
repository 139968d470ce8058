/** min ||A x - b||^2 + lambda ||x||^2 with A in C order. */
export interface DenseProblem {
  readonly matrix: readonly number[];
  readonly rows: number;
  readonly columns: number;
  readonly b: readonly number[];
  readonly lambda: number;
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
