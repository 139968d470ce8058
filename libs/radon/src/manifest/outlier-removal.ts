import { RondelError } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import { defaulted, defineStep, required } from '@rondel/reco';
import { sinogramAxes } from './axes.js';
import { rawCompanions } from './raw-companions.js';

export const outlierAxes = ['projections', 'sinograms', 'volume'] as const;

export type OutlierAxis = (typeof outlierAxes)[number];

/** Removal of what cosmic rays and scattered photons leave in single values. */
export const outlierRemoval = defineStep({
  type: 'OutlierRemovalParameters',
  description:
    'Replaces values that differ from the median around them by at least `dif` by it, in projections (`remove_outlier` of TomoPy), sinograms, or both at once (`remove_outlier` of httomo).',
  properties: {
    dif: required(Type.Number({ exclusiveMinimum: 0, maximum: 1e30 }), {
      description: 'Least difference of an outlier. Counts where it comes first, so some hundreds (httomo has 1000).',
      unit: 'values of the data',
    }),
    size: defaulted(Type.Integer({ minimum: 3, maximum: 31 }), 3, {
      description: 'Width of the window of the median, an odd number (`kernel_size` of httomo).',
      unit: 'bins, slices and projections',
    }),
    axis: defaulted(Type.Enum([...outlierAxes]), 'projections', {
      description:
        'What the window lies in: slices and bins of one projection, projections and bins of one slice, or all three.',
    }),
    mode: defaulted(Type.Enum(['bright', 'both']), 'bright', {
      description:
        'Whether only values above the median count as outliers (TomoPy), or those below it as well (httomo).',
    }),
  },
  input: sinogramAxes,
  output: sinogramAxes,
  companions: rawCompanions,
  parallel: ['frame', { axis: 'slice', halo: ({ axis, size }) => (axis === 'sinograms' ? 0 : (size - 1) / 2) }],
  purity: 'pure',
  effort: 1,
  estimateBytes: () => 0,
  estimateHostBytes: (_parameters, { shape, elementBytes }) =>
    shape.reduce((product, extent) => product * extent, elementBytes),
  outputSize: { from: [], of: (_parameters, input) => input },
  validate({ size }) {
    if (size % 2 === 1) return;
    throw new RondelError('PLAN_INVALID_VALUE', `size must be an odd number, got ${size}.`, { at: 'size' });
  },
});
