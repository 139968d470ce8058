import { RondelError } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import {
  defaulted,
  defineAlgorithm,
  definePipeline,
  defineStep,
  defineValue,
  fileList,
  node,
  optional,
  optionalNode,
  required,
} from '@rondel/reco';
import { imageAxes, spectraAxes } from './axes.js';
import { frequencyFilterTypes } from './frequency-filters.js';
import { arrayType, reg, selectedBytes } from './single-patch.js';
import { solverParameterTypes } from './solver-parameters.js';
import { post } from './post-processing.js';
import { weightingParams } from './weighting.js';

/** Types of the nodes that say where the field-free point was. */
export const focusFieldTypes = ['DefaultFocusFieldPositions', 'CustomFocusFieldPositions'] as const;

const coordinate = Type.Number({ minimum: -1000, maximum: 1000 });
const vector = Type.Array(coordinate, { minItems: 3, maxItems: 3 });
const vectors = Type.Array(vector, { minItems: 1, maxItems: 100_000 });
const mostFiles = 10_000;

export const defaultFocusField = defineValue({
  type: 'DefaultFocusFieldPositions',
  description: 'Positions of the field-free point as the files tell them: minus the offset field over the gradient.',
  properties: {},
});

export const customFocusField = defineValue({
  type: 'CustomFocusFieldPositions',
  description: 'Positions of the field-free point that are known better than the files tell them.',
  properties: {
    positions: required(vectors, {
      description: 'One [x, y, z] for each patch, or for each calibration, in their order.',
      unit: 'm',
    }),
  },
});

const operatorProperties = {
  bgCorrection: defaulted(Type.Boolean(), false, {
    description: 'Whether the background frames of each calibration are subtracted from it.',
  }),
  tfCorrection: defaulted(Type.Boolean(), true, {
    description:
      'Whether rows are divided by the transfer function of their channel, where the calibration has one and was not corrected.',
  }),
} as const;

export const regularPatchOperator = defineValue({
  type: 'RegularMultiPatchOperatorParameter',
  description:
    'For each patch the calibration with the same gradient that was made nearest to it, moved to where the patch was measured.',
  properties: {
    ...operatorProperties,
    denoiseWeight: defaulted(Type.Number({ minimum: 0, maximum: 1e30 }), 0, {
      description: 'It changes nothing, as in Julia.',
    }),
    roundPatches: defaulted(Type.Boolean(), false, {
      description:
        'Whether a patch that lies between the voxels of the image is moved to the nearest ones; else its system matrix is interpolated.',
    }),
  },
});

export const regularGrid = defineValue({
  type: 'RegularGridPositions',
  juliaModule: 'MPIFiles',
  description: 'A regular grid of voxels.',
  properties: {
    shape: required(Type.Array(Type.Integer({ minimum: 1, maximum: 65_536 }), { minItems: 3, maxItems: 3 }), {
      description: 'Voxels along each axis, [x, y, z].',
      unit: 'voxels',
    }),
    fov: required(Type.Array(Type.Number({ minimum: 0, maximum: 1000 }), { minItems: 3, maxItems: 3 }), {
      description: 'Edge lengths of the box that the voxels fill, [x, y, z].',
      unit: 'm',
    }),
    center: defaulted(vector, [0, 0, 0], { description: 'Middle of the box, [x, y, z].', unit: 'm' }),
  },
});

export const explicitPatchOperator = defineValue({
  type: 'ExplicitMultiPatchParameter',
  description:
    'For each patch the calibration that the plan names, moved to where the patch was measured and to the nearest voxels of the image.',
  properties: {
    ...operatorProperties,
    mapping: required(
      Type.Array(Type.Integer({ minimum: 1, maximum: mostFiles }), { minItems: 1, maxItems: 100_000 }),
      { description: 'Calibration of each patch, counted from 1, in the order in which patches were measured.' },
    ),
    SFGridCenter: optional(Type.Array(vector, { minItems: 1, maxItems: mostFiles }), {
      description: 'Middle of the grid of each calibration, [x, y, z]. Left out: as the files tell.',
      unit: 'm',
    }),
    gridsize: optional(
      Type.Array(Type.Array(Type.Integer({ minimum: 1, maximum: 65_536 }), { minItems: 3, maxItems: 3 }), {
        minItems: 1,
        maxItems: mostFiles,
      }),
      {
        description: 'Voxels onto which each calibration is interpolated, [x, y, z]. Left out: those calibrated.',
        unit: 'voxels',
      },
    ),
    fov: optional(
      Type.Array(Type.Array(Type.Number({ minimum: 0, maximum: 1000 }), { minItems: 3, maxItems: 3 }), {
        minItems: 1,
        maxItems: mostFiles,
      }),
      {
        description: 'Edge lengths of the box of each calibration, [x, y, z]. Left out: those calibrated.',
        unit: 'm',
      },
    ),
    grid: optionalNode(['RegularGridPositions'], {
      description:
        'Grid of the image. Left out, or where it does not hold all patches: the smallest one that does, with the smallest voxels of all.',
    }),
    systemMatrices: optional(Type.Unknown(), {
      description:
        'System matrices that Julia holds in memory, which no plan can bring here. Only read to say so: name their files in `sf`, in the order of `mapping`.',
    }),
  },
  validate: ({ systemMatrices }) => {
    if (systemMatrices === undefined || systemMatrices === null) return;
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      'systemMatrices are arrays in the memory of Julia. Leave them out and name the calibration files in sf, to which mapping counts; gridsize, fov and SFGridCenter say on which grid each of them is taken.',
      { at: 'systemMatrices' },
    );
  },
});

/** Properties of both reconstructions of several patches. */
export const patchProperties = {
  sf: fileList({ description: 'System matrices: one calibration file or more.' }),
  freqFilter: node(frequencyFilterTypes, {
    description: 'Which rows of the system matrices are used: those that it chooses of any of them.',
  }),
  arrayType,
  solverParams: node(solverParameterTypes, { description: 'How the equations are solved.' }),
  reg,
  weightingParams,
} as const;

export const multiPatchReconstruction = defineStep({
  type: 'MultiPatchReconstructionParameter',
  description:
    'Solves for the concentrations of all patches together, those where they overlap included (Szwargulski et al., 2018; Boberg et al., 2020, 10.1109/TMI.2019.2949171).',
  input: spectraAxes,
  output: imageAxes,
  companions: { gradient: ['period', 'row', 'column'], offsetField: ['period', 'component'] },
  parallel: ['frame'],
  purity: 'pure',
  effort: 10,
  properties: {
    ...patchProperties,
    opParams: node(['RegularMultiPatchOperatorParameter', 'ExplicitMultiPatchParameter'], {
      description: 'Which system matrix stands for which patch.',
    }),
    ffPos: node(focusFieldTypes, {
      description: 'Where the field-free point was in each patch, in the order in which they were measured.',
      default: 'DefaultFocusFieldPositions',
    }),
    ffPosSF: node(focusFieldTypes, {
      description: 'Where the field-free point was in each calibration, in the order of `sf`.',
      default: 'DefaultFocusFieldPositions',
    }),
  },
  estimateBytes: () => 0,
  estimateHostBytes: (_parameters, input) => selectedBytes(input),
});

export const multiPatchParameters = definePipeline({
  type: 'MultiPatchParameters',
  description: 'Spectra, then an image of several patches.',
  stages: {
    pre: {
      accepts: ['CommonPreProcessingParameters', 'PeriodicMotionPreProcessing'],
      description: 'How spectra are made from the measurement.',
    },
    reco: {
      accepts: ['MultiPatchReconstructionParameter', 'PeriodicMotionReconstructionParameter'],
      description: 'How the image is made from spectra.',
    },
    post,
  },
});

export const multiPatchAlgorithm = defineAlgorithm({
  type: 'MultiPatchReconstructionAlgorithm',
  description: 'Reconstruction of several patches, at which the field-free point was held by offset fields.',
  accepts: ['MultiPatchParameters'],
});

export const multiPatchNodes = [
  multiPatchAlgorithm,
  multiPatchParameters,
  multiPatchReconstruction,
  regularPatchOperator,
  regularGrid,
  explicitPatchOperator,
  defaultFocusField,
  customFocusField,
];
