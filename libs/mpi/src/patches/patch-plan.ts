import { RondelError } from '@rondel/contracts';
import { sameGrid, type Grid } from '../system-matrix/grid.js';
import type { Patch, Vector } from './offset-fields.js';
import { columnsOf, hasSameSpacing, isSubgrid, jointGrid, nearestSubgrid } from './patch-grids.js';

/** What is asked of each calibration, in the order of the plan's list of them. */
export interface CalibrationFacts {
  /** As messages call it. */
  readonly label: string;
  readonly grid: Grid;
  /** Where its focus field put the field-free point, in m. */
  readonly position: Vector;
  /** 3 x 3, row by row, in T/m. */
  readonly gradient: readonly number[];
}

/** A system matrix that is loaded: that of a calibration as it is, or carried to another grid in its own coordinates. */
export interface MatrixChoice {
  /** Which calibration, from 0. */
  readonly calibration: number;
  readonly resampledTo?: Grid;
  /**
   * How often it counts where weights of terms are normalized: once, but a matrix that is resampled for the sake of patches
   * once for each of them, as MPIReco.jl makes one for each.
   */
  readonly count: number;
}

/** Which matrix stands for which patch, and where the voxels of each lie in the image. */
export interface PatchPlan {
  /** Of the image. */
  readonly grid: Grid;
  readonly matrices: readonly MatrixChoice[];
  readonly patches: readonly {
    /** Which of `matrices`, from 0. */
    readonly matrix: number;
    /** Voxel of the image for each voxel of the patch. */
    readonly columns: Uint32Array;
    /** How far the calibration was moved to where the patch was measured, in m. */
    readonly moved: Vector;
  }[];
}

/** Positions that agree to this share are the same: the field was set once and stored in two files. */
const samePosition = 1e-6;

/**
 * Chooses for each patch the calibration with the same gradient that was made nearest to it, and moves its grid by what they
 * are apart. The image has the joint grid of all patches; a patch that lies between its voxels takes a matrix that is
 * resampled, or, with `roundPatches` and voxels of the same size, is moved to the nearest ones.
 */
export function regularPatches(
  patches: readonly Patch[],
  calibrations: readonly CalibrationFacts[],
  roundPatches: boolean,
): PatchPlan {
  const chosen = patches.map((patch, index) => {
    const calibration = nearestCalibration(patch, calibrations, index);
    const { grid, position } = required(calibrations, calibration);
    const moved = isClose(position, patch.position) ? zero : difference(patch.position, position);
    return { calibration, moved, grid: { ...grid, center: sum(grid.center, moved) } };
  });
  const image = jointGrid(chosen.map(({ grid }) => grid));
  const matrices: MatrixChoice[] = [];
  const placed = chosen.map(({ calibration, moved, grid }) => {
    const plain = isSubgrid(image, grid) || (roundPatches && hasSameSpacing(image, grid));
    const own = nearestSubgrid(image, grid);
    const choice = plain
      ? { calibration }
      : { calibration, resampledTo: { ...own, center: difference(own.center, moved) } };
    return { matrix: placeOf(choice, matrices), columns: columnsOf(image, own), moved };
  });
  const users = (index: number) => placed.filter(({ matrix }) => matrix === index).length;
  const counted = matrices.map((matrix, index) => (matrix.resampledTo ? { ...matrix, count: users(index) } : matrix));
  return { grid: image, matrices: counted, patches: placed };
}

/** A choice of the plan's author instead of the nearest calibration. */
export interface ExplicitChoice {
  /** Calibration of each patch, from 0. */
  readonly mapping: readonly number[];
  /** Where each calibration was made, as the plan has it, in m. */
  readonly positions: readonly Vector[];
  /** Grid that each calibration is taken on, in its own coordinates. */
  readonly grids: readonly Grid[];
  /** Grid of the image; absent: the joint grid of the patches. */
  readonly image?: Grid;
}

/** Takes the calibration that `mapping` names for each patch. Patches between the voxels of the image go to the nearest ones. */
export function explicitPatches(
  patches: readonly Patch[],
  calibrations: readonly CalibrationFacts[],
  { mapping, positions, grids, image }: ExplicitChoice,
): PatchPlan & { readonly imageTooSmall: boolean } {
  if (mapping.length !== patches.length) {
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `mapping must name a calibration for each of the ${patches.length} patches of the measurement, got ${mapping.length}.`,
      { at: 'mapping' },
    );
  }
  const chosen = patches.map((patch, index) => {
    const calibration = mapping[index] ?? 0;
    if (calibrations[calibration] === undefined) {
      throw new RondelError(
        'PLAN_INVALID_VALUE',
        `mapping names calibration ${calibration + 1} for patch ${index + 1}, but sf has ${calibrations.length}.`,
        { at: 'mapping' },
      );
    }
    const moved = difference(patch.position, required(positions, calibration));
    const grid = required(grids, calibration);
    return { calibration, moved, grid: { ...grid, center: sum(grid.center, moved) } };
  });
  const joint = jointGrid(chosen.map(({ grid }) => grid));
  const imageTooSmall = image !== undefined && !covers(image, joint);
  const grid = image === undefined || imageTooSmall ? joint : image;
  const matrices: MatrixChoice[] = [];
  const placed = chosen.map(({ calibration, moved, grid: own }) => {
    const asMeasured = sameGrid(required(calibrations, calibration).grid, required(grids, calibration));
    const choice = asMeasured ? { calibration } : { calibration, resampledTo: required(grids, calibration) };
    const columns = columnsOf(grid, isSubgrid(grid, own) ? own : nearestSubgrid(grid, own));
    return { matrix: placeOf(choice, matrices), columns, moved };
  });
  return { grid, matrices, patches: placed, imageTooSmall };
}

const zero: Vector = [0, 0, 0];

function nearestCalibration(
  { position, gradient }: Patch,
  calibrations: readonly CalibrationFacts[],
  patch: number,
): number {
  const distances = calibrations.map((calibration) =>
    isClose(calibration.gradient, gradient) ? Math.hypot(...difference(calibration.position, position)) : Infinity,
  );
  const nearest = distances.indexOf(Math.min(...distances));
  if (distances[nearest] !== Infinity) return nearest;
  const diagonal = (values: readonly number[]) => [values[0], values[4], values[8]].join(', ');
  throw new RondelError(
    'DATA_SHAPE_MISMATCH',
    `No calibration of sf was made with the gradient of patch ${patch + 1}, ${diagonal(gradient)} T/m: ${calibrations
      .map(({ label, gradient: own }) => `${label} has ${diagonal(own)}`)
      .join('; ')}. Add one that was.`,
  );
}

/** The place of a matrix in the list, which it is added to unless one just like it is there. */
function placeOf(choice: Omit<MatrixChoice, 'count'>, matrices: MatrixChoice[]): number {
  const known = matrices.findIndex(
    ({ calibration, resampledTo }) =>
      calibration === choice.calibration &&
      (resampledTo === undefined
        ? choice.resampledTo === undefined
        : choice.resampledTo !== undefined && sameGrid(resampledTo, choice.resampledTo)),
  );
  return known >= 0 ? known : matrices.push({ ...choice, count: 1 }) - 1;
}

/** Whether the box of `grid` holds that of `other`, to half a millimetre, as MPIReco.jl rounds. */
function covers(grid: Grid, other: Grid): boolean {
  const slack = 5e-4;
  return ([0, 1, 2] as const).every(
    (axis) =>
      grid.center[axis] - grid.fov[axis] / 2 <= other.center[axis] - other.fov[axis] / 2 + slack &&
      grid.center[axis] + grid.fov[axis] / 2 >= other.center[axis] + other.fov[axis] / 2 - slack,
  );
}

function isClose(a: readonly number[], b: readonly number[], scale = Math.max(norm(a), norm(b))): boolean {
  return norm(a.map((value, index) => value - (b[index] ?? NaN))) <= samePosition * scale;
}

function norm(values: readonly number[]): number {
  return Math.hypot(...values);
}

function sum(a: Vector, b: Vector): Vector {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

function difference(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

function required<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`No item ${index} in a list of ${list.length}.`);
  return item;
}
