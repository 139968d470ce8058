import { implementStep } from '@rondel/reco';
import { noPostProcessing } from '../manifest/post-processing.js';

export const noPostProcessingStep = implementStep(noPostProcessing, () => ({ process: (input) => input }));
