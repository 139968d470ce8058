import { RondelError } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import { defaulted, defineStep, defineValue, fileList, node } from '@rondel/reco';
import { imageAxes, spectraAxes } from './axes.js';
import { arrayType, selectedBytes } from './single-patch.js';
import { commonSolverProperties } from './solver-parameters.js';
import { systemMatrixLoadingTypes } from './system-matrix.js';
import { weightingParams } from './weighting.js';

function pair(minimum: number) {
  const value = Type.Number({ minimum, maximum: 1e30 });
  return Type.Array(value, { minItems: 2, maxItems: 2 });
}

export const handsFreeSolverParameters = defineValue({
  type: 'HandsFreeSolverParameters',
  description:
    'The Kaczmarz method with an L2 term that weighs less in every iteration, over rows that may be noisier in every iteration. It ends by itself, where the curve of norm over residual bends.',
  properties: {
    iterbounds: defaulted(
      Type.Array(Type.Integer({ minimum: 1, maximum: 100_000 }), { minItems: 2, maxItems: 2 }),
      [1, 25],
      { description: 'Least and largest number of iterations.' },
    ),
    ...commonSolverProperties,
    startlambda: defaulted(Type.Number({ minimum: 0, maximum: 1e30 }), 5, {
      juliaName: 'startλ',
      description:
        'Weight of the L2 term in the first iteration, multiplied as `normalizeReg` says; in iteration i it is this over 1 + (0.2 i - 0.2)^5. Written `startλ` in Julia.',
    }),
    SNRbounds: defaulted(pair(0), [0, 1], {
      description:
        'Signal-to-noise ratio of the calibration that rows must exceed: in iteration i the first number over 1 + (0.28 i - 0.28)^2, but never less than the second.',
    }),
    stoppingParas: defaulted(pair(0), [0.25, 2], {
      description:
        'The iteration ends where the curvature exceeds the first number times the norm after the first iteration, and has grown by more than the second number as a factor.',
    }),
    equalizeIters: defaulted(Type.Boolean(), false, {
      description:
        'Whether a frame may take no more than one and a half times, and no less than half, as many iterations as the three frames before it make expect. Frames then depend on each other.',
    }),
    flattenIters: defaulted(Type.Boolean(), false, {
      description:
        'Whether all frames are computed once more, each with the mean number of iterations of the five frames to either side. Frames then depend on each other.',
    }),
  },
  validate: ({ iterbounds: [least = 1, most = 1] }) => {
    if (least <= most) return;
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `iterbounds must be the least and the largest number of iterations, got ${least} and ${most}.`,
      { at: 'iterbounds' },
    );
  },
});

export const handsFreeReconstruction = defineStep({
  type: 'SinglePatchHandsFreeReconstructionParameter',
  description: 'Solves for the concentrations of one patch with a regularization that is chosen on the way.',
  input: spectraAxes,
  output: imageAxes,
  parallel: [{ axis: 'frame', when: ({ solverParams }) => framesAreApart(solverParams.parameters) }],
  purity: 'pure',
  effort: 10,
  properties: {
    sf: fileList({ description: 'System matrix: a calibration file.' }),
    sfLoad: node(systemMatrixLoadingTypes, { description: 'How the system matrix is read.' }),
    arrayType,
    solverParams: node(['HandsFreeSolverParameters'], {
      description: 'How the iteration goes on and ends.',
      default: 'HandsFreeSolverParameters',
    }),
    weightingParams,
  },
  estimateBytes: () => 0,
  estimateHostBytes: (_parameters, input) => selectedBytes(input),
});

function framesAreApart({ equalizeIters, flattenIters }: Readonly<Record<string, unknown>>): boolean {
  return equalizeIters !== true && flattenIters !== true;
}

export const handsFreeNodes = [handsFreeReconstruction, handsFreeSolverParameters];
