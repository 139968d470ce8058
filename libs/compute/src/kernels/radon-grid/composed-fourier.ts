import { matMul, reshape, tensor2d, tensor3d, tidy, transpose, type Rank, type Tensor3D } from '@tensorflow/tfjs-core';

/** Real matrices, each [re im] of its argument to [re im] of its result: [matrix, 2 * from, 2 * to]. */
function complexMatrices(
  [count, extent]: readonly [count: number, extent: number],
  turnsOf: (matrix: number, from: number, to: number) => number,
): Float32Array {
  const values = new Float32Array(count * (2 * extent) ** 2);
  const put = (matrix: number, row: number, column: number, value: number) => {
    values[(matrix * 2 * extent + row) * 2 * extent + column] = value;
  };
  for (let matrix = 0; matrix < count; matrix++) {
    for (let from = 0; from < extent; from++) {
      for (let to = 0; to < extent; to++) {
        const angle = 2 * Math.PI * turnsOf(matrix, from, to);
        const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
        put(matrix, from, to, cosine);
        put(matrix, from, extent + to, sine);
        put(matrix, extent + from, to, -sine);
        put(matrix, extent + from, extent + to, cosine);
      }
    }
  }
  return values;
}

/** The largest factor of a length that is not above its root. */
function firstFactor(length: number): number {
  let factor = Math.floor(Math.sqrt(length));
  while (length % factor !== 0) factor--;
  return factor;
}

/**
 * Fourier transforms along the last axis of [row, part, length], where parts are real and imaginary, not scaled. They are products
 * with matrices, which no engine lacks and graphics cards are made for, in two steps: with n = n1 N2 + n2 and k = k1 + N1 k2, first
 * over n1 for each n2, then over n2 (Bailey, "FFTs in external or hierarchical memory", J. Supercomputing 4, 1990).
 *
 * @param sign Of the exponent i.
 */
export function fourierByProducts(values: Tensor3D, sign: 1 | -1): Tensor3D {
  return tidy(() => {
    const [rows, , length] = values.shape;
    const first = firstFactor(length);
    const second = length / first;
    // Whole turns are taken off before the product is rounded.
    const ofFirst = complexMatrices([second, first], (n2, n1, k1) => {
      return sign * ((n1 * k1) / first + (n2 * k1) / length);
    });
    const ofSecond = complexMatrices([1, second], (_, n2, k2) => (sign * ((n2 * k2) % second)) / second);
    const apart = transpose(reshape(values, [rows, 2, first, second]), [3, 0, 1, 2]);
    const half = matMul(
      reshape<Rank.R3>(apart, [second, rows, 2 * first]),
      tensor3d(ofFirst, [second, 2 * first, 2 * first]),
    );
    const between = transpose(reshape(half, [second, rows, 2, first]), [1, 3, 2, 0]);
    const whole = matMul(
      reshape<Rank.R2>(between, [rows * first, 2 * second]),
      tensor2d(ofSecond, [2 * second, 2 * second]),
    );
    return reshape<Rank.R3>(transpose(reshape(whole, [rows, first, 2, second]), [0, 2, 3, 1]), [rows, 2, length]);
  });
}
