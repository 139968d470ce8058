import { solverNames, solvers } from '@rondel/compute/solvers';
import { RondelError } from '@rondel/contracts';
import { l2Regularization, positiveRegularization } from '@rondel/least-squares/manifest';
import {
  defaulted,
  defineAlgorithm,
  definePipeline,
  defineStep,
  nodeList,
  typeName,
  type ParameterNode,
} from '@rondel/reco';
import { Type } from '@rondel/contracts/schema';
import { imageAxes, sinogramAxes } from './axes.js';
import { geometryProperties, imageSize } from './geometry.js';
import { imageEstimate, slabEstimate } from './memory.js';

/** Machine epsilon of float32, the tolerance at which RegularizedLeastSquares.jl stops. */
const float32Epsilon = 2 ** -23;

/** Slabs are as large for every solver: by what the greedy ones take they would be too small to be fast. */
export const slabCopies = solvers.CGNR.copies;

export const iterativeRadonReconstruction = defineStep({
  type: 'IterativeRadonReconstructionParameters',
  description: 'Least-squares reconstruction of line integrals by an iterative solver; attenuation per pixel.',
  properties: {
    ...geometryProperties,
    eltype: typeName(['Float32', 'Float64'], {
      juliaModule: 'Core',
      description: 'Element type in the Julia files. The computation is in Float32 either way.',
      default: 'Float32',
    }),
    iterations: defaulted(Type.Integer({ minimum: 1, maximum: 1_000_000 }), 20, {
      description: 'Upper bound on the number of iterations.',
    }),
    relTol: defaulted(Type.Number({ minimum: 0, exclusiveMaximum: 1 }), float32Epsilon, {
      description: 'A slice stops when the residual of the solver has fallen to this fraction of the first one.',
    }),
    reg: nodeList([l2Regularization.type, positiveRegularization.type], {
      description: 'Regularization terms, at most one of each type.',
    }),
    solver: typeName(solverNames, {
      juliaModule: 'RegularizedLeastSquares',
      description: `Iterative solver. ${solverNames.map((name) => `${name}: ${solvers[name].description}`).join(' ')}`,
      default: 'CGNR',
    }),
  },
  input: sinogramAxes,
  output: imageAxes,
  parallel: ['frame', 'slice'],
  purity: 'pure',
  effort: 10,
  estimateBytes: (parameters, input) => slabEstimate(slabCopies)(parameters, input, solvers[parameters.solver].copies),
  estimateHostBytes: imageEstimate(slabCopies),
  outputSize: imageSize,
  validate: ({ reg }) => checkTerms(reg),
});

export const iterativeRadonParameters = definePipeline({
  type: 'IterativeRadonParameters',
  description: 'Preprocessing, then an iterative reconstruction.',
  stages: {
    pre: {
      accepts: ['TransmissionPreprocessingParameters', 'RadonPreprocessingParameters'],
      description: 'How line integrals are made from the raw data.',
    },
    reco: {
      accepts: ['IterativeRadonReconstructionParameters'],
      description: 'How the image is made from line integrals.',
    },
  },
});

export const iterativeRadonAlgorithm = defineAlgorithm({
  type: 'IterativeRadonAlgorithm',
  description: 'Iterative tomographic reconstruction; keeps its projection operator between runs.',
  accepts: ['IterativeRadonParameters'],
});

function checkTerms(terms: readonly ParameterNode[]): void {
  const repeated = terms.find(({ type }, index) => terms.findIndex((term) => term.type === type) < index);
  if (repeated === undefined) return;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `reg holds ${repeated.type} more than once: the solver takes one term of each type.`,
    { at: 'reg' },
  );
}
