import { multiplyByRows, rowValues, takingTurns } from '@rondel/compute';
import { RondelError } from '@rondel/contracts';
import type { LinearSystem } from '../system/linear-system.js';

/** The products of all pairs of rows lie in memory: 128 MiB for so many complex rows. */
const mostRows = 4096;
/** Rows whose products with all others are made at a time. */
const rowsAtATime = 64;

/** What the choice of rows is told. */
export interface GreedyChoice {
  /** Of ||x||^2, of the measurement. */
  readonly lambda: number;
  /** 0 to 1: how much the largest residual counts for the bound; 1/2 unless told. */
  readonly theta: number;
  /** Uniform in [0, 1). */
  readonly next: () => number;
}

/** Residuals of one measurement, of the equations A x + sqrt(lambda) v = b with their weights, step by step. */
export interface GreedyRows {
  /** The residuals where x and v are, pairs where the system is complex; becomes that of the object. */
  restart(residual: Float64Array<ArrayBuffer>): void;
  /** A row to step along, drawn; undefined where all equations are met. The residuals become those after the step. */
  next(choice: GreedyChoice): number | undefined;
}

/**
 * The choice of rows of the greedy randomized Kaczmarz method (Bai and Wu 2018, SIAM Journal on Scientific Computing 40; relaxed
 * by theta, Applied Mathematics Letters 83), as RegularizedLeastSquares.jl has it: with n_i = ||a_i||^2 + lambda, a row is drawn
 * with the probability |r_i|^2 among those with |r_i|^2 >= (theta max_j(|r_j|^2 / n_j) + (1 - theta) ||r||^2 / (||A||^2 + lambda)) n_i;
 * the one with the largest |r_i|^2 / n_i is always among them. Residuals follow from the products of rows, so that a step costs one
 * row and not all.
 *
 * Throws PLAN_INVALID_VALUE for a system with more rows than there is room for their products, CANCELLED.
 */
export async function openGreedyRows(system: LinearSystem, signal: AbortSignal | undefined): Promise<GreedyRows> {
  const { rows, complex, rowNormsSquared } = system;
  if (rows > mostRows) {
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `greedy_randomized keeps the products of all pairs of rows, of ${mostRows} at most, and this system has ${rows}: choose fewer rows, or take randomized.`,
      { at: 'greedy_randomized' },
    );
  }
  const parts = complex ? 2 : 1;
  const products = await productsOfRows(system, signal);
  const energy = rowNormsSquared.reduce((sum, norm) => sum + norm, 0);
  let residual = new Float64Array(rows * parts);
  const squares = new Float64Array(rows);
  return {
    restart(given) {
      residual = given;
    },
    next({ lambda, theta, next }) {
      for (let row = 0; row < rows; row++) {
        const [re = NaN, im = 0] = residual.subarray(row * parts, (row + 1) * parts);
        squares[row] = (rowNormsSquared[row] ?? 0) > 0 ? re * re + im * im : 0;
      }
      const row = drawn(squares, rowNormsSquared, { lambda, theta, next, energy });
      if (row === undefined) return undefined;
      const scale = 1 / ((rowNormsSquared[row] ?? NaN) + lambda);
      const [re = NaN, im = 0] = residual.subarray(row * parts, (row + 1) * parts);
      const own = products.subarray(row * rows * parts, (row + 1) * rows * parts);
      for (let at = 0; at < rows * parts; at += parts) {
        const [pr, pi] = [own[at] ?? NaN, complex ? (own[at + 1] ?? NaN) : 0];
        residual[at] = (residual[at] ?? NaN) - scale * (re * pr - im * pi);
        if (complex) residual[at + 1] = (residual[at + 1] ?? NaN) - scale * (re * pi + im * pr);
      }
      residual.fill(0, row * parts, (row + 1) * parts);
      return row;
    },
  };
}

function drawn(
  squares: Float64Array,
  norms: Float64Array,
  { lambda, theta, next, energy }: GreedyChoice & { readonly energy: number },
): number | undefined {
  let [sum, largest, first] = [0, 0, 0];
  squares.forEach((square, row) => {
    const ratio = square / ((norms[row] ?? NaN) + lambda);
    sum += square;
    if (ratio > largest) [largest, first] = [ratio, row];
  });
  if (!(sum > 0)) return undefined;
  const bound = Math.min(largest, theta * largest + ((1 - theta) * sum) / (energy + lambda));
  const isOffered = (square: number, row: number) =>
    row === first || (square > 0 && square >= bound * ((norms[row] ?? NaN) + lambda));
  const offered = squares.reduce((all, square, row) => all + (isOffered(square, row) ? square : 0), 0);
  let left = next() * offered;
  let last = first;
  for (let row = 0; row < squares.length; row++) {
    const square = squares[row] ?? 0;
    if (!isOffered(square, row)) continue;
    last = row;
    left -= square;
    if (left < 0) break;
  }
  return last;
}

/** <a_j, a_i> = sum of a_j conj(a_i), weights included: [i, j], pairs where the system is complex. */
async function productsOfRows(
  { matrix, rows, columns, complex }: LinearSystem,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const parts = complex ? 2 : 1;
  const products = new Float32Array(rows * rows * parts);
  const turn = takingTurns();
  for (let first = 0; first < rows; first += rowsAtATime) {
    const count = Math.min(rowsAtATime, rows - first);
    const values = rowValues(matrix, first, count);
    /** [part, column, entry], conjugated. */
    const planes = new Float32Array(values.length);
    for (let at = 0; at < count * columns; at++) {
      const to = (at % columns) * count + Math.floor(at / columns);
      planes[to] = values[at * parts] ?? NaN;
      if (complex) planes[columns * count + to] = -(values[at * parts + 1] ?? NaN);
    }
    const found = multiplyByRows(matrix, planes, count);
    for (let at = 0; at < rows * count; at++) {
      const to = ((first + (at % count)) * rows + Math.floor(at / count)) * parts;
      products[to] = found[at] ?? NaN;
      if (complex) products[to + 1] = found[rows * count + at] ?? NaN;
    }
    await turn(signal);
  }
  return products;
}
