import type { LinearSystem } from '../system/linear-system.js';

/** Which rows the iterations of Kaczmarz' method visit, and in which order. */
export interface RowOrderParameters {
  /** Each iteration takes a share of the rows, drawn without replacement, in proportion to their squared norms. */
  readonly randomized: boolean;
  /** That share, above 0 and at most 1. */
  readonly subMatrixFraction: number;
  /** All rows in a random order, the same in every iteration. */
  readonly shuffleRows: boolean;
  readonly seed: number;
}

/**
 * Rows of an iteration, counted from 0; undefined for all of them as they come.
 *
 * The orders are our own, not those of Julia: numbers of `mulberry32` (T. Ettinger), whose state begins with the seed and, for
 * `randomized`, the number of the iteration, so that an order depends on nothing else. Rows are drawn by the keys
 * log(u) / norm^2 of Efraimidis and Spirakis (2006), the largest first.
 */
export function rowOrder(
  system: LinearSystem,
  parameters: RowOrderParameters,
): (iteration: number) => Uint32Array | undefined {
  const { randomized, shuffleRows, seed, subMatrixFraction } = parameters;
  if (randomized) {
    const count = rowsOfIteration(system, subMatrixFraction);
    return (iteration) => drawnRows(system.rowNormsSquared, count, numbersOf(seed, iteration));
  }
  if (!shuffleRows) return () => undefined;
  const shuffled = shuffledRows(system.rows, numbersFrom(seed));
  return () => shuffled;
}

/** Rows that an iteration takes which does not take all: a share, and one at least. */
export function rowsOfIteration({ rows }: Pick<LinearSystem, 'rows'>, subMatrixFraction: number): number {
  return Math.max(1, Math.round(subMatrixFraction * rows));
}

function mixed(seed: number, iteration: number): number {
  return (seed ^ Math.imul(iteration, 0x9e3779b9)) >>> 0;
}

/** The numbers that an iteration, from 0, draws rows by: uniform in [0, 1). */
export function numbersOf(seed: number, iteration: number): () => number {
  return numbersFrom(mixed(seed, iteration + 1));
}

/** Fisher and Yates. */
function shuffledRows(rows: number, next: () => number): Uint32Array {
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  for (let last = rows - 1; last > 0; last--) {
    const other = Math.floor(next() * (last + 1));
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  return order;
}

function drawnRows(normsSquared: Float64Array, count: number, next: () => number): Uint32Array {
  const keys = normsSquared.map((norm) => (norm > 0 ? Math.log(next() || Number.MIN_VALUE) / norm : -Infinity));
  const rows = Uint32Array.from(keys, (_, row) => row).filter((row) => (normsSquared[row] ?? 0) > 0);
  return rows.sort((a, b) => (keys[b] ?? 0) - (keys[a] ?? 0) || a - b).slice(0, count);
}

/** Uniform in [0, 1), 32 bits each. */
function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixedState = Math.imul(state ^ (state >>> 15), state | 1);
    mixedState ^= mixedState + Math.imul(mixedState ^ (mixedState >>> 7), mixedState | 61);
    return ((mixedState ^ (mixedState >>> 14)) >>> 0) / 2 ** 32;
  };
}
