import type { ReconstructionPackage } from '@rondel/reco';
import { mpiManifest } from './manifest.js';
import { commonPreProcessingStep } from './preprocessing/common-step.js';
import { leastSquaresStep } from './reconstruction/low-level-step.js';
import { noPostProcessingStep } from './reconstruction/post-processing-step.js';
import { singlePatchReconstructionStep } from './reconstruction/single-patch-step.js';

/** The package with its code. */
export const mpiPackage: ReconstructionPackage = {
  manifest: mpiManifest,
  steps: [commonPreProcessingStep, singlePatchReconstructionStep, leastSquaresStep, noPostProcessingStep],
};
