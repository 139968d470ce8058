// Filters across slices: a block of slices needs some of its neighbours.
import { defaulted, defineAlgorithm, definePipeline, defineStep } from '@rondel/reco';
import { Type } from 'typebox';

const axes = ['frame', 'slice', 'y', 'x'];
const doubt = defaulted(Type.Boolean(), false, { description: 'Whether it warns of what it returns.' });
const facts = { input: axes, output: axes, purity: 'pure', estimateBytes: () => 0 };

export const median = defineStep({
  ...facts,
  type: 'SliceMedianParameters',
  description:
    'The median of a pixel and its neighbours in the slices around it; at the ends the outer slice counts again.',
  parallel: ['frame', { axis: 'slice', halo: ({ radius }) => radius }],
  properties: {
    radius: defaulted(Type.Integer({ minimum: 0, maximum: 16 }), 1, { description: 'Slices on either side.' }),
    doubt,
  },
});

export const smooth = defineStep({
  ...facts,
  type: 'SliceSmoothingParameters',
  description: 'Weights 1, 2, 1 of a pixel and its neighbours in the slices around it.',
  parallel: ['frame', { axis: 'slice', halo: 1 }],
  properties: { doubt },
});

export default {
  name: '@lab/slice-filter',
  version: '1.0.0',
  module: 'LabSliceFilter',
  description: 'Filters across slices.',
  nodes: [
    defineAlgorithm({ type: 'SliceFilterAlgorithm', description: 'Filters an image.', accepts: ['SliceFilters'] }),
    definePipeline({
      type: 'SliceFilters',
      description: 'One filter after the other.',
      stages: {
        median: { accepts: [median.type], description: 'Takes away outliers.' },
        smooth: { accepts: [smooth.type], description: 'Smooths what is left.' },
      },
    }),
    median,
    smooth,
  ],
  plans: [],
};
