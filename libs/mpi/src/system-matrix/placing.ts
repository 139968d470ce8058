import { RondelError, type NdArray } from '@rondel/contracts';
import type { ParameterNode, ParametersOf } from '@rondel/reco';
import { listedPositions } from '../frequencies/positions.js';
import type { gridding } from '../manifest/system-matrix.js';
import { sameGrid, triple, voxelCount, voxelSize, type Grid } from './grid.js';
import { resample, trilinear } from './gridding.js';
import { harmonicFill } from './harmonic-fill.js';

type Gridding = ParametersOf<typeof gridding.properties>;

/** The grid on which the image is reconstructed. What a plan leaves out is that of the calibration. */
export function wantedGrid({ type, parameters }: ParameterNode, calibrated: Grid): Grid {
  if (type === 'NoGridding') return calibrated;
  const { gridsize, fov, center } = parameters as Gridding;
  return {
    // Where a plan says nothing of an axis, as of the third of a plane, it is that of the calibration.
    shape: filled(gridsize ?? [], calibrated.shape),
    fov: filled(
      (fov ?? []).map((length, axis) => (length > 0 ? length : calibrated.fov[axis === 0 ? 0 : axis === 1 ? 1 : 2])),
      calibrated.fov,
    ),
    center: filled(center ?? [], calibrated.center),
  };
}

function filled(given: readonly number[], otherwise: readonly [number, number, number]): [number, number, number] {
  return triple([...given, ...otherwise.slice(given.length)], 0);
}

/**
 * Rows of a system matrix [row, voxel] on another grid: dead voxels are filled first, then what lies outside the calibration,
 * where the other grid is wider, then values are interpolated.
 */
export function placeOnGrid(
  matrix: NdArray<Float32Array>,
  calibrated: Grid,
  { node, target }: { readonly node: ParameterNode; readonly target: Grid },
): NdArray<Float32Array> {
  const [rows = 0] = matrix.shape;
  const repaired = withoutDeadVoxels(matrix, calibrated, node);
  if (sameGrid(calibrated, target)) return repaired;
  const wide = widened(calibrated, target);
  const extended = wide === calibrated ? repaired.data : extend(repaired.data, rows, calibrated, wide);
  const values = resample(extended, rows, trilinear(wide, target));
  return { ...matrix, data: values, shape: [rows, voxelCount(target)] };
}

function withoutDeadVoxels(matrix: NdArray<Float32Array>, grid: Grid, { type, parameters }: ParameterNode) {
  const { deadPixels } = type === 'NoGridding' ? { deadPixels: undefined } : (parameters as Gridding);
  if (deadPixels === undefined) return matrix;
  const dead = [...new Set(listedPositions(deadPixels))].map((position) => position - 1);
  const voxels = voxelCount(grid);
  const outside = dead.find((voxel) => voxel >= voxels);
  if (outside !== undefined || dead.length === voxels) {
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      outside === undefined
        ? 'deadPixels names all voxels of the calibration; something must be left to fill them from.'
        : `deadPixels names voxel ${outside + 1}; the calibration has ${voxels}, counted from 1.`,
      { at: 'sfLoad.gridding.deadPixels' },
    );
  }
  if (dead.length === 0) return matrix;
  const data = Float32Array.from(matrix.data);
  fillRows(data, { rows: matrix.shape[0] ?? 0, grid, unknown: dead });
  return { ...matrix, data };
}

/** Fills voxels of all rows, real and imaginary parts apart, in place. */
function fillRows(
  data: Float32Array,
  { rows, grid, unknown }: { readonly rows: number; readonly grid: Grid; readonly unknown: readonly number[] },
): void {
  const fill = harmonicFill(grid, unknown);
  const voxels = voxelCount(grid);
  for (let row = 0; row < rows; row++) {
    for (const part of [0, 1]) {
      const at = (voxel: number) => 2 * (row * voxels + voxel) + part;
      const filledPart = fill(Float64Array.from({ length: voxels }, (_, voxel) => data[at(voxel)] ?? 0));
      for (const voxel of unknown) data[at(voxel)] = filledPart[voxel] ?? 0;
    }
  }
}

/**
 * The calibrated grid with as many further voxels on either side of each axis as the other grid needs, and one more, at which the
 * signal is taken to be 0. The same where it needs none.
 */
function widened(calibrated: Grid, target: Grid): Grid {
  const size = voxelSize(calibrated);
  const beyond = ([0, 1, 2] as const).map((axis) => {
    const shift = Math.abs(target.center[axis] - calibrated.center[axis]);
    const reach = target.fov[axis] / 2 + shift - calibrated.fov[axis] / 2;
    const isWider = target.fov[axis] > calibrated.fov[axis] * (1 + 1e-6);
    return calibrated.shape[axis] > 1 && isWider ? Math.ceil(reach / size[axis] - 1e-6) + 1 : 0;
  });
  if (beyond.every((count) => count === 0)) return calibrated;
  const shape = triple(
    calibrated.shape.map((extent, axis) => extent + 2 * (beyond[axis] ?? 0)),
    1,
  );
  return {
    shape,
    fov: triple(
      shape.map((extent, axis) => extent * (size[axis] ?? 0)),
      0,
    ),
    center: calibrated.center,
  };
}

/** Rows on the wider grid; what was not calibrated is filled, the outermost voxels with 0. */
function extend(values: Float32Array, rows: number, calibrated: Grid, wide: Grid): Float32Array {
  const [from, to] = [voxelCount(calibrated), voxelCount(wide)];
  const places = Array.from({ length: to }, (_, voxel) => placeIn(voxel, wide, calibrated));
  const data = new Float32Array(2 * rows * to);
  for (let row = 0; row < rows; row++) {
    for (const [voxel, { known }] of places.entries()) {
      if (known === undefined) continue;
      const at = 2 * (row * from + known);
      data.set(values.subarray(at, at + 2), 2 * (row * to + voxel));
    }
  }
  const unknown = places.flatMap(({ known, isRim }, voxel) => (known === undefined && !isRim ? [voxel] : []));
  fillRows(data, { rows, grid: wide, unknown });
  return data;
}

function placeIn(voxel: number, wide: Grid, calibrated: Grid): { known: number | undefined; isRim: boolean } {
  const [columns, rows] = wide.shape;
  const place = [voxel % columns, Math.floor(voxel / columns) % rows, Math.floor(voxel / columns / rows)];
  const inner = place.map((index, axis) => index - ((wide.shape[axis] ?? 1) - (calibrated.shape[axis] ?? 1)) / 2);
  const isInside = inner.every((index, axis) => index >= 0 && index < (calibrated.shape[axis] ?? 1));
  const [x = 0, y = 0, z = 0] = inner;
  return {
    known: isInside ? x + calibrated.shape[0] * (y + calibrated.shape[1] * z) : undefined,
    isRim: place.some(
      (index, axis) =>
        (wide.shape[axis] ?? 1) > (calibrated.shape[axis] ?? 1) &&
        (index === 0 || index === (wide.shape[axis] ?? 1) - 1),
    ),
  };
}
