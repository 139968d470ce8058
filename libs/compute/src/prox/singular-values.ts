/** A complex matrix in float64, row by row; imaginary parts of a real one are 0. */
export interface ComplexMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

export function complexMatrix(rows: number, columns: number): ComplexMatrix {
  return { rows, columns, real: new Float64Array(rows * columns), imaginary: new Float64Array(rows * columns) };
}

/**
 * Takes `threshold` off every singular value, down to 0: the point at which (1/2) ||Z - X||^2 + threshold (sum of the singular
 * values of Z) is least (Cai, Candes and Shen 2010, theorem 2.1). By the eigenvectors of the smaller one of X' X and X X',
 * which Jacobi rotations find.
 */
export function thresholdSingularValues(matrix: ComplexMatrix, threshold: number): ComplexMatrix {
  const wide = matrix.columns > matrix.rows;
  const gram = wide ? product(matrix, adjointOf(matrix)) : product(adjointOf(matrix), matrix);
  const { values, vectors } = eigenvectors(gram);
  const kept = values.map((value) => {
    const singular = Math.sqrt(Math.max(0, value));
    return singular > threshold ? 1 - threshold / singular : 0;
  });
  const filter = product(scaleColumns(vectors, kept), adjointOf(vectors));
  return wide ? product(filter, matrix) : product(matrix, filter);
}

function adjointOf({ rows, columns, real, imaginary }: ComplexMatrix): ComplexMatrix {
  const result = complexMatrix(columns, rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result.real[column * rows + row] = real[row * columns + column] ?? 0;
      result.imaginary[column * rows + row] = -(imaginary[row * columns + column] ?? 0);
    }
  }
  return result;
}

function product(a: ComplexMatrix, b: ComplexMatrix): ComplexMatrix {
  const result = complexMatrix(a.rows, b.columns);
  for (let row = 0; row < a.rows; row++) {
    for (let inner = 0; inner < a.columns; inner++) {
      const ar = a.real[row * a.columns + inner] ?? 0;
      const ai = a.imaginary[row * a.columns + inner] ?? 0;
      for (let column = 0; column < b.columns; column++) {
        const at = row * b.columns + column;
        const br = b.real[inner * b.columns + column] ?? 0;
        const bi = b.imaginary[inner * b.columns + column] ?? 0;
        result.real[at] = (result.real[at] ?? 0) + ar * br - ai * bi;
        result.imaginary[at] = (result.imaginary[at] ?? 0) + ar * bi + ai * br;
      }
    }
  }
  return result;
}

function scaleColumns(matrix: ComplexMatrix, factors: readonly number[]): ComplexMatrix {
  const scale = (values: Float64Array) => values.map((value, at) => value * (factors[at % matrix.columns] ?? 0));
  return { ...matrix, real: scale(matrix.real), imaginary: scale(matrix.imaginary) };
}

const mostSweeps = 50;

/** Eigenvalues and, as columns, eigenvectors of a Hermitian matrix, by cyclic Jacobi rotations. Changes the matrix. */
function eigenvectors(matrix: ComplexMatrix): { readonly values: number[]; readonly vectors: ComplexMatrix } {
  const size = matrix.rows;
  const vectors = complexMatrix(size, size);
  for (let at = 0; at < size; at++) vectors.real[at * size + at] = 1;
  for (let sweep = 0; sweep < mostSweeps && offDiagonal(matrix) > 0; sweep++) {
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotate(matrix, vectors, p, q);
  }
  return { values: Array.from({ length: size }, (_, at) => matrix.real[at * size + at] ?? 0), vectors };
}

/** Square of the largest element beside the diagonal that matters in float64. */
function offDiagonal({ rows: size, real, imaginary }: ComplexMatrix): number {
  const largest = Math.max(...Array.from({ length: size }, (_, at) => Math.abs(real[at * size + at] ?? 0)));
  const negligible = (largest * 1e-15) ** 2;
  let found = 0;
  for (let p = 0; p < size; p++) {
    for (let q = p + 1; q < size; q++) {
      const square = (real[p * size + q] ?? 0) ** 2 + (imaginary[p * size + q] ?? 0) ** 2;
      if (square > negligible) found = Math.max(found, square);
    }
  }
  return found;
}

/** Makes element (p, q) zero: with its phase taken away it is a real rotation (Golub and Van Loan, section 8.5). */
function rotate(matrix: ComplexMatrix, vectors: ComplexMatrix, p: number, q: number): void {
  const { rows: size, real, imaginary } = matrix;
  const [hr, hi] = [real[p * size + q] ?? 0, imaginary[p * size + q] ?? 0];
  const length = Math.hypot(hr, hi);
  if (length === 0) return;
  const half = ((real[q * size + q] ?? 0) - (real[p * size + p] ?? 0)) / (2 * length);
  const tangent = (half >= 0 ? 1 : -1) / (Math.abs(half) + Math.hypot(half, 1));
  const cosine = 1 / Math.hypot(tangent, 1);
  const sine = { real: (tangent * cosine * hr) / length, imaginary: (tangent * cosine * hi) / length };
  for (const target of [matrix, vectors]) rotateColumns(target, { p, q, cosine, sine });
  rotateRows(matrix, { p, q, cosine, sine });
}

interface Rotation {
  readonly p: number;
  readonly q: number;
  readonly cosine: number;
  readonly sine: { readonly real: number; readonly imaginary: number };
}

/** column p' = c p - conj(s) q, column q' = s p + c q */
function rotateColumns({ rows, columns, real, imaginary }: ComplexMatrix, { p, q, cosine, sine }: Rotation): void {
  for (let row = 0; row < rows; row++) {
    const [atP, atQ] = [row * columns + p, row * columns + q];
    const [pr, pi] = [real[atP] ?? 0, imaginary[atP] ?? 0];
    const [qr, qi] = [real[atQ] ?? 0, imaginary[atQ] ?? 0];
    real[atP] = cosine * pr - (sine.real * qr + sine.imaginary * qi);
    imaginary[atP] = cosine * pi - (sine.real * qi - sine.imaginary * qr);
    real[atQ] = sine.real * pr - sine.imaginary * pi + cosine * qr;
    imaginary[atQ] = sine.real * pi + sine.imaginary * pr + cosine * qi;
  }
}

/** row p' = c p - s q, row q' = conj(s) p + c q */
function rotateRows({ columns, real, imaginary }: ComplexMatrix, { p, q, cosine, sine }: Rotation): void {
  for (let column = 0; column < columns; column++) {
    const [atP, atQ] = [p * columns + column, q * columns + column];
    const [pr, pi] = [real[atP] ?? 0, imaginary[atP] ?? 0];
    const [qr, qi] = [real[atQ] ?? 0, imaginary[atQ] ?? 0];
    real[atP] = cosine * pr - (sine.real * qr - sine.imaginary * qi);
    imaginary[atP] = cosine * pi - (sine.real * qi + sine.imaginary * qr);
    real[atQ] = sine.real * pr + sine.imaginary * pi + cosine * qr;
    imaginary[atQ] = sine.real * pi - sine.imaginary * pr + cosine * qi;
  }
}
