import { RondelError } from '@rondel/contracts';
import { implementStep, type ParameterNode, type ParametersOf, type StepContext } from '@rondel/reco';
import {
  multiPatchReconstruction,
  type explicitPatchOperator,
  type regularGrid,
  type regularPatchOperator,
} from '../manifest/multi-patch.js';
import type { Grid } from '../system-matrix/grid.js';
import {
  customPositions,
  placedCalibrations,
  toVector,
  withCalibrationPositions,
  withPositions,
  type PlacedCalibration,
} from './calibrations.js';
import { patchesOf, type Patch, type Vector } from './offset-fields.js';
import { explicitPatches, regularPatches, type CalibrationFacts, type PatchPlan } from './patch-plan.js';
import { requirePeriodFields } from './period-fields.js';
import { reconstructPatches } from './reconstruct-patches.js';

type Regular = ParametersOf<typeof regularPatchOperator.properties>;
type Explicit = ParametersOf<typeof explicitPatchOperator.properties>;

export const multiPatchReconstructionStep = implementStep(multiPatchReconstruction, (parameters) => ({
  async process(input, context) {
    const { sf, opParams, ffPos, ffPosSF } = parameters;
    const measured = patchesOf(requirePeriodFields(input, 'The measurement'));
    const patches = withPositions(measured, customPositions(ffPos));
    const calibrations = withCalibrationPositions(await placedCalibrations(sf, context), customPositions(ffPosSF));
    const plan = patchPlan(opParams, patches, calibrations, context);
    const { bgCorrection, tfCorrection } = opParams.parameters as Regular | Explicit;
    const choice = { calibrations, patches, plan, reading: { bgCorrection, tfCorrection }, held: opParams };
    return reconstructPatches(input, parameters, choice, context);
  },
}));

function patchPlan(
  { type, parameters }: ParameterNode,
  patches: readonly Patch[],
  calibrations: readonly PlacedCalibration[],
  context: StepContext,
): PatchPlan {
  const facts = calibrations.map(factsOf);
  // A plan is checked against the definitions before its nodes get here.
  if (type === 'RegularMultiPatchOperatorParameter') {
    return regularPatches(patches, facts, (parameters as Regular).roundPatches);
  }
  const explicit = parameters as Explicit;
  const { imageTooSmall, ...plan } = explicitPatches(patches, facts, {
    mapping: explicit.mapping.map((place) => place - 1),
    positions: facts.map(({ position }) => position),
    grids: chosenGrids(explicit, facts, context),
    ...imageGrid(explicit),
  });
  if (imageTooSmall) {
    context.log(
      'warn',
      `grid does not hold all patches, so the image has ${plan.grid.shape.join(' x ')} voxels on the smallest grid that does.`,
    );
  }
  return plan;
}

/** The grid of the image, where the plan has one. */
function imageGrid({ grid }: Explicit): { readonly image?: Grid } {
  if (grid === undefined) return {};
  const { shape, fov, center } = grid.parameters as ParametersOf<typeof regularGrid.properties>;
  return { image: { shape: toVector(shape), fov: toVector(fov), center: toVector(center) } };
}

/** Calibrations as they are, where the one at the place of a patch is moved to it. */
export function factsOf({ calibration, position, gradient }: PlacedCalibration): CalibrationFacts {
  return { label: calibration.file.label, grid: calibration.grid, position, gradient };
}

/** The grid of each calibration, as far as the plan has another. */
function chosenGrids(
  { SFGridCenter, gridsize, fov }: Explicit,
  facts: readonly CalibrationFacts[],
  context: StepContext,
) {
  const given = { SFGridCenter, gridsize, fov };
  for (const [name, list] of Object.entries(given)) {
    if (list === undefined || list.length === facts.length) continue;
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `${name} must have an entry for each of the ${facts.length} files of sf, got ${list.length}.`,
      { at: `opParams.${name}` },
    );
  }
  return facts.map(({ grid, label }, index): Grid => {
    const of = (list: readonly (readonly number[])[] | undefined, byDefault: Vector) =>
      list === undefined ? byDefault : toVector(list[index]);
    const own = { shape: of(gridsize, grid.shape), fov: of(fov, grid.fov), center: of(SFGridCenter, grid.center) };
    tellOutside(grid, own, label, context);
    return own;
  });
}

function tellOutside(calibrated: Grid, wanted: Grid, label: string, context: StepContext): void {
  const slack = 1e-6;
  const outside = ([0, 1, 2] as const).some(
    (axis) =>
      calibrated.shape[axis] > 1 &&
      Math.abs(wanted.center[axis] - calibrated.center[axis]) + wanted.fov[axis] / 2 >
        calibrated.fov[axis] / 2 + slack * calibrated.fov[axis],
  );
  if (!outside) return;
  context.warn(
    'PATCHES_INCOMPLETE',
    `The grid of ${label} in the plan reaches beyond what was calibrated; there its system matrix is taken to be 0, so what lies there is not in the image. Choose a smaller fov.`,
    { property: 'opParams' },
  );
}
