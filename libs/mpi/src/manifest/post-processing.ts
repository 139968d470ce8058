import { defineStep } from '@rondel/reco';
import { imageAxes } from './axes.js';

export const noPostProcessing = defineStep({
  type: 'NoPostProcessing',
  description: 'Leaves the image as it is.',
  input: imageAxes,
  output: imageAxes,
  parallel: ['frame'],
  purity: 'pure',
  effort: 0,
  properties: {},
  estimateBytes: () => 0,
  estimateHostBytes: () => 0,
  outputSize: { from: [], of: (_parameters, input) => input },
});

/** The last stage of pipelines. */
export const post = {
  accepts: [noPostProcessing.type],
  description: 'What is done with the image.',
  default: noPostProcessing.type,
};
