import { rowValues, takingTurns } from '@rondel/compute';
import { RondelError } from '@rondel/contracts';
import type { LinearSystem } from '../system/linear-system.js';
import { factorize, gramMatrix, solveFactorized, type ComplexVectors, type Factor } from './hermitian.js';
import { squaredNormTerms } from './squared-norm-terms.js';
import { normalizationFactors } from './normalization.js';
import type { SolveOptions, UnknownsTransform } from './solve-options.js';

/** Unknowns or rows, whichever are fewer, of a system that is solved directly. */
const mostEquations = 2048;
/** Rows read at a time. */
const rowsPerRead = 64;

type DirectOptions = Pick<SolveOptions, 'solver' | 'terms' | 'normalization' | 'transform' | 'signal'>;

/**
 * x = (A^H A + lambda)^-1 A^H b, or the same as A^H (A A^H + lambda)^-1 b where there are fewer rows than unknowns, by Cholesky's
 * factorization in float64; with lambda = 0 the least-squares solution, of least norm where there are fewer rows. It has the
 * factors s / (s^2 + lambda) of the singular values s. Projections come last, once.
 *
 * @param b [entry, row], pairs where the system is complex.
 */
export async function solveDirectly(
  system: LinearSystem,
  b: Float32Array,
  options: DirectOptions,
): Promise<Float32Array> {
  const { rows, columns, complex } = system;
  requireSmall(system, options.solver);
  const { lambda, projections } = squaredNormTerms(options.solver, options.terms);
  const lambdas = normalizationFactors(options.normalization ?? 'NoNormalization', system, b).map((f) => f * lambda);
  const turn = takingTurns();
  const byRows = rows < columns;
  const vectors = byRows ? await rowVectors(system) : await columnVectors(system);
  const gram = await gramMatrix(vectors, () => turn(options.signal));
  const parts = complex ? 2 : 1;
  const x = new Float32Array(lambdas.length * columns * parts);
  let factor: Factor | undefined;
  for (let entry = 0; entry < lambdas.length; entry++) {
    const weight = lambdas[entry] ?? NaN;
    if (factor?.shift !== weight) factor = await factorize(gram, weight, () => turn(options.signal));
    if (factor === undefined) throw singular(options.solver);
    const own = weighted(system, b.subarray(entry * rows * parts, (entry + 1) * rows * parts));
    const solution = byRows
      ? sumOf(vectors, solveFactorized(factor, own))
      : solveFactorized(factor, productsOf(vectors, own));
    for (let at = 0; at < columns * parts; at++) {
      x[entry * columns * parts + at] = solution[complex ? at : 2 * at] ?? NaN;
    }
    await turn(options.signal);
  }
  if (projections.length > 0) project(x, parts, projections.includes('positive'), options.transform);
  return x;
}

/** Drops imaginary parts, and negative values too, of what the unknowns are the coefficients of, where they are. */
function project(x: Float32Array, parts: number, positive: boolean, transform: UnknownsTransform | undefined): void {
  transform?.forward(x);
  x.forEach((value, at) => {
    if (at % parts === 1) x[at] = 0;
    else if (positive) x[at] = Math.max(0, value);
  });
  transform?.adjoint(x);
}

function requireSmall({ rows, columns }: LinearSystem, solver: string): void {
  if (Math.min(rows, columns) <= mostEquations) return;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `${solver} solves systems of up to ${mostEquations} rows or unknowns, this one has ${rows} rows and ${columns} unknowns: take CGNR or Kaczmarz.`,
    { at: 'solver' },
  );
}

function singular(solver: string): RondelError {
  return new RondelError(
    'STEP_FAILED',
    `${solver}: the system does not determine its solution, to float32. Give L2Regularization a λ above 0.`,
  );
}

/** The rows as they are. */
function rowVectors(system: LinearSystem): Promise<ComplexVectors> {
  return vectorsOf(system, { count: system.rows, length: system.columns, at: (row, column) => [row, column], sign: 1 });
}

/** The columns, conjugated. */
function columnVectors(system: LinearSystem): Promise<ComplexVectors> {
  return vectorsOf(system, {
    count: system.columns,
    length: system.rows,
    at: (row, column) => [column, row],
    sign: -1,
  });
}

interface Arrangement {
  readonly count: number;
  readonly length: number;
  readonly at: (row: number, column: number) => readonly [vector: number, element: number];
  readonly sign: 1 | -1;
}

async function vectorsOf({ matrix }: LinearSystem, { count, length, at, sign }: Arrangement): Promise<ComplexVectors> {
  const { rows, columns, complex } = matrix;
  const values = new Float32Array(2 * count * length);
  const turn = takingTurns();
  for (let first = 0; first < rows; first += rowsPerRead) {
    const read = Math.min(rowsPerRead, rows - first);
    const from = rowValues(matrix, first, read);
    for (let index = 0; index < read * columns; index++) {
      const [vector, element] = at(first + Math.floor(index / columns), index % columns);
      const to = 2 * (vector * length + element);
      values[to] = from[complex ? 2 * index : index] ?? NaN;
      if (complex) values[to + 1] = sign * (from[2 * index + 1] ?? NaN);
    }
    await turn();
  }
  return { count, length, values };
}

/** W b as pairs. */
function weighted({ rows, complex, weights }: LinearSystem, b: Float32Array): Float64Array {
  const pairs = new Float64Array(2 * rows);
  const parts = complex ? 2 : 1;
  b.forEach((value, at) => {
    pairs[2 * Math.floor(at / parts) + (at % parts)] = value * (weights[Math.floor(at / parts)] ?? NaN);
  });
  return pairs;
}

/** Sum over elements of each vector times b, not conjugated. */
function productsOf({ count, length, values }: ComplexVectors, b: Float64Array): Float64Array {
  const products = new Float64Array(2 * count);
  for (let vector = 0; vector < count; vector++) {
    let [real, imaginary] = [0, 0];
    for (let at = 0; at < 2 * length; at += 2) {
      const [vr, vi] = [values[2 * vector * length + at] ?? NaN, values[2 * vector * length + at + 1] ?? NaN];
      const [br, bi] = [b[at] ?? NaN, b[at + 1] ?? NaN];
      real += vr * br - vi * bi;
      imaginary += vr * bi + vi * br;
    }
    products[2 * vector] = real;
    products[2 * vector + 1] = imaginary;
  }
  return products;
}

/** Sum over vectors, conjugated, times y. */
function sumOf({ count, length, values }: ComplexVectors, y: Float64Array): Float64Array {
  const sum = new Float64Array(2 * length);
  for (let vector = 0; vector < count; vector++) {
    const [yr, yi] = [y[2 * vector] ?? NaN, y[2 * vector + 1] ?? NaN];
    for (let at = 0; at < 2 * length; at += 2) {
      const [vr, vi] = [values[2 * vector * length + at] ?? NaN, values[2 * vector * length + at + 1] ?? NaN];
      sum[at] = (sum[at] ?? NaN) + vr * yr + vi * yi;
      sum[at + 1] = (sum[at + 1] ?? NaN) + vr * yi - vi * yr;
    }
  }
  return sum;
}
