import { describe, expect, it } from 'vitest';
import type { Grid } from '../system-matrix/grid.js';
import { averagedByPatch, patchesOf, type Patch, type Vector } from './offset-fields.js';
import { columnsOf, jointGrid, nearestSubgrid, roundHalfEven } from './patch-grids.js';
import { explicitPatches, regularPatches, type CalibrationFacts } from './patch-plan.js';

const gradient = [-1, 0, 0, 0, -1, 0, 0, 0, 2];

function grid(shape: Vector, fov: Vector, center: Vector = [0, 0, 0]): Grid {
  return { shape, fov, center };
}

function calibration(position: Vector, own: Grid, label = 'sm.mdf'): CalibrationFacts {
  return { label, grid: own, position, gradient };
}

function patch(position: Vector, periods = [0]): Patch {
  return { position, gradient, periods };
}

/** Positions of all voxels, x fastest, from their definition. */
function voxels({ shape, fov, center }: Grid): Vector[] {
  const positions: Vector[] = [];
  for (let k = 1; k <= shape[2]; k++) {
    for (let j = 1; j <= shape[1]; j++) {
      for (let i = 1; i <= shape[0]; i++) {
        const at = (axis: 0 | 1 | 2, n: number) => center[axis] + (fov[axis] * ((2 * n - 1) / shape[axis] - 1)) / 2;
        positions.push([at(0, i), at(1, j), at(2, k)]);
      }
    }
  }
  return positions;
}

/** The voxel of `image` nearest to a place, by looking at all of them. */
function nearest(image: Grid, place: Vector): number {
  const distances = voxels(image).map((voxel) => Math.hypot(...voxel.map((v, axis) => v - (place[axis] ?? 0))));
  return distances.indexOf(Math.min(...distances));
}

describe('patches of a measurement', () => {
  it('are the periods with the same shift of the field-free point, in the order they are met', () => {
    const offsets = [
      [0.008, 0, 0],
      [0.008, 0, 0],
      [-0.008, 0.002, 0.004],
      [0.008, 0, 0],
    ];
    const found = patchesOf({
      gradient: Float64Array.from(offsets.flatMap(() => gradient)),
      offsetField: Float64Array.from(offsets.flat()),
    });
    expect(found.map(({ position, periods }) => ({ position, periods }))).toEqual([
      { position: [0.008, 0, 0], periods: [0, 1, 3] },
      { position: [-0.008, 0.002, -0.002], periods: [2] },
    ]);
  });

  it('are averaged over their periods', () => {
    // Two frames, three periods, two rows: the real part is the number of the value, the imaginary part its negative.
    const values = Float32Array.from({ length: 24 }, (_, i) => (i % 2 === 0 ? i / 2 : -(i - 1) / 2));
    const averaged = averagedByPatch(values, { frames: 2, periods: 3, rows: 2 }, [
      patch([0, 0, 0], [0, 2]),
      patch([1, 0, 0], [1]),
    ]);
    expect([...averaged]).toEqual([2, -2, 3, -3, 2, -2, 3, -3, 8, -8, 9, -9, 8, -8, 9, -9]);
  });

  it('have no place along an axis with a field but no gradient', () => {
    expect(() => patchesOf({ gradient: new Float64Array(9), offsetField: Float64Array.from([0.001, 0, 0]) })).toThrow(
      /offset field of 0.001 T along x but no gradient/,
    );
  });
});

describe('the grid of the image', () => {
  it('holds all patches with the smallest of their voxels', () => {
    const joint = jointGrid([
      grid([10, 10, 1], [0.02, 0.02, 0.001], [-0.008, 0.002, 0]),
      grid([20, 10, 1], [0.02, 0.02, 0.001], [0.008, 0, 0]),
    ]);
    expect(joint.shape).toEqual([36, 11, 1]);
    expect(joint.center[0]).toBeCloseTo(0, 12);
    expect(joint.center[1]).toBeCloseTo(0.001, 12);
    expect(joint.fov[0]).toBeCloseTo(0.036, 12);
    expect(joint.fov[1]).toBeCloseTo(0.022, 12);
  });

  it('counts halves as Julia does', () => {
    expect([0.5, 1.5, 2.5, -1.5, 2.4, 2.6].map(roundHalfEven)).toEqual([0, 2, 2, -2, 2, 3]);
  });

  it('knows where the voxels of a part lie', () => {
    const image = grid([6, 5, 4], [0.06, 0.05, 0.04], [0.01, 0, 0]);
    const part = grid([3, 2, 2], [0.03, 0.02, 0.02], [0.015, -0.005, 0.01]);
    expect([...columnsOf(image, nearestSubgrid(image, part))]).toEqual(
      voxels(part).map((place) => nearest(image, place)),
    );
  });

  it('keeps a part that would stand out within itself', () => {
    const image = grid([4, 1, 1], [0.04, 0.01, 0.01]);
    const moved = nearestSubgrid(image, grid([3, 1, 1], [0.03, 0.01, 0.01], [0.02, 0, 0]));
    expect([...columnsOf(image, moved)]).toEqual([1, 2, 3]);
  });
});

describe('patches with the nearest calibration', () => {
  const central = calibration([0, 0, 0], grid([8, 8, 1], [0.016, 0.016, 0.001]));

  it('share a calibration that fits them as it is, each at its place', () => {
    const patches = [patch([-0.004, 0.004, 0]), patch([-0.004, -0.004, 0]), patch([0.004, 0.004, 0])];
    const plan = regularPatches(patches, [central], false);
    expect(plan.matrices).toEqual([{ calibration: 0, count: 1 }]);
    expect(plan.grid.shape).toEqual([12, 12, 1]);
    plan.patches.forEach(({ columns, matrix }, index) => {
      const position = patches[index]?.position ?? [0, 0, 0];
      const own = grid(central.grid.shape, central.grid.fov, position);
      expect(matrix).toBe(0);
      expect([...columns]).toEqual(voxels(own).map((place) => nearest(plan.grid, place)));
    });
  });

  it('take the one that was measured nearest, with its own centre', () => {
    const left = calibration([-0.004, 0, 0], grid([8, 8, 1], [0.016, 0.016, 0.001], [-0.004, 0, 0]), 'left.mdf');
    const plan = regularPatches([patch([-0.004, 0, 0]), patch([0.001, 0, 0])], [central, left], true);
    expect(plan.matrices).toEqual([
      { calibration: 1, count: 1 },
      { calibration: 0, count: 1 },
    ]);
    expect(plan.patches.map(({ moved }) => moved[0])).toEqual([0, 0.001]);
  });

  it('take a resampled matrix where they lie between voxels, in the coordinates of its calibration', () => {
    const patches = [patch([0, 0, 0]), patch([0.0045, 0, 0])];
    const plan = regularPatches(patches, [central], false);
    expect(plan.matrices).toHaveLength(2);
    const target = plan.matrices[1]?.resampledTo;
    expect(target).toBeDefined();
    // Whatever the rounding: the voxels that the matrix is resampled to are those of the image, seen from the patch.
    const places = voxels(target ?? central.grid);
    plan.patches[1]?.columns.forEach((column, index) => {
      const inImage = voxels(plan.grid)[column] ?? [NaN, NaN, NaN];
      expect(places[index]?.[0]).toBeCloseTo(inImage[0] - 0.0045, 12);
      expect(places[index]?.[1]).toBeCloseTo(inImage[1], 12);
    });
  });

  it('are moved to the voxels instead when the plan rounds', () => {
    const plan = regularPatches([patch([0, 0, 0]), patch([0.0045, 0, 0])], [central], true);
    expect(plan.matrices).toEqual([{ calibration: 0, count: 1 }]);
  });

  it('ask for one of their gradient', () => {
    const other = { ...central, gradient: [-2, 0, 0, 0, -2, 0, 0, 0, 4] };
    expect(() => regularPatches([patch([0, 0, 0])], [other], false)).toThrow(
      /gradient of patch 1, -1, -1, 2 T\/m: sm.mdf has -2, -2, 4/,
    );
  });
});

describe('patches with a mapping', () => {
  const grids = [grid([4, 4, 1], [0.008, 0.008, 0.001]), grid([4, 4, 1], [0.008, 0.008, 0.001])];
  const calibrations = grids.map((own) => calibration([0, 0, 0], own));
  const positions: Vector[] = [
    [0, 0, 0],
    [0.002, 0, 0],
  ];

  it('take the calibrations that it names', () => {
    const patches = [patch([0.004, 0, 0]), patch([0.002, 0, 0]), patch([-0.004, 0, 0])];
    const plan = explicitPatches(patches, calibrations, { mapping: [0, 1, 0], positions, grids });
    expect(plan.matrices).toEqual([
      { calibration: 0, count: 1 },
      { calibration: 1, count: 1 },
    ]);
    expect(plan.patches.map(({ matrix, moved }) => [matrix, moved[0]])).toEqual([
      [0, 0.004],
      [1, 0],
      [0, -0.004],
    ]);
    expect(plan.grid.shape).toEqual([8, 4, 1]);
    expect([...(plan.patches[1]?.columns ?? [])].slice(0, 4)).toEqual([2, 3, 4, 5]);
  });

  it('use a grid of the plan, unless it is too small for them', () => {
    const patches = [patch([0, 0, 0])];
    const wide = grid([10, 10, 1], [0.02, 0.02, 0.001]);
    const small = grid([2, 2, 1], [0.004, 0.004, 0.001]);
    const choice = { mapping: [0], positions, grids };
    expect(explicitPatches(patches, calibrations, { ...choice, image: wide })).toMatchObject({
      grid: wide,
      imageTooSmall: false,
    });
    expect(explicitPatches(patches, calibrations, { ...choice, image: small })).toMatchObject({
      grid: { shape: [4, 4, 1] },
      imageTooSmall: true,
    });
  });

  it.each([
    [[0], /mapping must name a calibration for each of the 2 patches of the measurement, got 1/],
    [[0, 5], /mapping names calibration 6 for patch 2, but sf has 2/],
  ])('refuse %j', (mapping, message) => {
    const patches = [patch([0, 0, 0]), patch([0.001, 0, 0])];
    expect(() => explicitPatches(patches, calibrations, { mapping, positions, grids })).toThrow(message);
  });
});
