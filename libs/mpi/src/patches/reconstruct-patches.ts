import type { Dataset, NdArray } from '@rondel/contracts';
import type { FileParameter, ParameterNode, StepContext } from '@rondel/reco';
import { frameTimeOf, imageDataset, stretched } from '../reconstruction/image.js';
import { filesOfWeighting } from '../reconstruction/imaging-system.js';
import { gradientRatio, readScan, warnOfDifferences } from '../reconstruction/scan.js';
import { selectedData } from '../reconstruction/selected-data.js';
import { measuredScan } from '../reconstruction/single-patch-step.js';
import { solveFrames } from '../reconstruction/solve.js';
import { solverChoice, type SolverChoice } from '../reconstruction/solver.js';
import { voxelCount } from '../system-matrix/grid.js';
import { rowWeights } from '../weighting/weights.js';
import { commonRows, type PlacedCalibration } from './calibrations.js';
import { averagedByPatch, type Patch } from './offset-fields.js';
import type { PatchPlan } from './patch-plan.js';
import { loadPatchedOperator, type PatchedOperator, type PatchedReading } from './patched-operator.js';

/** What both reconstructions of several patches have in their plans. */
export interface PatchParameters {
  readonly sf: readonly FileParameter[];
  readonly freqFilter: ParameterNode;
  readonly solverParams: ParameterNode;
  readonly reg: readonly ParameterNode[];
  readonly weightingParams: ParameterNode;
}

/** Which matrices stand where, and how they are read. */
export interface PatchChoice {
  readonly calibrations: readonly PlacedCalibration[];
  readonly patches: readonly Patch[];
  readonly plan: PatchPlan;
  readonly reading: PatchedReading;
  /** Node around which a cache may stand that keeps the matrices. */
  readonly held: ParameterNode;
}

/** The image of spectra [frame, period, channel, frequency] with fields for each period: float32 [frame, slice, y, x]. */
export async function reconstructPatches(
  input: Dataset,
  parameters: PatchParameters,
  operatorChoice: PatchChoice,
  context: StepContext,
): Promise<Dataset> {
  const { calibrations, patches, plan } = operatorChoice;
  const rows = await commonRows(parameters.freqFilter, calibrations);
  const { data, shape } = selectedData(input, { rows, periods: input.data.shape[1] ?? 1, isReal: false });
  const [frames = 0] = shape;
  const count = rows.frequencies.length;
  const size = { frames, periods: input.data.shape[1] ?? 1, rows: count };
  const measurements: NdArray<Float32Array> = {
    dtype: 'complex64',
    data: averagedByPatch(data, size, patches),
    shape: [frames, patches.length * count],
    axes: ['entry', 'row'],
  };
  const operator = await heldOperator(parameters, operatorChoice, rows, context);
  tellUncovered(plan, context);
  const choice = ownNormalization(solverChoice(parameters.solverParams, parameters.reg), operator);
  const solution = await solveFrames(operator.system, measurements, { choice, grid: plan.grid, context });
  const grid = stretched(plan.grid, await placedIn(input, operatorChoice, context));
  return imageDataset(input, solution, { grid, colours: 1, frameTime: frameTimeOf(input) });
}

/** By how much the field of the calibrations stretches in that of the measurement; warns where they do not fit otherwise. */
async function placedIn(
  input: Dataset,
  { calibrations, reading: { tfCorrection } }: PatchChoice,
  { warn }: Pick<StepContext, 'warn'>,
): Promise<[number, number, number]> {
  const measured = measuredScan(input);
  let ratio: [number, number, number] | undefined;
  for (const { calibration } of calibrations) {
    const scan = await readScan(calibration.file);
    const has = calibration.file.facts.companions.transferFunction !== undefined;
    const isTransferFunctionCorrected = scan.isTransferFunctionCorrected || (tfCorrection && has);
    warnOfDifferences(measured, { ...scan, isTransferFunctionCorrected }, { warn, label: calibration.file.label });
    ratio ??= gradientRatio(measured, scan);
  }
  return ratio ?? [1, 1, 1];
}

/** The matrices, kept for later jobs where a cache stands around their node: with all that they were made from in the key. */
async function heldOperator(
  { weightingParams }: PatchParameters,
  { calibrations, plan, reading, held }: PatchChoice,
  rows: Awaited<ReturnType<typeof commonRows>>,
  context: StepContext,
): Promise<PatchedOperator> {
  const from = calibrations.map(({ calibration }) => calibration.file.identity);
  for (const parameter of filesOfWeighting(weightingParams)) from.push((await context.file(parameter)).identity);
  const made = {
    rows: [[...rows.frequencies], [...rows.channels]],
    grid: plan.grid,
    matrices: plan.matrices,
    // With the grids, the first voxel of a patch tells all of them.
    patches: plan.patches.map(({ matrix, moved, columns }) => [matrix, moved, columns[0]]),
    reading,
    weighting: [weightingParams.type, weightingParams.parameters],
  };
  return context.held(held, [...from, JSON.stringify(made)], () =>
    loadPatchedOperator(calibrations, rows, plan, {
      reading,
      weights: (normsSquared) => rowWeights(weightingParams, { rows, periods: 1, normsSquared }, context),
      context,
    }),
  );
}

/** With the terms scaled as MPIReco.jl scales them for patches, where the plan asks for that of the system matrix. */
function ownNormalization(choice: SolverChoice, { normalization }: PatchedOperator): SolverChoice {
  if (choice.normalization !== 'SystemMatrixBasedNormalization') return choice;
  const terms = choice.terms.map((term) => {
    const { lambda } = term.parameters;
    if (typeof lambda !== 'number') return term;
    return { ...term, parameters: { ...term.parameters, lambda: lambda * normalization } };
  });
  return { ...choice, normalization: 'NoNormalization', terms };
}

/** Between patches that do not touch, the image has voxels that nothing was measured of. */
function tellUncovered({ grid, patches }: PatchPlan, context: Pick<StepContext, 'warn'>): void {
  const covered = new Uint8Array(voxelCount(grid));
  for (const { columns } of patches) columns.forEach((column) => (covered[column] = 1));
  const missing = covered.length - covered.reduce((sum, value) => sum + value, 0);
  if (missing === 0) return;
  context.warn(
    'PATCHES_INCOMPLETE',
    `${missing} of ${covered.length} voxels of the image lie in no patch, so they are 0 whatever is there. Measure more patches, or leave these voxels out of what you conclude.`,
  );
}
