/** A regular grid of voxels; all of [x, y, z], lengths in m. */
export interface Grid {
  /** Voxels along each axis. */
  readonly shape: readonly [number, number, number];
  /** Edge lengths of the box that the voxels fill. */
  readonly fov: readonly [number, number, number];
  readonly center: readonly [number, number, number];
}

export function voxelCount({ shape: [x, y, z] }: Grid): number {
  return x * y * z;
}

/** Edge lengths of a voxel. */
export function voxelSize({ shape, fov }: Grid): [number, number, number] {
  return [fov[0] / shape[0], fov[1] / shape[1], fov[2] / shape[2]];
}

/** Centre of voxel `index`, counted from 0, along an axis: center + fov / 2 (-1 + (2 index + 1) / n). */
export function voxelCenter({ shape, fov, center }: Grid, axis: 0 | 1 | 2, index: number): number {
  return center[axis] + (fov[axis] / 2) * (-1 + (2 * index + 1) / shape[axis]);
}

/** Three numbers of a list that may have fewer, as those of a plane do. */
export function triple(values: ArrayLike<number>, missing: number): [number, number, number] {
  return [values[0] ?? missing, values[1] ?? missing, values[2] ?? missing];
}

/** Whether two grids have the same voxels, to within the rounding of float32. */
export function sameGrid(a: Grid, b: Grid): boolean {
  const near = (first: readonly number[], second: readonly number[]) =>
    first.every((value, axis) => Math.abs(value - (second[axis] ?? NaN)) <= 1e-6 * Math.max(...a.fov.map(Math.abs)));
  return a.shape.every((extent, axis) => extent === b.shape[axis]) && near(a.fov, b.fov) && near(a.center, b.center);
}
