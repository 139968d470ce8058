/** Vectors of complex numbers, pairs one after the other. */
export interface ComplexVectors {
  readonly count: number;
  readonly length: number;
  /** [vector, element, part] */
  readonly values: Float32Array;
}

/** Lower half of a Hermitian matrix, row by row. */
export interface HermitianMatrix {
  readonly size: number;
  /** [row, column], only columns up to the row's own. */
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/** G = V V^H of vectors as rows. */
export async function gramMatrix(vectors: ComplexVectors, turn: () => Promise<void>): Promise<HermitianMatrix> {
  const { count, length, values } = vectors;
  const real = new Float64Array(count * count);
  const imaginary = new Float64Array(count * count);
  for (let row = 0; row < count; row++) {
    for (let column = 0; column <= row; column++) {
      let [sumReal, sumImaginary] = [0, 0];
      const [a, b] = [2 * row * length, 2 * column * length];
      for (let at = 0; at < 2 * length; at += 2) {
        const ar = values[a + at] ?? NaN;
        const ai = values[a + at + 1] ?? NaN;
        const br = values[b + at] ?? NaN;
        const bi = values[b + at + 1] ?? NaN;
        sumReal += ar * br + ai * bi;
        sumImaginary += ai * br - ar * bi;
      }
      real[row * count + column] = sumReal;
      imaginary[row * count + column] = sumImaginary;
    }
    await turn();
  }
  return { size: count, real, imaginary };
}

/** L of G + shift = L L^H. */
export interface Factor extends HermitianMatrix {
  readonly shift: number;
}

/** Pivots below this part of the largest one are rounding errors of the float32 values that G is made of. */
const leastPivot = 1e-12;

/** Cholesky's factorization, row by row; undefined where the matrix is singular. */
export async function factorize(
  gram: HermitianMatrix,
  shift: number,
  turn: () => Promise<void>,
): Promise<Factor | undefined> {
  const { size } = gram;
  const real = gram.real.slice();
  const imaginary = gram.imaginary.slice();
  let largest = 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < row; column++) {
      const [sr, si] = rest({ real, imaginary, size }, row, column);
      const pivot = real[column * size + column] ?? NaN;
      real[row * size + column] = sr / pivot;
      imaginary[row * size + column] = si / pivot;
    }
    const at = row * size + row;
    const [diagonal] = rest({ real, imaginary, size }, row, row);
    const pivot = diagonal + shift;
    largest = Math.max(largest, (gram.real[at] ?? NaN) + shift);
    if (!(pivot > leastPivot * largest)) return undefined;
    real[at] = Math.sqrt(pivot);
    imaginary[at] = 0;
    await turn();
  }
  return { size, real, imaginary, shift };
}

/** What is left of an element once the columns before it are taken off. */
function rest({ real, imaginary, size }: HermitianMatrix, row: number, column: number): [number, number] {
  const [a, b] = [row * size, column * size];
  let sumReal = real[a + column] ?? NaN;
  let sumImaginary = imaginary[a + column] ?? NaN;
  for (let at = 0; at < column; at++) {
    const ar = real[a + at] ?? NaN;
    const ai = imaginary[a + at] ?? NaN;
    const br = real[b + at] ?? NaN;
    const bi = imaginary[b + at] ?? NaN;
    sumReal -= ar * br + ai * bi;
    sumImaginary -= ai * br - ar * bi;
  }
  return [sumReal, sumImaginary];
}

/** (L L^H)^-1 b of pairs. */
export function solveFactorized({ size, real, imaginary }: Factor, b: Float64Array): Float64Array {
  const x = b.slice();
  for (let row = 0; row < size; row++) {
    let [sr, si] = [x[2 * row] ?? NaN, x[2 * row + 1] ?? NaN];
    for (let at = 0; at < row; at++) {
      const [lr, li] = [real[row * size + at] ?? NaN, imaginary[row * size + at] ?? NaN];
      const [xr, xi] = [x[2 * at] ?? NaN, x[2 * at + 1] ?? NaN];
      sr -= lr * xr - li * xi;
      si -= lr * xi + li * xr;
    }
    const pivot = real[row * size + row] ?? NaN;
    x[2 * row] = sr / pivot;
    x[2 * row + 1] = si / pivot;
  }
  for (let row = size - 1; row >= 0; row--) {
    const pivot = real[row * size + row] ?? NaN;
    const [xr, xi] = [(x[2 * row] ?? NaN) / pivot, (x[2 * row + 1] ?? NaN) / pivot];
    x[2 * row] = xr;
    x[2 * row + 1] = xi;
    for (let at = 0; at < row; at++) {
      const [lr, li] = [real[row * size + at] ?? NaN, imaginary[row * size + at] ?? NaN];
      x[2 * at] = (x[2 * at] ?? NaN) - (lr * xr + li * xi);
      x[2 * at + 1] = (x[2 * at + 1] ?? NaN) - (lr * xi - li * xr);
    }
  }
  return x;
}
