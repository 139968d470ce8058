import { RondelError } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import { defaulted, defineStep, optional, type InputShape } from '@rondel/reco';
import { sinogramAxes } from './axes.js';
import { rawCompanions } from './raw-companions.js';

/** From counts to transmissions, before what takes these: phase retrieval. */
export const flatField = defineStep({
  type: 'FlatFieldParameters',
  description:
    'Makes transmissions of counts: (counts - dark) / (white - dark), with what `TransmissionPreprocessingParameters` has, and more. It then takes the transmissions.',
  properties: {
    average: defaulted(Type.Enum(['mean', 'median', 'robust']), 'mean', {
      description:
        'How the samples of the dark and of the white fields become one. `robust`: their mean, but their median in bins where they vary far more than elsewhere.',
    }),
    darkMultiplier: defaulted(Type.Number({ minimum: 0, maximum: 1000 }), 1, {
      description: 'By what the dark field is multiplied, where it was exposed for another time.',
    }),
    flatMultiplier: defaulted(Type.Number({ exclusiveMinimum: 0, maximum: 1000 }), 1, {
      description: 'By what the white field is multiplied.',
    }),
    overTime: defaulted(Type.Enum(['none', 'linear', 'nearest']), 'none', {
      description:
        'Whether the white field changes during the scan: `linear` between those that were taken before and after a projection, or the `nearest` of them. `none`: one of all samples.',
    }),
    flatPosition: optional(Type.Array(Type.Number({ minimum: 0 }), { minItems: 1, maxItems: 100_000 }), {
      description:
        'For each sample of the white field, how many projections were taken before it: 0 for those before the scan, the number of projections for those after it. Left out: the attribute `flatPosition` of the data, which scans in NeXus have by their image key.',
      unit: 'projections',
      onlyFor: { property: 'overTime', values: ['linear', 'nearest'] },
    }),
    air: defaulted(Type.Integer({ minimum: 0, maximum: 10_000 }), 0, {
      description:
        'Bins at either edge of the detector that see nothing but air, in every projection: each row is divided by the straight line through their means (`normalize_bg` of TomoPy). 0: none.',
      unit: 'bins',
    }),
    clip: optional(Type.Number({ minimum: 0, maximum: 1 }), {
      description: 'Transmissions below this are set to it. Left out: they stay, and `pre` has its own `clip`.',
    }),
  },
  input: sinogramAxes,
  output: sinogramAxes,
  companions: rawCompanions,
  parallel: ['frame', 'slice'],
  purity: 'pure',
  effort: 0.2,
  estimateBytes: () => 0,
  estimateHostBytes: (_parameters, { shape }: InputShape) => shape.reduce((product, extent) => product * extent, 4),
  outputSize: { from: [], of: (_parameters, input) => ({ ...input, elementBytes: 4 }) },
});

/** Throws `PLAN_INVALID_VALUE` where the edges of the detector meet. */
export function requireAir(air: number, detectors: number): void {
  if (2 * air <= detectors) return;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `air must be at most half of the ${detectors} bins of the detector, got ${air}.`,
    { at: 'air' },
  );
}
