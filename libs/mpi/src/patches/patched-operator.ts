import { RondelError, type NdArray } from '@rondel/contracts';
import { patchedSystem, type LinearSystem } from '@rondel/least-squares';
import type { HeldThing } from '@rondel/reco';
import { rowCount, type FrequencyRows } from '../frequencies/rows.js';
import { resample, trilinear } from '../system-matrix/gridding.js';
import { readSystemMatrix, type ReadingContext } from '../system-matrix/read.js';
import { voxelCount } from '../system-matrix/grid.js';
import type { PlacedCalibration } from './calibrations.js';
import type { PatchPlan } from './patch-plan.js';

/** The matrices of all patches as one system; its rows are those of one patch after the other. */
export interface PatchedOperator extends HeldThing {
  readonly system: LinearSystem;
  /** What weights of terms are multiplied by under `SystemMatrixBasedNormalization`. */
  readonly normalization: number;
}

const complexBytes = 8;

export interface PatchedReading {
  readonly bgCorrection: boolean;
  /** Where a calibration has a transfer function and was not corrected. */
  readonly tfCorrection: boolean;
}

/** Weights [row] of a patch whose matrix has these squared row norms; undefined: all rows weigh the same. */
export type PatchWeights = (rowNormsSquared: Float64Array) => Promise<ArrayLike<number> | undefined>;

/** Reads the matrices that the plan names, each once, and places them. */
export async function loadPatchedOperator(
  calibrations: readonly PlacedCalibration[],
  rows: FrequencyRows,
  plan: PatchPlan,
  options: { readonly reading: PatchedReading; readonly weights: PatchWeights; readonly context: ReadingContext },
): Promise<PatchedOperator> {
  const matrices: NdArray<Float32Array>[] = [];
  requireRoom(calibrations, rows, plan, options.context);
  for (const { calibration: index, resampledTo } of plan.matrices) {
    const placed = calibrationOf(calibrations, index);
    const matrix = await readMatrix(placed, rows, options.reading, options.context);
    const { grid } = placed.calibration;
    matrices.push(
      resampledTo === undefined
        ? matrix
        : {
            ...matrix,
            data: resample(matrix.data, rowCount(rows), trilinear(grid, resampledTo)),
            shape: [rowCount(rows), voxelCount(resampledTo)],
          },
    );
  }
  const norms = matrices.map((matrix) => squaredNorms(matrix));
  const weights = await stackedWeights(plan, norms, options.weights);
  const columns = voxelCount(plan.grid);
  const patches = plan.patches.map(({ matrix, columns: own }) => ({ matrix, columns: own }));
  const system = await patchedSystem(
    { columns, matrices, patches },
    { signal: options.context.signal, ...(weights && { weights }) },
  );
  const normalization = weights === undefined ? plainNormalization(norms, plan) : sum(system.rowNormsSquared) / columns;
  return { system, normalization, bytes: system.bytes, dispose: () => system.dispose() };
}

function calibrationOf(calibrations: readonly PlacedCalibration[], index: number): PlacedCalibration {
  const placed = calibrations[index];
  if (placed === undefined) throw new RangeError(`No calibration ${index}.`);
  return placed;
}

/** All matrices as they are read, and once more where they are solved; asked for before the first is read. */
function requireRoom(
  calibrations: readonly PlacedCalibration[],
  rows: FrequencyRows,
  { matrices }: PatchPlan,
  { requireMemory }: ReadingContext,
): void {
  const voxels = matrices.reduce(
    (total, { calibration, resampledTo }) =>
      total + voxelCount(resampledTo ?? calibrationOf(calibrations, calibration).calibration.grid),
    0,
  );
  const what = matrices.length === 1 ? 'The system matrix' : `The ${matrices.length} system matrices`;
  requireMemory(2 * complexBytes * rowCount(rows) * voxels, `${what} of the patches, ${rowCount(rows)} rows,`);
}

async function readMatrix(
  { calibration }: PlacedCalibration,
  rows: FrequencyRows,
  { bgCorrection, tfCorrection }: PatchedReading,
  context: ReadingContext,
): Promise<NdArray<Float32Array>> {
  const { file, layout, backgroundFrames } = calibration;
  if (bgCorrection && backgroundFrames.length === 0) {
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `bgCorrection is true, but ${file.label} has no background frames. Set it to false.`,
      { at: 'opParams.bgCorrection' },
    );
  }
  return readSystemMatrix(
    calibration,
    rows,
    {
      bgCorrection,
      tfCorrection: tfCorrection && file.facts.companions.transferFunction !== undefined,
      periodAverages: layout.periods,
      periodGrouping: 1,
    },
    context,
  );
}

/**
 * As MPIReco.jl normalizes patches: a matrix that all share counts once for each of them, over its own voxels; of several each
 * counts as often as its plan says, over those of the image.
 */
function plainNormalization(norms: readonly Float64Array[], { grid, matrices, patches }: PatchPlan): number {
  const counts = matrices.map(({ count }) => count);
  const [only] = norms;
  if (only !== undefined && counts.reduce((total, count) => total + count, 0) === 1) {
    return (sum(only) * patches.length) / (patches[0]?.columns.length ?? 1);
  }
  return norms.reduce((total, each, index) => total + (counts[index] ?? 1) * sum(each), 0) / voxelCount(grid);
}

async function stackedWeights(
  { patches }: PatchPlan,
  norms: readonly Float64Array[],
  weights: PatchWeights,
): Promise<Float32Array | undefined> {
  const stacked: number[] = [];
  for (const { matrix } of patches) {
    const own = await weights(norms[matrix] ?? new Float64Array());
    if (own === undefined) return undefined;
    for (let row = 0; row < own.length; row++) stacked.push(own[row] ?? 1);
  }
  return Float32Array.from(stacked);
}

function squaredNorms({ data, shape: [rows = 0] }: NdArray<Float32Array>): Float64Array {
  const width = data.length / rows;
  return Float64Array.from({ length: rows }, (_, row) =>
    data.subarray(row * width, (row + 1) * width).reduce((total, value) => total + value * value, 0),
  );
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
