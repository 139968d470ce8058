import { imageTransformNames } from '@rondel/compute/transforms';
import { defaulted, defineValue, node, optional, required, type ValueDefinition } from '@rondel/reco';
import { Type } from '@rondel/contracts/schema';

const juliaModule = 'RegularizedLeastSquares';

const lambda = (description: string) =>
  required(Type.Number({ minimum: 0, maximum: 1e30 }), { juliaName: 'λ', description });

const extent = Type.Integer({ minimum: 1, maximum: 65_536 });
const extents = Type.Array(extent, { minItems: 1, maxItems: 6 });

/** The axes of the image in Julia's order, x first. */
const shape = optional(extents, {
  description: 'Size of the image, x first as in Julia. Left out: that of the image which is reconstructed.',
  unit: 'pixels',
});

export const l1Regularization = defineValue({
  type: 'L1Regularization',
  juliaModule,
  description: 'Sum of magnitudes, for sparse images: adds lambda ||x||_1.',
  properties: { lambda: lambda('Weight of the term; written `λ` in Julia.') },
});

export const l2Regularization = defineValue({
  type: 'L2Regularization',
  juliaModule,
  description: 'Tikhonov term: adds lambda ||x||^2 to ||A x - b||^2.',
  properties: {
    lambda: lambda('Weight of the term, in the unit of the squared projection operator; written `λ` in Julia.'),
  },
});

export const l21Regularization = defineValue({
  type: 'L21Regularization',
  juliaModule,
  description: 'Sum of the norms of groups, for images that are sparse together.',
  properties: {
    lambda: lambda('Weight of the term; written `λ` in Julia.'),
    slices: defaulted(extent, 1, { description: 'Elements of a group: images that lie behind each other in x.' }),
  },
});

export const tvRegularization = defineValue({
  type: 'TVRegularization',
  juliaModule,
  description: 'Total variation: sum of the magnitudes of differences between neighbours along each axis.',
  properties: {
    lambda: lambda('Weight of the term; written `λ` in Julia.'),
    shape,
    dims: optional(Type.Union([extent, extents]), {
      description: 'Axes along which differences are taken, from 1 as in Julia. Left out: all of `shape`.',
    }),
    iterationsTV: defaulted(Type.Integer({ minimum: 1, maximum: 10_000 }), 10, {
      description: 'Iterations of the fast gradient projection that computes the proximal map.',
    }),
  },
});

export const llrRegularization = defineValue({
  type: 'LLRRegularization',
  juliaModule,
  description: 'Locally low rank: sum of the singular values of blocks of a series of images.',
  properties: {
    lambda: lambda('Weight of the term; written `λ` in Julia.'),
    shape,
    blockSize: optional(extents, { description: 'Size of a block along each axis of `shape`. Left out: 2.' }),
    randshift: defaulted(Type.Boolean(), true, {
      description: 'Moves the blocks from iteration to iteration, by shifts of our own that are the same every time.',
    }),
  },
});

export const nuclearRegularization = defineValue({
  type: 'NuclearRegularization',
  juliaModule,
  description: 'Low rank: sum of the singular values of the image as a matrix.',
  properties: {
    lambda: lambda('Weight of the term; written `λ` in Julia.'),
    svtShape: required(Type.Array(extent, { minItems: 2, maxItems: 2 }), {
      description: 'Rows and columns of the matrix, column by column as in Julia.',
    }),
  },
});

export const positiveRegularization = defineValue({
  type: 'PositiveRegularization',
  juliaModule,
  description: 'Keeps every pixel at 0 or above: in every iteration of POGM, at the end of CGNR.',
  properties: {},
});

export const realRegularization = defineValue({
  type: 'RealRegularization',
  juliaModule,
  description: 'Keeps the imaginary part at 0.',
  properties: {},
});

const bound = (description: string) => optional(Type.Number({ minimum: -1e30, maximum: 1e30 }), { description });

export const projectionRegularization = defineValue({
  type: 'ProjectionRegularization',
  juliaModule,
  description: 'Keeps every pixel between two bounds; the function of Julia cannot be part of a plan.',
  properties: {
    lower: bound('Smallest value. Left out: none.'),
    upper: bound('Largest value. Left out: none.'),
  },
});

const plainTerms = [
  l1Regularization,
  l2Regularization,
  l21Regularization,
  tvRegularization,
  llrRegularization,
  nuclearRegularization,
  positiveRegularization,
  realRegularization,
  projectionRegularization,
] as const;

export const maskedRegularization = defineValue({
  type: 'MaskedRegularization',
  juliaModule,
  description: 'Another term on part of the pixels.',
  properties: {
    reg: node(
      [
        'L1Regularization',
        'L2Regularization',
        'PositiveRegularization',
        'RealRegularization',
        'ProjectionRegularization',
      ],
      { description: 'The term.' },
    ),
    mask: required(Type.Array(Type.Boolean(), { minItems: 1, maxItems: 16_777_216 }), {
      description: 'Which pixels the term is of, x first as in Julia.',
    }),
  },
});

export const transformedRegularization = defineValue({
  type: 'TransformedRegularization',
  juliaModule,
  description:
    'Another term of a transform of the image, for images that are sparse there. A wavelet transform with `L1Regularization` keeps edges, a `Gradient` with `L21Regularization` and as many `slices` as axes is isotropic total variation, with `L2Regularization` it is smoothness.',
  properties: {
    reg: node(['L1Regularization', 'L2Regularization', 'L21Regularization', 'MaskedRegularization'], {
      description: 'The term. Masks are of coefficients, in the order of the transform.',
    }),
    trafo: required(Type.Enum([...imageTransformNames]), {
      description:
        'The transform, by the name that LinearOperatorCollection.jl has for it. `FFT` is centred and unitary, cosine and sine transforms (`DST` is of type II) and `Wavelet` are orthonormal. `Wavelet` is that of Daubechies with two vanishing moments (`db2`), around the ends of axes, with as many levels as all of them can be halved; none may be odd. `Gradient` is differences between neighbours along each axis, which ADMM, SplitBregman and PrimalDualSolver take.',
    }),
    shape,
    dims: optional(extents, {
      description:
        'Axes along which the image is transformed, from 1 as in Julia. Left out: all of `shape`. Axes of one pixel are left as they are.',
    }),
  },
});

/** Everything that `reg` of a reconstruction may hold. */
export const regularizations: readonly ValueDefinition[] = [
  ...plainTerms,
  maskedRegularization,
  transformedRegularization,
];
