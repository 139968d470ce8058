import type { NdArray } from '@rondel/contracts';

export interface KaczmarzProblem {
  /** [row, column], complex64 or float32. */
  readonly matrix: NdArray;
  /** [entry, row], pairs where the matrix is complex. */
  readonly b: Float32Array;
  readonly lambda: number;
  readonly iterations: number;
  readonly weights?: Float32Array;
  readonly rows?: readonly number[];
  /** After each sweep. */
  readonly project?: (x: Float64Array) => void;
}

/**
 * Kaczmarz' method by its formula, in complex128: straight loops, one right-hand side after the other. Rows of A and b are
 * multiplied by the weights beforehand.
 */
export function kaczmarzReference(problem: KaczmarzProblem): { unknowns: Float64Array; multipliers: Float64Array } {
  const { matrix, b } = problem;
  const [rows = 0, columns = 0] = matrix.shape;
  const parts = matrix.dtype === 'complex64' ? 2 : 1;
  const entries = b.length / (rows * parts);
  const unknowns = new Float64Array(entries * columns * parts);
  const multipliers = new Float64Array(entries * rows * parts);
  const a = weightedPairs(problem);
  for (let entry = 0; entry < entries; entry++) {
    const one = solveOne(problem, a, b.subarray(entry * rows * parts, (entry + 1) * rows * parts));
    for (let column = 0; column < columns; column++) {
      for (let part = 0; part < parts; part++) {
        unknowns[(entry * columns + column) * parts + part] = one.x[2 * column + part] ?? NaN;
      }
    }
    for (let row = 0; row < rows; row++) {
      for (let part = 0; part < parts; part++) {
        multipliers[(entry * rows + row) * parts + part] = one.v[2 * row + part] ?? NaN;
      }
    }
  }
  return { unknowns, multipliers };
}

/** The weighted matrix as pairs in float64. */
function weightedPairs({ matrix, weights }: KaczmarzProblem): Float64Array {
  const columns = matrix.shape[1] ?? 0;
  const complex = matrix.dtype === 'complex64';
  const pairs = new Float64Array(complex ? matrix.data.length : 2 * matrix.data.length);
  matrix.data.forEach((value, index) => {
    const row = Math.floor(index / (columns * (complex ? 2 : 1)));
    pairs[complex ? index : 2 * index] = value * (weights?.[row] ?? 1);
  });
  return pairs;
}

function solveOne(problem: KaczmarzProblem, a: Float64Array, b: Float32Array) {
  const { matrix, lambda, iterations, weights, rows: chosen, project } = problem;
  const [rows = 0, columns = 0] = matrix.shape;
  const parts = matrix.dtype === 'complex64' ? 2 : 1;
  const datum = (row: number, part: number) =>
    part < parts ? (b[parts * row + part] ?? NaN) * (weights?.[row] ?? 1) : 0;
  const x = new Float64Array(2 * columns);
  const v = new Float64Array(2 * rows);
  const root = Math.sqrt(lambda);
  for (let iteration = 0; iteration < iterations; iteration++) {
    for (const row of chosen ?? Array.from({ length: rows }, (_, index) => index)) {
      let [norm, tr, ti] = [0, 0, 0];
      for (let at = 0; at < 2 * columns; at += 2) {
        const [ar = NaN, ai = NaN] = [a[2 * row * columns + at], a[2 * row * columns + at + 1]];
        const [xr = NaN, xi = NaN] = [x[at], x[at + 1]];
        norm += ar * ar + ai * ai;
        tr += ar * xr - ai * xi;
        ti += ar * xi + ai * xr;
      }
      if (norm === 0) continue;
      const [vr = NaN, vi = NaN] = [v[2 * row], v[2 * row + 1]];
      const cr = (datum(row, 0) - tr - root * vr) / (norm + lambda);
      const ci = (datum(row, 1) - ti - root * vi) / (norm + lambda);
      for (let at = 0; at < 2 * columns; at += 2) {
        const [ar = NaN, ai = NaN] = [a[2 * row * columns + at], a[2 * row * columns + at + 1]];
        x[at] = (x[at] ?? NaN) + cr * ar + ci * ai;
        x[at + 1] = (x[at + 1] ?? NaN) + ci * ar - cr * ai;
      }
      v[2 * row] = vr + root * cr;
      v[2 * row + 1] = vi + root * ci;
    }
    project?.(x);
  }
  return { x, v };
}

/** Numbers in [-1, 1), the same for the same seed. */
export function randomNumbers(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** ||a - b|| / ||b|| */
export function relativeDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [difference, norm] = [0, 0];
  for (let index = 0; index < b.length; index++) {
    difference += ((a[index] ?? NaN) - (b[index] ?? NaN)) ** 2;
    norm += (b[index] ?? NaN) ** 2;
  }
  return Math.sqrt(difference / norm);
}
