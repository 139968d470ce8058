import { Type } from '@rondel/contracts/schema';
import { normalizations, solverNames } from '@rondel/least-squares/manifest';
import { defaulted, defineValue, node, required, typeName, type Properties } from '@rondel/reco';
import { solverOptions } from './solver-options.js';

/** Types of the nodes that say how the system of equations is solved. */
export const solverParameterTypes = [
  'ElaborateSolverParameters',
  'SimpleSolverParameters',
  'ConstraintMaskedSolverParameters',
] as const;

/** What all of them have. */
export const commonSolverProperties = {
  enforceReal: defaulted(Type.Boolean(), true, { description: 'Whether the image is kept real.' }),
  enforcePositive: defaulted(Type.Boolean(), true, {
    description: 'Whether the image is kept at 0 or above, if it is kept real.',
  }),
  normalizeReg: node(
    normalizations.map(({ type }) => type),
    {
      description:
        'What λ of every regularization term is multiplied by: the mean squared norm of the columns of the system matrix, the mean magnitude of the measurement, or nothing.',
      default: 'SystemMatrixBasedNormalization',
    },
  ),
} as const satisfies Properties;

const iterations = defaulted(Type.Integer({ minimum: 1, maximum: 1_000_000 }), 10, {
  description: 'Upper bound on the number of iterations.',
});

export const simpleSolverParameters = defineValue({
  type: 'SimpleSolverParameters',
  description: 'The Kaczmarz method.',
  properties: { iterations, ...commonSolverProperties },
});

export const elaborateSolverParameters = defineValue({
  type: 'ElaborateSolverParameters',
  description: 'Any solver, with the parameters that it has.',
  properties: {
    solver: typeName(solverNames, {
      juliaModule: 'RegularizedLeastSquares',
      description: 'Iterative or direct solver.',
      default: 'Kaczmarz',
    }),
    iterations,
    ...commonSolverProperties,
    ...solverOptions,
  },
});

export const constraintMaskedSolverParameters = defineValue({
  type: 'ConstraintMaskedSolverParameters',
  description: 'Another solver whose constraints hold in some voxels only.',
  properties: {
    constraintMask: required(Type.Array(Type.Boolean(), { minItems: 1, maxItems: 16_777_216 }), {
      description: 'Voxels that are kept real and positive, x fastest.',
    }),
    params: node(['ElaborateSolverParameters', 'SimpleSolverParameters'], { description: 'The other solver.' }),
  },
});

export const solverParameterNodes = [
  elaborateSolverParameters,
  simpleSolverParameters,
  constraintMaskedSolverParameters,
];
