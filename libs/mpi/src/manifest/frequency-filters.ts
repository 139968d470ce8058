import { Type } from '@rondel/contracts/schema';
import { defaulted, defineValue, nodeList, optional, type Properties } from '@rondel/reco';

/** Types of the nodes that choose which rows of the system matrix are used. */
export const frequencyFilterTypes = [
  'SNRThresholdFrequencyFilterParameter',
  'FreqNumThresholdFrequencyFilterParameter',
  'DirectSelectionFrequencyFilterParameters',
  'NoFrequencyFilterParameter',
  'CompositeFrequencyFilterParameters',
] as const;

/** Positions of Julia, counted from 1: a list, or a range from `start` to `stop`, which may be a word such as `1:10`. */
export const positions = Type.Union([
  Type.String({
    title: 'a range of positions counted from 1, such as 1:10 or 1:2:10',
    pattern: '^[1-9][0-9]{0,8}(:[1-9][0-9]{0,8})?:[0-9]{1,9}$',
  }),
  Type.Array(Type.Integer({ minimum: 1, maximum: 1_000_000_000 }), { maxItems: 1_000_000 }),
  Type.Object({
    start: Type.Integer({ minimum: 1, maximum: 1_000_000_000 }),
    stop: Type.Integer({ minimum: 0, maximum: 1_000_000_000 }),
    step: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000 })),
  }),
]);

const thresholds = {
  minFreq: defaulted(Type.Number({ minimum: 0, maximum: 1e12 }), 0, {
    description: 'Lowest frequency that is used.',
    unit: 'Hz',
  }),
  maxFreq: optional(Type.Number({ minimum: 0, maximum: 1e12 }), {
    description: 'Highest frequency that is used. Left out: the bandwidth of the system matrix.',
    unit: 'Hz',
  }),
  recChannels: optional(positions, {
    description: 'Receive channels that are used, counted from 1. Left out: all of the system matrix.',
  }),
  numPeriodAverages: defaulted(Type.Integer({ minimum: 1, maximum: 1_000_000 }), 1, {
    description: 'Number of consecutive periods that are averaged.',
  }),
  numPeriodGrouping: defaulted(Type.Integer({ minimum: 1, maximum: 1_000_000 }), 1, {
    description: 'Number of consecutive periods that are joined in time, which makes frequencies as much denser.',
  }),
  maxMixingOrder: defaulted(Type.Integer({ minimum: -1, maximum: 1_000_000 }), -1, {
    description:
      'Largest mixing order |mx| + |my| + |mz| of the drive frequencies that is used; frequencies without one are left out then. -1: any.',
  }),
  numSidebandFreqs: defaulted(Type.Integer({ minimum: -1, maximum: 1_000_000 }), -1, {
    description: 'With grouped periods: frequencies that are used on either side of those of one period. -1: all.',
  }),
} as const satisfies Properties;

export const snrThresholdFilter = defineValue({
  type: 'SNRThresholdFrequencyFilterParameter',
  description: 'Frequencies of a band and of some receive channels whose signal stands out from the noise.',
  properties: {
    ...thresholds,
    SNRThresh: defaulted(Type.Number({ minimum: -1, maximum: 1e30 }), -1, {
      description:
        'Least signal-to-noise ratio, as the calibration file tells it, of frequencies that are used. 0 or less: any.',
    }),
  },
});

export const frequencyNumberFilter = defineValue({
  type: 'FreqNumThresholdFrequencyFilterParameter',
  description:
    'A number of frequencies, those with the best signal-to-noise ratio of a band and of some receive channels.',
  properties: {
    ...thresholds,
    numUsedFreqs: defaulted(Type.Integer({ minimum: 1, maximum: 1_000_000_000 }), 1, {
      description: 'Number of rows that are used, over all channels.',
    }),
  },
});

export const directSelectionFilter = defineValue({
  type: 'DirectSelectionFrequencyFilterParameters',
  description: 'Frequencies by their positions.',
  properties: {
    freqIndices: optional(
      Type.Union([
        ...positions.anyOf,
        Type.Array(Type.Array(Type.Integer({ minimum: 1, maximum: 1_000_000_000 }), { minItems: 2, maxItems: 2 }), {
          maxItems: 1_000_000,
        }),
      ]),
      {
        description:
          'Positions of frequencies, counted from 1 (which is 0 Hz), in every channel; or pairs `[frequency, channel]`. Left out: all.',
      },
    ),
  },
});

export const noFilter = defineValue({
  type: 'NoFrequencyFilterParameter',
  description: 'All frequencies of all receive channels.',
  properties: {},
});

export const compositeFilter = defineValue({
  type: 'CompositeFrequencyFilterParameters',
  description: 'Frequencies that all of several filters choose, in the order of the first.',
  properties: {
    filters: nodeList(frequencyFilterTypes, { description: 'The filters.' }),
  },
});

export const frequencyFilterNodes = [
  snrThresholdFilter,
  frequencyNumberFilter,
  directSelectionFilter,
  noFilter,
  compositeFilter,
];
