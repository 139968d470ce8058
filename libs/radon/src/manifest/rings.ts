import { Type } from '@rondel/contracts/schema';
import { defaulted, defineStep, optional, type InputShape } from '@rondel/reco';
import { sinogramAxes } from './axes.js';

export const ringMethods = ['none', 'sorting', 'filtering', 'large', 'dead', 'all', 'fw', 'ti', 'sf'] as const;

export type RingMethod = (typeof ringMethods)[number];

export const waveletNames = ['haar', 'db2', 'db3', 'db4', 'db5'] as const;

export type WaveletName = (typeof waveletNames)[number];

const bins = Type.Integer({ minimum: 2, maximum: 1001 });

const onlyFor = (...values: RingMethod[]) => ({ onlyFor: { property: 'method', values } });

/** Removal of stripes that become rings, with the names and defaults of TomoPy. */
export const ringRemoval = defineStep({
  type: 'RingRemovalParameters',
  description:
    'Removes stripes of line integrals, which become rings, sinogram by sinogram. The methods are those of TomoPy, with its names and defaults.',
  properties: {
    method: defaulted(Type.Enum([...ringMethods]), 'all', {
      description:
        'Which stripes, and how. `sorting` (Vo 2018, algorithm 3): all kinds of single bins. `filtering` (2): the smooth part of stripes. `large` (5): wide ones. `dead` (6): bins that do not respond or fluctuate, then large ones. `all`: dead, large, then sorting; the usual choice. `fw` (Munch 2009): Fourier and wavelet transform, also takes what changes slowly across the object; see `level`. `ti` (Titarenko): one ring for each bin, for line integrals only. `sf`: by how much the mean of each bin differs from that of its neighbours, which takes edges of the object along the rays for stripes as well. `none` leaves them.',
    }),
    size: optional(bins, {
      description:
        'Width of the median across the detector; wider removes wider stripes. Left out: for `sorting` and `filtering` the hundredth part of the bins but at least 5, or 21 above 2,000 bins; 51 for `large` and `dead`; 5 for `sf`, whose mean it is the width of. At most the bins of the detector.',
      unit: 'bins',
      ...onlyFor('sorting', 'filtering', 'large', 'dead', 'sf'),
    }),
    dim: defaulted(Type.Enum([1, 2]), 1, {
      description: 'Whether that median is over the detector alone (1), or over ranks as well (2).',
      ...onlyFor('sorting', 'filtering', 'all'),
    }),
    snr: defaulted(Type.Number({ minimum: 0.1, maximum: 1000 }), 3, {
      description: 'By how many times what is usual a bin must stand out to be a stripe; more finds fewer.',
      ...onlyFor('large', 'dead', 'all'),
    }),
    dropRatio: defaulted(Type.Number({ minimum: 0, maximum: 0.8 }), 0.1, {
      description: 'Part of the values of each bin, half of it at either end, by which no stripe is found.',
      ...onlyFor('large'),
    }),
    norm: defaulted(Type.Boolean(), true, {
      description:
        'Whether what is left of stripes is divided out; for `dead`, whether large stripes are removed as well.',
      ...onlyFor('large', 'dead'),
    }),
    laSize: defaulted(bins, 61, {
      description: 'Width of the median for large stripes (`la_size`).',
      unit: 'bins',
      ...onlyFor('all'),
    }),
    smSize: defaulted(bins, 21, {
      description: 'Width of the median for the small ones that are left (`sm_size`).',
      unit: 'bins',
      ...onlyFor('all'),
    }),
    sigma: optional(Type.Number({ exclusiveMinimum: 0, maximum: 1000 }), {
      description:
        'For `filtering`, width of the Gaussian that says what of a column is smooth, in samples of its transform; left out 3. For `fw`, width of what is damped around frequency 0; left out 2, and more removes more.',
      ...onlyFor('filtering', 'fw'),
    }),
    level: optional(Type.Integer({ minimum: 1, maximum: 16 }), {
      description:
        'Levels of the wavelet transform: stripes of up to 2^level bins are removed, and what the object has of that width at low frequencies along the angles with them. Left out: as many as the longer of angles and bins can be halved, which also changes the values of the object; 2 to 5 remove narrow stripes alone.',
      ...onlyFor('fw'),
    }),
    wname: defaulted(Type.Enum([...waveletNames]), 'db5', { description: 'The wavelet.', ...onlyFor('fw') }),
    pad: defaulted(Type.Boolean(), true, {
      description: 'Whether an eighth more projections of zeros stand around the sinogram.',
      ...onlyFor('fw'),
    }),
    nblock: defaulted(Type.Integer({ minimum: 0, maximum: 1000 }), 0, {
      description: 'Groups of projections that have rings of their own; 0: all have the same.',
      ...onlyFor('ti'),
    }),
    alpha: defaulted(Type.Number({ minimum: 1, maximum: 1000 }), 1.5, {
      description: 'How often the least product of the two corrected sinograms is added before the root is taken.',
      ...onlyFor('ti'),
    }),
  },
  input: sinogramAxes,
  output: sinogramAxes,
  parallel: ['frame', 'slice'],
  purity: 'pure',
  effort: 1,
  estimateBytes: () => 0,
  estimateHostBytes: ({ method }, input) =>
    4 * countOf(input) + (method === 'none' ? 0 : uncollectedBytes + 2 * workBytes[method] * sinogramOf(input)),
  outputSize: { from: [], of: (_parameters, input) => ({ ...input, elementBytes: 4 }) },
});

/** What is done with is collected late: as much again as a sinogram takes, and what V8 lets lie in any case. */
const uncollectedBytes = 24 * 2 ** 20;

/** Bytes for each value of one sinogram: what the methods work on at a time. */
const workBytes: Readonly<Record<RingMethod, number>> = {
  none: 0,
  sorting: 16,
  filtering: 28,
  large: 24,
  dead: 24,
  all: 24,
  fw: 64,
  ti: 12,
  sf: 8,
};

function countOf({ shape }: InputShape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

function sinogramOf({ shape }: InputShape): number {
  return shape.slice(-2).reduce((product, extent) => product * extent, 1);
}
