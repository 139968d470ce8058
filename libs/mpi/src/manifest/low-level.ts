import { unitaryTransformNames } from '@rondel/compute/transforms';
import { Type } from '@rondel/contracts/schema';
import { defineAlgorithm, defineStep, file, node, optional, optionalFile } from '@rondel/reco';
import { imageAxes } from './axes.js';
import { reg, selectedBytes } from './single-patch.js';
import { solverParameterTypes } from './solver-parameters.js';

export const leastSquares = defineStep({
  type: 'LeastSquaresParameters',
  description: 'Solves S x = u for data and a system matrix that are given as arrays.',
  input: ['frame', 'row'],
  output: imageAxes,
  parallel: ['frame'],
  purity: 'pure',
  effort: 10,
  properties: {
    S: file({
      description:
        'System matrix [row, voxel], or [row, z, y, x] for an image of several axes; float32 or complex64, x fastest.',
    }),
    op: optional(Type.Enum([...unitaryTransformNames]), {
      description:
        'Transform whose coefficients the columns of `S` are of, as `sparseTrafo` of compressed system matrices: the equations are solved for them, terms are of the image. Left out: the columns are voxels.',
    }),
    weights: optionalFile({ description: 'Weight of each row. Left out: all weigh the same.' }),
    reg,
    solverParams: node(solverParameterTypes, { description: 'How the equations are solved.' }),
  },
  estimateBytes: () => 0,
  estimateHostBytes: (_parameters, input) => selectedBytes(input),
});

export const lowLevelAlgorithm = defineAlgorithm({
  type: 'LowLevelReconstructionAlgorithm',
  description: 'Least squares with a matrix and data that are arrays.',
  accepts: ['LeastSquaresParameters'],
});

export const lowLevelNodes = [lowLevelAlgorithm, leastSquares];
