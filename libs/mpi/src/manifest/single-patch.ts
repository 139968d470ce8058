import { RondelError } from '@rondel/contracts';
import { regularizations } from '@rondel/least-squares/manifest';
import {
  defineAlgorithm,
  definePipeline,
  defineStep,
  fileList,
  node,
  nodeList,
  typeName,
  type BuiltNode,
  type InputShape,
} from '@rondel/reco';
import { imageAxes, spectraAxes } from './axes.js';
import { solverParameterTypes } from './solver-parameters.js';
import { systemMatrixLoadingTypes } from './system-matrix.js';
import { post } from './post-processing.js';
import { weightingParams } from './weighting.js';

/** Types of the steps that may reconstruct a single patch. */
export const singlePatchRecoTypes = [
  'SinglePatchReconstructionParameter',
  'SinglePatchHandsFreeReconstructionParameter',
  'SinglePatchTwoStepReconstructionParameters',
  'SinglePatchBGEstimationReconstructionParameter',
] as const;

/** Array types of Julia, which say there on which device it computes; here workers have their engines. */
export const arrayType = typeName(['Array', 'CuArray', 'ROCArray', 'MtlArray', 'oneArray', 'JLArray'], {
  juliaModule: 'Core',
  description: 'Where Julia would compute. It changes nothing here.',
  default: 'Array',
});

/** Regularization terms of a reconstruction. */
export const reg = nodeList(
  regularizations.map(({ type }) => type),
  {
    description:
      'Regularization terms. λ of each is multiplied by what `normalizeReg` of `solverParams` says: unless told otherwise by the mean squared norm of the columns of the system matrix.',
  },
);

/** What is selected of the spectra; matrices and images are asked for once their files are open. */
export function selectedBytes({ shape, elementBytes }: InputShape): number {
  return shape.reduce((product, extent) => product * extent, 2 * elementBytes);
}

export const singlePatchReconstruction = defineStep({
  type: 'SinglePatchReconstructionParameter',
  description: 'Solves for the concentrations that give the measured spectra, with a measured system matrix.',
  input: spectraAxes,
  output: imageAxes,
  parallel: ['frame'],
  purity: 'pure',
  effort: 10,
  properties: {
    sf: fileList({
      description:
        'System matrix: a calibration file. Several, one for each kind of tracer, give an image with an axis `colour`.',
    }),
    sfLoad: node(systemMatrixLoadingTypes, { description: 'How the system matrix is read.' }),
    arrayType,
    solverParams: node(solverParameterTypes, { description: 'How the equations are solved.' }),
    reg,
    weightingParams,
  },
  estimateBytes: () => 0,
  estimateHostBytes: (_parameters, input) => selectedBytes(input),
});

export const singlePatchParameters = definePipeline({
  type: 'SinglePatchParameters',
  description: 'Spectra, then an image of one patch.',
  stages: {
    pre: { accepts: ['CommonPreProcessingParameters'], description: 'How spectra are made from the measurement.' },
    reco: { accepts: [...singlePatchRecoTypes], description: 'How the image is made from spectra.' },
    post,
  },
  validate: checkReal,
});

export const singlePatchAlgorithm = defineAlgorithm({
  type: 'SinglePatchReconstructionAlgorithm',
  description: 'Reconstruction of one patch with a measured system matrix.',
  accepts: ['SinglePatchParameters'],
});

function checkReal({ pre, reco }: Readonly<Record<string, BuiltNode>>): void {
  const ofMeasurement = pre?.parameters.loadasreal;
  const loading = reco?.parameters.sfLoad;
  const ofMatrix = isNode(loading) ? loading.parameters.loadasreal : undefined;
  if (ofMatrix === undefined || ofMeasurement === undefined || ofMatrix === ofMeasurement) return;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `loadasreal is ${JSON.stringify(ofMeasurement)} for the measurement and ${JSON.stringify(ofMatrix)} for the system matrix; it must be the same for both.`,
    { at: 'pre.loadasreal' },
  );
}

function isNode(value: unknown): value is BuiltNode {
  return typeof value === 'object' && value !== null && 'parameters' in value;
}

export const singlePatchNodes = [singlePatchAlgorithm, singlePatchParameters, singlePatchReconstruction];
