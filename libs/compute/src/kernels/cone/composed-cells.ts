import {
  add,
  cast,
  clipByValue,
  concat,
  floor,
  greaterEqual,
  lessEqual,
  logicalAnd,
  mul,
  pad,
  reshape,
  scatterND,
  slice2d,
  slice3d,
  sub,
  sum,
  tensor2d,
  tile,
  type Rank,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { rowsAt } from '../rows-at.js';
import { entriesTogether } from './entries-together.js';

/**
 * Whole numbers that float32 tells apart. Indices are computed in it, as TensorFlow computes with integers on the host even
 * where all else is on a graphics card, and tables are taken in bands of as many cells.
 */
const mostCells = 2 ** 24;

/** How many of something are computed together, when each has `width` entries. */
export function countTogether(width: number, largest: number): number {
  return Math.max(1, Math.floor(entriesTogether(largest) / width));
}

/**
 * Cells of a table [row, column, entry] that results are sums of: all entries of each, or single ones. Whole numbers in float32,
 * each array [result], or [part, result] where several cells are parts of one result.
 */
export interface Cells<T extends Tensor = Tensor2D> {
  readonly row: T;
  readonly column: T;
  readonly entry?: T;
  /** What each counts; cells outside the table do not. */
  readonly weight: T;
}

/** Cells around places between some of them. */
export function joinCells(parts: readonly Cells<Tensor1D>[]): Cells {
  const joined = (values: readonly Tensor1D[]) =>
    concat(
      values.map((part) => reshape<Rank.R2>(part, [1, -1])),
      0,
    );
  const entries = parts.flatMap(({ entry }) => entry ?? []);
  return {
    row: joined(parts.map(({ row }) => row)),
    column: joined(parts.map(({ column }) => column)),
    weight: joined(parts.map(({ weight }) => weight)),
    ...(entries.length === 0 ? {} : { entry: joined(entries) }),
  };
}

interface Band {
  readonly first: number;
  readonly count: number;
}

type Shape = readonly [rows: number, columns: number, entries: number];

/** Rows of a table together; what is gathered from it is `width` entries each. */
function bandsOf([rows, columns, entries]: Shape, width: number): Band[] {
  const most = Math.max(1, Math.floor(mostCells / (columns * (entries / width))));
  return Array.from({ length: Math.ceil(rows / most) }, (_, band) => ({
    first: band * most,
    count: Math.min(most, rows - band * most),
  }));
}

function isWithin(values: Tensor2D, extent: number): Tensor2D {
  return logicalAnd(greaterEqual(values, 0), lessEqual(values, extent - 1));
}

/** Places of cells in a band of the table, int32 [part x result], and their weights [part x result, 1], 0 outside. */
function cellsIn({ row, column, entry, weight }: Cells, { first, count }: Band, [, columns, entries]: Shape) {
  const from = sub<Tensor2D>(row, first);
  const isInRow = logicalAnd(isWithin(from, count), isWithin(column, columns));
  const inside = entry === undefined ? isInRow : logicalAnd(isInRow, isWithin(entry, entries));
  const rowPlace = add(mul(clipByValue(from, 0, count - 1), columns), clipByValue(column, 0, columns - 1));
  const place = entry === undefined ? rowPlace : add(mul(rowPlace, entries), clipByValue(entry, 0, entries - 1));
  return {
    places: reshape<Rank.R1>(cast(place, 'int32'), [-1]),
    weights: reshape<Rank.R2>(mul(weight, cast(inside, 'float32')), [-1, 1]),
  };
}

function addAll(parts: readonly Tensor2D[]): Tensor2D {
  return parts.reduce((total, part) => add<Tensor2D>(total, part));
}

/** The sums of cells of `table`: [result, entry], or [result, 1] where cells are single entries. */
export function gathered(table: Tensor3D, cells: Cells): Tensor2D {
  const [, columns, entries] = table.shape;
  const width = cells.entry === undefined ? entries : 1;
  const [parts, results] = cells.row.shape;
  return addAll(
    bandsOf(table.shape, width).map((band) => {
      const { places, weights } = cellsIn(cells, band, table.shape);
      const rows = slice3d(table, [band.first, 0, 0], [band.count, columns, entries]);
      const taken = rowsAt(reshape<Rank.R2>(rows, [-1, width]), places);
      return sum<Tensor2D>(reshape(mul(taken, weights), [parts, results, width]), 0);
    }),
  );
}

/** The transpose of `gathered`: each value [result, entry] is added to its cells of a table of that shape. */
export function scattered(values: Tensor2D, cells: Cells, shape: Shape): Tensor3D {
  const [, columns, entries] = shape;
  const [parts] = cells.row.shape;
  const width = values.shape[1];
  const bands = bandsOf(shape, width).map((band) => {
    const { places, weights } = cellsIn(cells, band, shape);
    const given = mul<Tensor2D>(tile(values, [parts, 1]), weights);
    const indices = reshape(places, [-1, 1]);
    const added = scatterND<Rank.R2>(indices, given, [(band.count * columns * entries) / width, width]);
    return reshape<Rank.R3>(added, [band.count, columns, entries]);
  });
  return concat(bands, 0);
}

/** What `between` reads for places: the entries before and after each in rows with a 0 in front and two behind. */
function neighbours(places: Tensor2D, entries: number) {
  const [rows] = places.shape;
  const held = clipByValue(places, -1, entries);
  const whole = floor(held);
  const starts = tensor2d(
    Float32Array.from({ length: rows }, (_, row) => row * (entries + 3) + 1),
    [rows, 1],
  );
  const before = add(whole, starts);
  const indices = (offset: number) => reshape<Rank.R1>(cast(add(before, offset), 'int32'), [-1]);
  return { fraction: sub<Tensor2D>(held, whole), before: indices(0), after: indices(1) };
}

/** Values of rows [row, entry] at places [row, place], linear between entries and 0 outside. */
export function between(rows: Tensor2D, places: Tensor2D): Tensor2D {
  const { fraction, before, after } = neighbours(places, rows.shape[1]);
  const padded = reshape<Rank.R2>(
    pad(rows, [
      [0, 0],
      [1, 2],
    ]),
    [-1, 1],
  );
  const [lower, upper] = [before, after].map((at) => reshape<Rank.R2>(rowsAt(padded, at), places.shape));
  if (lower === undefined || upper === undefined) throw new RangeError('a place has two neighbours');
  return add<Tensor2D>(lower, mul(sub(upper, lower), fraction));
}

/** The transpose of `between`: values [row, place] are added to the two entries around them. */
export function spreadBetween(values: Tensor2D, places: Tensor2D, entries: number): Tensor2D {
  const [rows] = places.shape;
  const { fraction, before, after } = neighbours(places, entries);
  const upper = mul(values, fraction);
  const given = concat([reshape<Rank.R1>(sub(values, upper), [-1]), reshape<Rank.R1>(upper, [-1])]);
  const indices = reshape(concat([before, after]), [-1, 1]);
  const padded = scatterND<Rank.R1>(indices, given, [rows * (entries + 3)]);
  return slice2d(reshape<Rank.R2>(padded, [rows, entries + 3]), [0, 1], [rows, entries]);
}
