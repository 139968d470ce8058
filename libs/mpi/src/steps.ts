import type { ReconstructionPackage } from '@rondel/reco';
import { mpiManifest } from './manifest.js';
import { noPostProcessingStep } from './reconstruction/post-processing-step.js';

/** The package with its code. */
export const mpiPackage: ReconstructionPackage = {
  manifest: mpiManifest,
  steps: [noPostProcessingStep],
};
