import { radonPreprocessing, transmissionPreprocessing } from './preprocessing.js';
import { ringRemoval } from './rings.js';

/** What pipelines do before the reconstruction. Stages that a plan leaves out do not exist. */
export const preparation = {
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
