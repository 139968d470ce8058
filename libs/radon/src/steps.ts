import type { ReconstructionPackage } from '@rondel/reco';
import { fdkReconstructionStep } from './cone/fdk-step.js';
import { radonManifest } from './manifest.js';
import { radonPreprocessingStep } from './preprocessing/frame-step.js';
import { detectorCorrectionStep } from './preprocessing/detector/detector-correction-step.js';
import { outlierRemovalStep } from './preprocessing/detector/outlier-step.js';
import { flatFieldStep } from './preprocessing/fields/flat-field-step.js';
import { paganinPhaseStep } from './preprocessing/phase/paganin-step.js';
import { ringRemovalStep } from './preprocessing/rings/ring-removal-step.js';
import { transmissionPreprocessingStep } from './preprocessing/transmission-step.js';
import { radonBackprojectionStep } from './reconstruction/backprojection-step.js';
import { radonFilteredBackprojectionStep } from './reconstruction/filtered-backprojection-step.js';
import { iterativeRadonReconstructionStep } from './reconstruction/iterative-step.js';

/** The package with its code; an engine must be open before its steps run. */
export const radonPackage: ReconstructionPackage = {
  manifest: radonManifest,
  steps: [
    radonPreprocessingStep,
    transmissionPreprocessingStep,
    ringRemovalStep,
    outlierRemovalStep,
    detectorCorrectionStep,
    flatFieldStep,
    paganinPhaseStep,
    radonBackprojectionStep,
    radonFilteredBackprojectionStep,
    iterativeRadonReconstructionStep,
    fdkReconstructionStep,
  ],
};
