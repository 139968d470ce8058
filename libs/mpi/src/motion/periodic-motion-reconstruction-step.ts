import { RondelError } from '@rondel/contracts';
import { implementStep } from '@rondel/reco';
import { periodicMotionReconstruction } from '../manifest/motion.js';
import { placedCalibrations } from '../patches/calibrations.js';
import { factsOf } from '../patches/multi-patch-step.js';
import { patchesOf } from '../patches/offset-fields.js';
import { explicitPatches } from '../patches/patch-plan.js';
import { requirePeriodFields } from '../patches/period-fields.js';
import { reconstructPatches } from '../patches/reconstruct-patches.js';

/**
 * One system matrix for each patch, in their order, each where it was calibrated: what the motion of the object needs no field
 * for. Rows are divided by transfer functions if the measurement was.
 */
export const periodicMotionReconstructionStep = implementStep(periodicMotionReconstruction, (parameters) => ({
  async process(input, context) {
    const patches = patchesOf(requirePeriodFields(input, 'The measurement'));
    const calibrations = await placedCalibrations(parameters.sf, context);
    if (calibrations.length < patches.length) {
      throw new RondelError(
        'PLAN_INVALID_VALUE',
        `sf must name a system matrix for each of the ${patches.length} patches, in the order in which they were measured, got ${calibrations.length}.`,
        { at: 'sf' },
      );
    }
    const facts = calibrations.map(factsOf);
    const plan = explicitPatches(patches, facts, {
      mapping: patches.map((_, index) => index),
      positions: facts.map(({ position }, index) => patches[index]?.position ?? position),
      grids: facts.map(({ grid }) => grid),
    });
    const reading = { bgCorrection: false, tfCorrection: input.attributes.isTransferFunctionCorrected === true };
    const held = parameters.freqFilter;
    return reconstructPatches(input, parameters, { calibrations, patches, plan, reading, held }, context);
  },
}));
