import { describe, expect, it } from 'vitest';
import { voxelCenter, voxelCount, type Grid } from './grid.js';
import { resample, trilinear } from './gridding.js';
import { harmonicFill } from './harmonic-fill.js';
import { placeOnGrid, wantedGrid } from './placing.js';

const origin: Grid = { shape: [5, 4, 3], fov: [0.05, 0.04, 0.06], center: [0.01, 0, -0.02] };

type Place = readonly [x: number, y: number, z: number];

function places(grid: Grid): Place[] {
  const [columns, rows] = grid.shape;
  return Array.from({ length: voxelCount(grid) }, (_, voxel): Place => [
    voxelCenter(grid, 0, voxel % columns),
    voxelCenter(grid, 1, Math.floor(voxel / columns) % rows),
    voxelCenter(grid, 2, Math.floor(voxel / columns / rows)),
  ]);
}

/** One row of complex values, the imaginary part twice the real one. */
function sampled(grid: Grid, value: (place: Place) => number): Float32Array {
  return Float32Array.from(places(grid).flatMap((place) => [value(place), 2 * value(place)]));
}

/** Linear along each axis, so that trilinear interpolation gives it exactly; values of about 1 in float32: 1e-6. */
const multilinear = ([x, y, z]: Place) => (1 + 20 * x) * (2 - 10 * y) * (1 + 5 * z);

function expectClose(found: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
  expect(found.length).toBe(wanted.length);
  const difference = Math.max(...Array.from(found, (value, index) => Math.abs(value - (wanted[index] ?? NaN))));
  expect(difference).toBeLessThan(tolerance);
}

describe('trilinear interpolation', () => {
  it('is exact for what is linear along each axis, within the outermost centres', () => {
    const target: Grid = { shape: [7, 3, 5], fov: [0.03, 0.02, 0.03], center: [0.012, 0.001, -0.021] };
    const found = resample(sampled(origin, multilinear), 1, trilinear(origin, target));
    expectClose(found, sampled(target, multilinear), 1e-5);
  });

  it('is 0 outside of them, and the same on the same grid', () => {
    const same = resample(sampled(origin, multilinear), 1, trilinear(origin, origin));
    expectClose(same, sampled(origin, multilinear), 1e-6);
    const shifted: Grid = { ...origin, center: [0.02, 0, -0.02] };
    const found = resample(sampled(origin, multilinear), 1, trilinear(origin, shifted));
    const lastColumn = places(shifted).flatMap((_, voxel) =>
      voxel % 5 === 4 ? [found[2 * voxel], found[2 * voxel + 1]] : [],
    );
    expect(lastColumn.every((value) => value === 0)).toBe(true);
    expect(found[0]).toBeCloseTo(same[2] ?? NaN, 6);
  });

  it('leaves an axis of one voxel alone', () => {
    const plane: Grid = { shape: [3, 3, 1], fov: [0.03, 0.03, 0.01], center: [0, 0, 0] };
    const elsewhere: Grid = { ...plane, fov: [0.03, 0.03, 0.5], center: [0, 0, 7] };
    const values = sampled(plane, ([x, y]) => 1 + x - y);
    expectClose(resample(values, 1, trilinear(plane, elsewhere)), values, 1e-7);
  });
});

describe('filling voxels', () => {
  const plane: Grid = { shape: [9, 8, 1], fov: [0.09, 0.08, 0.01], center: [0, 0, 0] };
  // A harmonic polynomial, whose discrete Laplacian is 0 as well.
  const harmonic = ([x, y]: Place) => 1e4 * (x * x - y * y) + 30 * x + 2;

  it('restores a harmonic function where it is surrounded', () => {
    const values = Float64Array.from(places(plane), harmonic);
    const unknown = [20, 21, 30, 40];
    const spoilt = values.map((value, voxel) => (unknown.includes(voxel) ? 99 : value));
    expectClose(harmonicFill(plane, unknown)(spoilt), values, 1e-8);
  });

  it('repairs dead voxels of a system matrix, counted from 1', () => {
    const data = sampled(plane, harmonic);
    const spoilt = data.slice();
    for (const voxel of [21, 30]) spoilt.set([7, 7], 2 * voxel);
    const matrix = { dtype: 'complex64' as const, data: spoilt, shape: [1, 72] };
    const gridding = (deadPixels: unknown) => ({
      type: 'SystemMatrixGriddingParameter',
      parameters: { deadPixels },
    });
    const repaired = placeOnGrid(matrix, plane, { node: gridding([22, 31]), target: plane });
    expectClose(repaired.data, data, 1e-5);
    expect(() => placeOnGrid(matrix, plane, { node: gridding([73]), target: plane })).toThrow('names voxel 73');
  });

  it('goes on beyond what was calibrated, towards 0', () => {
    const data = sampled(plane, () => 1);
    const matrix = { dtype: 'complex64' as const, data, shape: [1, 72] };
    const wide: Grid = { shape: [13, 12, 1], fov: [0.13, 0.12, 0.01], center: [0, 0, 0] };
    const node = { type: 'SystemMatrixGriddingParameter', parameters: {} };
    const placed = placeOnGrid(matrix, plane, { node, target: wide });
    const real = (x: number, y: number) => placed.data[2 * (x + 13 * y)] ?? NaN;
    expect(placed.shape).toEqual([1, 156]);
    expect(real(6, 6)).toBeCloseTo(1, 6);
    // Two voxels further there is 0, one voxel further something in between.
    expect(real(1, 6)).toBeGreaterThan(real(0, 6));
    expect(real(1, 6)).toBeLessThan(1);
    expect(real(0, 6)).toBeGreaterThan(0);
  });
});

describe('the grid of an image', () => {
  const node = (parameters = {}) => ({ type: 'SystemMatrixGriddingParameter', parameters });

  it('is that of the calibration in all that a plan leaves out', () => {
    expect(wantedGrid({ type: 'NoGridding', parameters: {} }, origin)).toEqual(origin);
    expect(wantedGrid(node(), origin)).toEqual(origin);
    expect(wantedGrid(node({ gridsize: [10, 8], center: [0, 0, 0] }), origin)).toEqual({
      shape: [10, 8, 3],
      fov: origin.fov,
      center: [0, 0, 0],
    });
    expect(wantedGrid(node({ fov: [0.02, 0, 0] }), origin).fov).toEqual([0.02, 0.04, 0.06]);
  });
});
