import type { ReconstructionPackage } from '@rondel/reco';
import { mpiManifest } from './manifest.js';
import { commonPreProcessingStep } from './preprocessing/common-step.js';
import { leastSquaresStep } from './reconstruction/low-level-step.js';
import { backgroundEstimationStep } from './background/background-estimation-step.js';
import { handsFreeReconstructionStep } from './hands-free/hands-free-step.js';
import { periodicMotionPreProcessingStep } from './motion/periodic-motion-step.js';
import { periodicMotionReconstructionStep } from './motion/periodic-motion-reconstruction-step.js';
import { multiPatchReconstructionStep } from './patches/multi-patch-step.js';
import { noPostProcessingStep } from './reconstruction/post-processing-step.js';
import { singlePatchReconstructionStep } from './reconstruction/single-patch-step.js';
import { twoStepReconstructionStep } from './reconstruction/two-step-reconstruction-step.js';

/** The package with its code. */
export const mpiPackage: ReconstructionPackage = {
  manifest: mpiManifest,
  steps: [
    commonPreProcessingStep,
    singlePatchReconstructionStep,
    leastSquaresStep,
    handsFreeReconstructionStep,
    twoStepReconstructionStep,
    backgroundEstimationStep,
    multiPatchReconstructionStep,
    periodicMotionPreProcessingStep,
    periodicMotionReconstructionStep,
    noPostProcessingStep,
  ],
};
