import { Type } from '@rondel/contracts/schema';
import { defaulted, defineValue, file, node, nodeList, optional } from '@rondel/reco';

/** Types of the nodes that weight rows of the system matrix and of the measurement. */
const weightingTypes = [
  'NoWeightingParameters',
  'ChannelWeightingParameters',
  'WhiteningWeightingParameters',
  'RowNormWeightingParameters',
  'CompositeWeightingParameters',
] as const;

/** Property of reconstructions that hold a weighting. */
export const weightingParams = node(weightingTypes, {
  description: 'How much each row counts.',
  default: 'NoWeightingParameters',
});

export const noWeighting = defineValue({
  type: 'NoWeightingParameters',
  description: 'All rows weigh the same.',
  properties: {},
});

export const channelWeighting = defineValue({
  type: 'ChannelWeightingParameters',
  description: 'Rows weigh what their receive channel does.',
  properties: {
    channelWeights: defaulted(
      Type.Array(Type.Number({ minimum: 0, maximum: 1e30 }), { minItems: 1, maxItems: 1000 }),
      [1, 1, 1],
      { description: 'Weight of each channel; 0 leaves a channel out.' },
    ),
  },
});

export const whiteningWeighting = defineValue({
  type: 'WhiteningWeightingParameters',
  description:
    'Rows weigh as much less as they are noisier: the smallest standard deviation of all rows over that of the row.',
  properties: {
    whiteningMeas: file({ description: 'Measurement whose background frames tell the noise.' }),
    tfCorrection: optional(Type.Boolean(), {
      description:
        'Whether its spectra are divided by the transfer function. Left out: if the file has one and was not corrected.',
    }),
  },
});

export const rowNormWeighting = defineValue({
  type: 'RowNormWeightingParameters',
  description: 'Every row has the norm 1; one of zeros stays so.',
  properties: {},
});

export const compositeWeighting = defineValue({
  type: 'CompositeWeightingParameters',
  description: 'The product of several weights.',
  properties: {
    weightingParameters: nodeList(weightingTypes, { description: 'The weights.' }),
  },
});

export const weightingNodes = [noWeighting, channelWeighting, whiteningWeighting, rowNormWeighting, compositeWeighting];
