import type { NdArray } from '@rondel/contracts';
import type { ParameterNode } from '@rondel/reco';

/** Numbers in [-1, 1), the same for the same seed. */
export function randomNumbers(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** [first, second] of random complex64 or float32. */
export function randomArray(shape: readonly [number, number], complex: boolean, seed: number): NdArray<Float32Array> {
  const data = randomNumbers(shape[0] * shape[1] * (complex ? 2 : 1), seed);
  return { dtype: complex ? 'complex64' : 'float32', shape, data };
}

export function term(type: string, parameters: ParameterNode['parameters'] = {}): ParameterNode {
  return { type, parameters };
}

export const l2 = (lambda: number): ParameterNode => term('L2Regularization', { lambda });

/** A x of x [entry, column], in float64 rounded to float32. */
export function product(matrix: NdArray, x: NdArray): NdArray<Float32Array> {
  const [rows = 0, columns = 0] = matrix.shape;
  const [entries = 0] = x.shape;
  const complex = matrix.dtype === 'complex64';
  const data = new Float32Array(entries * rows * (complex ? 2 : 1));
  const [a, v] = [pairsOf(matrix), pairsOf(x)];
  for (let at = 0; at < entries * rows; at++) {
    const [entry, row] = [Math.floor(at / rows), at % rows];
    let [real, imaginary] = [0, 0];
    for (let column = 0; column < columns; column++) {
      const [ar, ai] = [a(row * columns + column, 0), a(row * columns + column, 1)];
      const [xr, xi] = [v(entry * columns + column, 0), v(entry * columns + column, 1)];
      real += ar * xr - ai * xi;
      imaginary += ar * xi + ai * xr;
    }
    data[complex ? 2 * at : at] = real;
    if (complex) data[2 * at + 1] = imaginary;
  }
  return { dtype: matrix.dtype, shape: [entries, rows], data };
}

function pairsOf({ dtype, data }: NdArray) {
  return (index: number, part: number): number => {
    if (dtype === 'complex64') return data[2 * index + part] ?? NaN;
    return part === 0 ? (data[index] ?? NaN) : 0;
  };
}

/**
 * (A^H A + lambda) x = A^H b of the first entry by Gaussian elimination in float64, of the real system of twice the size; pairs
 * where the matrix is complex.
 */
export function normalSolution(matrix: NdArray, b: NdArray, lambda: number): number[] {
  const [rows = 0, columns = 0] = matrix.shape;
  const [a, right] = [pairsOf(matrix), pairsOf(b)];
  const complex = matrix.dtype === 'complex64';
  /** [[R, -J], [J, R]] and [Re b, Im b] */
  const realMatrix = Array.from({ length: 2 * rows }, (_, i) =>
    Array.from({ length: 2 * columns }, (_, j) => {
      const at = (i % rows) * columns + (j % columns);
      if (i < rows === j < columns) return a(at, 0);
      return i < rows ? -a(at, 1) : a(at, 1);
    }),
  );
  const realRight = Array.from({ length: 2 * rows }, (_, i) => right(i % rows, i < rows ? 0 : 1));
  const equations = Array.from({ length: 2 * columns }, (_, p) => [
    ...Array.from({ length: 2 * columns }, (_, q) =>
      realMatrix.reduce((sum, row) => sum + (row[p] ?? NaN) * (row[q] ?? NaN), p === q ? lambda : 0),
    ),
    realMatrix.reduce((sum, row, i) => sum + (row[p] ?? NaN) * (realRight[i] ?? NaN), 0),
  ]);
  const x = eliminate(equations);
  return Array.from({ length: columns }, (_, j) =>
    complex ? [x[j] ?? NaN, x[columns + j] ?? NaN] : [x[j] ?? NaN],
  ).flat();
}

/** Gauss and Jordan; the matrix is positive definite. */
function eliminate(equations: number[][]): number[] {
  equations.forEach((pivotRow, pivot) => {
    const scale = pivotRow[pivot] ?? NaN;
    for (const [index, row] of equations.entries()) {
      const factor = index === pivot ? 0 : (row[pivot] ?? NaN) / scale;
      if (factor !== 0) row.forEach((value, at) => (row[at] = value - factor * (pivotRow[at] ?? NaN)));
    }
  });
  return equations.map((row, index) => (row.at(-1) ?? NaN) / (row[index] ?? NaN));
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
