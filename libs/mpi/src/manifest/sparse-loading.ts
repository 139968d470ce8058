import { unitaryTransformNames } from '@rondel/compute/transforms';
import { RondelError } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import { defaulted, defineValue, required } from '@rondel/reco';
import { loadingProperties } from './system-matrix.js';

/** One number, or one for each system matrix of several contrasts. */
function share(maximum: number) {
  const value = Type.Number({ minimum: 0, maximum });
  return Type.Union([value, Type.Array(value, { minItems: 1, maxItems: 1000 })]);
}

export const sparseLoading = defineValue({
  type: 'SparseSystemMatrixLoadingParameter',
  description:
    'Reads the chosen rows, transforms each over the image and keeps its largest coefficients. The equations are solved for the coefficients of the image, and terms are of the image.',
  properties: {
    ...loadingProperties,
    sparseTrafo: required(Type.Enum([...unitaryTransformNames]), {
      description:
        'Transform, along every axis of the grid with more than one voxel: `FFT` is centred and unitary, the cosine and sine transforms (`DST` is of type II) and `Wavelet` are orthonormal. `Wavelet` is that of Daubechies with two vanishing moments (`db2`), around the ends of axes, with as many levels as all of them can be halved; none may be odd.',
    }),
    thresh: defaulted(share(1), 0, {
      description:
        'Coefficients of a row are kept whose magnitude is above this share of its largest. 0: `redFactor` decides. A list has one for each system matrix.',
    }),
    redFactor: defaulted(share(1), 0.1, {
      description:
        'Share of the coefficients of a row that is kept, the largest ones; at least one is. A list has one for each system matrix.',
    }),
    useDFFoV: defaulted(Type.Boolean(), false, {
      description:
        'Whether the image ends where the drive field ends, with voxels about as large as those of the calibration.',
    }),
  },
  validate: ({ loadasreal }) => {
    if (!loadasreal) return;
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      'loadasreal is true, but coefficients of an image are complex. Set it to false, here and for the measurement.',
      { at: 'loadasreal' },
    );
  },
});

export const sparseLoadingNodes = [sparseLoading];
