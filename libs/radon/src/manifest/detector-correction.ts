import { RondelError } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import { defaulted, defineStep, optional, type InputShape } from '@rondel/reco';
import { sinogramAxes } from './axes.js';
import { rawCompanions } from './raw-companions.js';

const place = Type.Number({ minimum: -1_000_000, maximum: 1_000_000 });

/** What bends and turns the picture that a detector takes. */
export const detectorCorrection = defineStep({
  type: 'DetectorCorrectionParameters',
  description:
    'Takes out the radial distortion of the optics (`distortion_correction_proj_discorpy` of httomo, `unwarp_image_backward` of discorpy) and the tilt of a detector that is turned in its plane, of projections, white and dark fields: one bilinear interpolation for both, which goes on with edge values beyond the detector.',
  properties: {
    xcenter: optional(place, {
      description:
        'Center of the distortion along the bins, from 0 (discorpy has it likewise). Left out: the middle of the detector.',
      unit: 'bins of the file',
    }),
    ycenter: optional(place, {
      description: 'Center of the distortion along the slices. Left out: the middle of the detector.',
      unit: 'slices of the file',
    }),
    listFact: defaulted(Type.Array(Type.Number(), { minItems: 1, maxItems: 16 }), [1], {
      description:
        'Coefficients of the backward model (`list_fact`): what belongs at distance r from the center is found at r (k0 + k1 r + k2 r^2 + ...), r in bins of the file.',
    }),
    tilt: defaulted(Type.Number({ minimum: -0.8, maximum: 0.8 }), 0, {
      description:
        'By which the detector is turned about its middle, from bins towards slices, against the rotation axis: the arc tangent of how far the axis moves per slice. Unlike two ends in `centerOfRotation`, which only shift rows, it turns them as well.',
      unit: 'rad',
    }),
  },
  input: sinogramAxes,
  output: sinogramAxes,
  companions: { ...rawCompanions, angles: ['angle'] },
  // How far rows lie apart that make one depends on the size of the detector.
  parallel: ['frame', 'angle'],
  purity: 'pure',
  effort: 0.3,
  estimateBytes: () => 0,
  estimateHostBytes: (_parameters, { shape }: InputShape) => shape.reduce((product, extent) => product * extent, 4),
  outputSize: { from: [], of: (_parameters, input: InputShape) => ({ ...input, elementBytes: 4 }) },
  validate({ listFact }) {
    if (listFact.some((factor) => factor !== 0)) return;
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      'listFact must not be all 0: then every bin is the one in the center. [1.0] is no distortion.',
      { at: 'listFact' },
    );
  },
});
