import type { Grid } from './grid.js';

/**
 * Values of unknown voxels, such that the discrete Laplacian is as small as can be, in the sense of least squares, at these
 * voxels and all around them (harmonic inpainting). The Laplacian has the 7-point stencil of each axis along which the grid
 * has several voxels; beyond the grid everything is 0, as MPIReco.jl has it. There, few iterations of ADMM approximate the
 * solution with a small l1 penalty; here it is solved by conjugate gradients until the residual is 1e-12 of the first.
 */
export function harmonicFill(grid: Grid, unknown: readonly number[]): (values: Float64Array) => Float64Array {
  const stencil = laplacian(grid);
  const at = new Map(unknown.map((voxel, index) => [voxel, index]));
  const work = workVoxels(grid, unknown);
  const rows = work.map((voxel) => {
    const entries = stencil(voxel);
    return {
      unknown: entries.flatMap(({ voxel: other, factor }) => {
        const index = at.get(other);
        return index === undefined ? [] : [{ index, factor }];
      }),
      known: entries.filter(({ voxel: other }) => !at.has(other)),
    };
  });
  const apply = (x: Float64Array) =>
    Float64Array.from(rows, (row) => row.unknown.reduce((sum, { index, factor }) => sum + factor * (x[index] ?? 0), 0));
  const adjoint = (y: Float64Array) => {
    const x = new Float64Array(unknown.length);
    for (const [row, { unknown: entries }] of rows.entries()) {
      for (const { index, factor } of entries) x[index] = (x[index] ?? 0) + factor * (y[row] ?? 0);
    }
    return x;
  };
  return (values) => {
    const rhs = Float64Array.from(
      rows,
      ({ known }) => -known.reduce((sum, { voxel, factor }) => sum + factor * (values[voxel] ?? 0), 0),
    );
    const filled = Float64Array.from(values);
    const x = leastSquares({ apply, adjoint }, rhs, unknown.length);
    for (const [index, voxel] of unknown.entries()) filled[voxel] = x[index] ?? 0;
    return filled;
  };
}

type Stencil = (voxel: number) => readonly { readonly voxel: number; readonly factor: number }[];

function laplacian({ shape }: Grid): Stencil {
  return (voxel) => {
    const place = placeOf(voxel, shape);
    const axes = ([0, 1, 2] as const).filter((axis) => shape[axis] > 1);
    const neighbours = axes.flatMap((axis) =>
      [-1, 1].flatMap((step) => {
        const moved = place.map((index, along) => (along === axis ? index + step : index));
        const inside = (moved[axis] ?? -1) >= 0 && (moved[axis] ?? 0) < shape[axis];
        return inside ? [{ voxel: voxelAt(moved, shape), factor: 1 }] : [];
      }),
    );
    return [{ voxel, factor: -2 * axes.length }, ...neighbours];
  };
}

/** The unknown voxels and all that touch them, at corners too. */
function workVoxels({ shape }: Grid, unknown: readonly number[]): number[] {
  const found = new Set<number>();
  for (const voxel of unknown) {
    const place = placeOf(voxel, shape);
    for (let dz = -1; dz <= 1; dz++) {
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const moved = [dx, dy, dz].map((step, axis) => (place[axis] ?? 0) + step);
          if (moved.every((index, axis) => index >= 0 && index < (shape[axis] ?? 0))) found.add(voxelAt(moved, shape));
        }
      }
    }
  }
  return [...found].sort((a, b) => a - b);
}

function placeOf(voxel: number, [columns, rows]: Grid['shape']): [number, number, number] {
  return [voxel % columns, Math.floor(voxel / columns) % rows, Math.floor(voxel / (columns * rows))];
}

function voxelAt([x = 0, y = 0, z = 0]: readonly number[], [columns, rows]: Grid['shape']): number {
  return x + columns * (y + rows * z);
}

interface Operator {
  readonly apply: (x: Float64Array) => Float64Array;
  readonly adjoint: (y: Float64Array) => Float64Array;
}

/** Conjugate gradients on the normal equations (Hestenes and Stiefel 1952), from 0. */
function leastSquares({ apply, adjoint }: Operator, rhs: Float64Array, size: number): Float64Array {
  const x = new Float64Array(size);
  const residual = adjoint(rhs);
  let direction = Float64Array.from(residual);
  let energy = dot(residual, residual);
  const enough = 1e-24 * energy;
  for (let iteration = 0; iteration < 20 * size && energy > enough; iteration++) {
    const moved = adjoint(apply(direction));
    const step = energy / dot(direction, moved);
    add(x, direction, step);
    add(residual, moved, -step);
    const next = dot(residual, residual);
    direction = direction.map((value, index) => (residual[index] ?? 0) + (next / energy) * value);
    energy = next;
  }
  return x;
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}

function add(to: Float64Array, values: Float64Array, factor: number): void {
  for (let index = 0; index < to.length; index++) to[index] = (to[index] ?? 0) + factor * (values[index] ?? 0);
}
