import { RondelError } from '@rondel/contracts';
import { voxelCenter, voxelSize, type Grid } from '../system-matrix/grid.js';
import type { Vector } from './offset-fields.js';

/** Voxels further than this share of a voxel from those of another grid are not among them. */
const sameVoxel = 1e-5;

/** The smallest box around all grids, with the smallest of their voxels; a whole number of them, around the same centre. */
export function jointGrid(grids: readonly Grid[]): Grid {
  const least = (of: (grid: Grid, axis: Axis) => number) =>
    perAxis((axis) => grids.reduce((value, grid) => Math.min(value, of(grid, axis)), Infinity));
  const low = least((grid, axis) => grid.center[axis] - 0.5 * grid.fov[axis]);
  const high = least((grid, axis) => -(grid.center[axis] + 0.5 * grid.fov[axis]));
  const spacing = least((grid, axis) => voxelSize(grid)[axis]);
  const shape = perAxis((axis) =>
    spacing[axis] > 0 ? Math.max(1, roundHalfEven((-high[axis] - low[axis]) / spacing[axis])) : 1,
  );
  return {
    shape,
    fov: perAxis((axis) => shape[axis] * spacing[axis]),
    center: perAxis((axis) => (low[axis] - high[axis]) / 2),
  };
}

/** Whether every voxel of `patch` is one of `grid`. */
export function isSubgrid(grid: Grid, patch: Grid): boolean {
  const start = positionIn(grid, firstVoxel(patch));
  return axes.every(
    (axis) =>
      sameSpacing(grid, patch, axis) &&
      patch.shape[axis] <= grid.shape[axis] &&
      Math.abs(start[axis] - Math.round(start[axis])) <= sameVoxel * Math.max(1, Math.abs(start[axis])),
  );
}

/** Whether both have voxels of the same size. */
export function hasSameSpacing(grid: Grid, patch: Grid): boolean {
  return axes.every((axis) => sameSpacing(grid, patch, axis));
}

/**
 * The part of `grid` that comes nearest to `patch`: of as many voxels where these have the same size, else of as many as its
 * first and last voxel span.
 */
export function nearestSubgrid(grid: Grid, patch: Grid): Grid {
  const spacing = voxelSize(grid);
  const [first, last] = [positionIn(grid, firstVoxel(patch)), positionIn(grid, lastVoxel(patch))];
  const shape = perAxis((axis) =>
    Math.min(
      grid.shape[axis],
      sameSpacing(grid, patch, axis) ? patch.shape[axis] : nearestVoxel(last[axis]) - nearestVoxel(first[axis]) + 1,
    ),
  );
  const start = perAxis((axis) => Math.min(Math.max(0, nearestVoxel(first[axis])), grid.shape[axis] - shape[axis]));
  return {
    shape,
    fov: perAxis((axis) => shape[axis] * spacing[axis]),
    center: perAxis((axis) => voxelCenter(grid, axis, start[axis] + (shape[axis] - 1) / 2)),
  };
}

/** Which voxels of `grid` those of its part `patch` are, in the order of the latter. */
export function columnsOf(grid: Grid, patch: Grid): Uint32Array {
  const start = positionIn(grid, firstVoxel(patch)).map((value) => Math.round(value));
  const [x = 0, y = 0, z = 0] = start;
  axes.forEach((axis) => {
    const first = start[axis] ?? 0;
    if (first < 0 || first + patch.shape[axis] > grid.shape[axis]) {
      throw new RondelError(
        'PLAN_INVALID_VALUE',
        `A patch of ${patch.shape[axis]} voxels along ${'xyz'[axis]} from voxel ${first} does not lie in the grid of ${grid.shape[axis]} that is reconstructed.`,
        { at: 'ffPos' },
      );
    }
  });
  const columns = new Uint32Array(patch.shape[0] * patch.shape[1] * patch.shape[2]);
  let place = 0;
  for (let k = 0; k < patch.shape[2]; k++) {
    for (let j = 0; j < patch.shape[1]; j++) {
      for (let i = 0; i < patch.shape[0]; i++) {
        columns[place++] = x + i + grid.shape[0] * (y + j + grid.shape[1] * (z + k));
      }
    }
  }
  return columns;
}

/** Rounds halves to the even neighbour, as Julia's `round` does. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

type Axis = 0 | 1 | 2;
const axes: readonly Axis[] = [0, 1, 2];

function perAxis(of: (axis: Axis) => number): Vector {
  return [of(0), of(1), of(2)];
}

/** The voxel nearest to a position among voxels, from 0; halves go where they go counted from 1, as in Julia. */
function nearestVoxel(position: number): number {
  return roundHalfEven(position + 1) - 1;
}

function firstVoxel(grid: Grid): Vector {
  return perAxis((axis) => voxelCenter(grid, axis, 0));
}

function lastVoxel(grid: Grid): Vector {
  return perAxis((axis) => voxelCenter(grid, axis, grid.shape[axis] - 1));
}

/** Where a place lies among the voxels of a grid, from 0; 0 along an axis without extent. */
function positionIn({ shape, fov, center }: Grid, place: Vector): Vector {
  return perAxis((axis) =>
    fov[axis] === 0 ? 0 : (shape[axis] * ((place[axis] - center[axis]) / (0.5 * fov[axis]) + 1) - 1) / 2,
  );
}

function sameSpacing(grid: Grid, patch: Grid, axis: Axis): boolean {
  const [a, b] = [voxelSize(grid)[axis], voxelSize(patch)[axis]];
  return Math.abs(a - b) <= 1e-9 * Math.max(a, b);
}
