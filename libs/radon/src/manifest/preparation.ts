import { detectorCorrection } from './detector-correction.js';
import { flatField } from './flat-field.js';
import { outlierRemoval } from './outlier-removal.js';
import { paganinPhase } from './phase.js';
import { radonPreprocessing, transmissionPreprocessing } from './preprocessing.js';
import { ringRemoval } from './rings.js';

/** What pipelines do before the reconstruction. Stages that a plan leaves out do not exist. */
export const preparation = {
  outliers: {
    accepts: [outlierRemoval.type],
    description: 'Removal of single values that stand out, from the raw data.',
    optional: true,
  },
  detector: {
    accepts: [detectorCorrection.type],
    description: 'Distortion and tilt of the detector, taken out of projections and fields.',
    optional: true,
  },
  flat: {
    accepts: [flatField.type],
    description: 'Transmissions from counts, for what takes these.',
    optional: true,
  },
  phase: {
    accepts: [paganinPhase.type],
    description: 'Phase retrieval, from transmissions.',
    optional: true,
  },
  pre: {
    accepts: [transmissionPreprocessing.type, radonPreprocessing.type],
    description: 'How line integrals are made from the raw data.',
  },
  rings: {
    accepts: [ringRemoval.type],
    description: 'Removal of stripes that become rings, from line integrals.',
    optional: true,
  },
} as const;
