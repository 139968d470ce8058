import { defaulted, defineStep, optional } from '@rondel/reco';
import { Type } from 'typebox';
import { sinogramAxes } from './axes.js';

const frames = defaulted(Type.Array(Type.Integer({ minimum: 1 }), { maxItems: 100_000 }), [], {
  description: 'Frames to reconstruct, counted from 1, in this order; all of them when empty.',
});

const numAverages = defaulted(Type.Integer({ minimum: 1, maximum: 100_000 }), 1, {
  description: 'Number of consecutive selected frames that are averaged into one; must divide their number.',
});

/** Frames and averages, nothing else: the example of the AbstractImageReconstruction documentation. */
export const radonPreprocessing = defineStep({
  type: 'RadonPreprocessingParameters',
  description: 'Selects frames of a sinogram series and averages consecutive ones.',
  properties: { frames, numAverages },
  input: sinogramAxes,
  output: sinogramAxes,
  parallel: ['slice'],
  purity: 'pure',
  effort: 0.1,
  estimateBytes: (_, { shape }) => 4 * elements(shape),
});

/** From detector counts to line integrals of attenuation. */
export const transmissionPreprocessing = defineStep({
  type: 'TransmissionPreprocessingParameters',
  description:
    'Turns transmission measurements into line integrals: frames, averages, flat and dark field, -log, ring suppression, rotation axis. Data without white fields counts as line integrals already, unless its attribute `quantity` is "transmission".',
  properties: {
    frames,
    numAverages,
    clip: defaulted(Type.Number({ exclusiveMinimum: 0, maximum: 1 }), 1e-6, {
      description: 'Transmissions below this are set to it before the logarithm.',
    }),
    centerOfRotation: optional(Type.Number({ minimum: 0, maximum: 1_000_000 }), {
      description:
        'Detector coordinate of the rotation axis, counted from 0, may be fractional. Left out: the attribute `center` of the data, else what `findCenter` says.',
      unit: 'bins',
    }),
    findCenter: optional(Type.Boolean(), {
      description:
        'Whether the rotation axis is found from the data. Left out: yes for data with white fields, else the axis is taken to be at detector size // 2.',
    }),
    ringSuppression: defaulted(Type.Enum(['none', 'sorting']), 'none', {
      description:
        'Removal of stripes that become rings: `sorting` smooths the sinogram across the detector after sorting it along the angles.',
    }),
    ringWindow: defaulted(Type.Integer({ minimum: 3, maximum: 301 }), 21, {
      description: 'Width of the median window of `sorting`, an odd number; wider removes wider rings.',
      unit: 'bins',
    }),
  },
  input: sinogramAxes,
  output: sinogramAxes,
  // The axis is found from the whole stack, so blocks of slices would not agree on it.
  parallel: [],
  purity: 'pure',
  effort: 0.3,
  estimateBytes: (_, { shape }) => 12 * elements(shape) + transformBytes,
});

/** Tables of the axis search; bounded by its sampling, see `findRotationCenter`. */
const transformBytes = 64 * 2 ** 20;

function elements(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
