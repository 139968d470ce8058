import {
  add,
  cast,
  clipByValue,
  concat,
  div,
  floor,
  greater,
  mul,
  onesLike,
  reshape,
  slice2d,
  slice3d,
  stack,
  sub,
  tensor2d,
  tidy,
  unstack,
  where,
  zeros,
  zerosLike,
  type Rank,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { asTensor3D } from '../domain-kernel.js';
import { between, countTogether, gathered, joinCells, scattered, spreadBetween, type Cells } from './composed-cells.js';
import { isUpright, partOf, viewCount, type FdkGeometry } from './cone-geometry.js';
import { centeredMatrices, matrixNumbers, middleOf } from './cone-matrices.js';

/** Columns of voxels that are computed together, as numbers in an image that is one row. */
interface Columns {
  readonly first: number;
  readonly count: number;
}

/** Where the shadows of some columns of voxels are on the detector. */
interface Shadows {
  /** Bins around each column's shadow, or around each voxel's where `places` is undefined. */
  readonly cells: Cells;
  /** [column, slice]: detector rows of the shadows. */
  readonly places?: Tensor2D;
}

function columnsOf({ shape: [rows, columns, slices], detector }: FdkGeometry, largest: number): Columns[] {
  const most = countTogether(Math.max(slices, detector[1] + 3), largest);
  return Array.from({ length: Math.ceil((rows * columns) / most) }, (_, part) => ({
    first: part * most,
    count: Math.min(most, rows * columns - part * most),
  }));
}

/** [4, column]: places of columns of voxels from the middle of the volume, at the height of it. */
function placesOf({ shape: [rows, columns] }: FdkGeometry, { first, count }: Columns): Tensor2D {
  const values = new Float32Array(4 * count);
  for (let at = 0; at < count; at++) {
    values[at] = ((first + at) % columns) - middleOf(columns);
    values[count + at] = Math.floor((first + at) / columns) - middleOf(rows);
    values[3 * count + at] = 1;
  }
  return tensor2d(values, [4, count]);
}

/** [1, slice]: heights from the middle of the whole volume. */
function heightsOf(geometry: FdkGeometry): Tensor2D {
  const { firstSlice, slices } = partOf(geometry);
  const values = Float32Array.from({ length: geometry.shape[2] }, (_, slice) => slice + firstSlice - middleOf(slices));
  return tensor2d(values, [1, values.length]);
}

/** Bin below each coordinate, counted from the first bin, and how far beyond it that is; `first` is that of the coordinate 0. */
function splitAt(coordinate: Tensor, first: number, extent: number): readonly [whole: Tensor1D, part: Tensor1D] {
  const held = clipByValue(coordinate, -1 - first, extent - first);
  const whole = floor(held);
  return [reshape<Rank.R1>(add(whole, first), [-1]), reshape<Rank.R1>(sub(held, whole), [-1])];
}

/** Computes the shadows of one view; call it inside a `tidy`. */
function shadowsOf(geometry: FdkGeometry, matrix: Float32Array, places: Tensor2D, heights: Tensor2D): Shadows {
  const [bins, binRows] = geometry.detector;
  const { firstRow, rows: allRows } = partOf(geometry);
  const upright = isUpright(geometry);
  // Products by hand, as those of matrices have fewer digits on some graphics cards.
  const [x, y] = unstack(places);
  const at = (row: number): Tensor => {
    const [a = 0, b = 0, c = 0, d = 0] = matrix.subarray(4 * row, 4 * row + 4);
    if (x === undefined || y === undefined) throw new RangeError('places have four coordinates');
    const level = reshape(add(add(mul(x, a), mul(y, b)), d), [-1, 1]);
    return upright && row !== 1 ? level : add(level, mul(heights, c));
  };
  const depth = at(2);
  const isAhead = greater(depth, 0);
  const scale = div(1, where(isAhead, depth, onesLike(depth)));
  const weight = reshape<Rank.R1>(mul(mul(scale, scale), cast(isAhead, 'float32')), [-1]);
  const [bin, beyond] = splitAt(mul(at(0), scale), middleOf(bins), bins);
  const column = zerosLike(bin);
  const sides = [
    { row: bin, column, weight: mul<Tensor1D>(weight, sub(1, beyond)) },
    { row: add<Tensor1D>(bin, 1), column, weight: mul<Tensor1D>(weight, beyond) },
  ];
  const height = mul(at(1), scale);
  const firstBinRow = middleOf(allRows) - firstRow;
  if (upright) return { cells: joinCells(sides), places: add<Tensor2D>(height, firstBinRow) };
  const [entry, above] = splitAt(height, firstBinRow, binRows);
  const corners = sides.flatMap((side) => [
    { ...side, entry, weight: mul<Tensor1D>(side.weight, sub(1, above)) },
    { ...side, entry: add<Tensor1D>(entry, 1), weight: mul<Tensor1D>(side.weight, above) },
  ]);
  return { cells: joinCells(corners) };
}

/** `FdkBackproject` from core operations: columns of voxels gather view after view, all at once of a view. */
export function composedVoxels(projections: Tensor3D, geometry: FdkGeometry): Tensor3D {
  const [rows, columns, slices] = geometry.shape;
  const [bins, binRows] = geometry.detector;
  const matrices = centeredMatrices(geometry);
  const heights = heightsOf(geometry);
  const parts = columnsOf(geometry, rows * columns * slices).map((part) => {
    const places = placesOf(geometry, part);
    let total: Tensor2D = zeros<Rank.R2>([part.count, slices]);
    for (let view = 0; view < viewCount(geometry); view++) {
      const next = tidy(() => {
        const shadows = shadowsOf(geometry, matrixOf(matrices, view), places, heights);
        const plane = slice3d(projections, [view, 0, 0], [1, bins, binRows]);
        const taken = gathered(reshape<Rank.R3>(plane, [bins, 1, binRows]), shadows.cells);
        const values = shadows.places === undefined ? taken : between(taken, shadows.places);
        return add<Tensor2D>(total, reshape(values, [part.count, slices]));
      });
      total.dispose();
      total = next;
    }
    places.dispose();
    return total;
  });
  return reshape<Rank.R3>(concat(parts, 0), [rows, columns, slices]);
}

/** `FdkForward`: the transpose, a view after the other. */
export function composedShadows(volume: Tensor3D, geometry: FdkGeometry): Tensor3D {
  const [rows, columns, slices] = geometry.shape;
  const [bins, binRows] = geometry.detector;
  const matrices = centeredMatrices(geometry);
  const heights = heightsOf(geometry);
  const voxels = reshape<Rank.R2>(volume, [rows * columns, slices]);
  const views = Array.from({ length: viewCount(geometry) }, (_, view) => {
    let plane: Tensor2D = zeros<Rank.R2>([bins, binRows]);
    for (const part of columnsOf(geometry, rows * columns * slices)) {
      const next = tidy(() => {
        const shadows = shadowsOf(geometry, matrixOf(matrices, view), placesOf(geometry, part), heights);
        const values = slice2d(voxels, [part.first, 0], [part.count, slices]);
        const given =
          shadows.places === undefined
            ? reshape<Rank.R2>(values, [-1, 1])
            : spreadBetween(values, shadows.places, binRows);
        const added = scattered(given, shadows.cells, [bins, 1, binRows]);
        return add<Tensor2D>(plane, reshape(added, [bins, binRows]));
      });
      plane.dispose();
      plane = next;
    }
    return plane;
  });
  return asTensor3D('FdkForward', stack(views));
}

function matrixOf(matrices: Float32Array, view: number): Float32Array {
  return matrices.subarray(view * matrixNumbers, (view + 1) * matrixNumbers);
}
