import { Type } from '@rondel/contracts/schema';
import { defaulted, defineStep, defineValue, file, fileList, node, nodeList, optional, required } from '@rondel/reco';
import { imageAxes, spectraAxes } from './axes.js';
import { positions } from './frequency-filters.js';
import { arrayType, selectedBytes } from './single-patch.js';
import { solverParameterTypes } from './solver-parameters.js';
import { systemMatrixLoadingTypes } from './system-matrix.js';

const count = Type.Integer({ minimum: 1, maximum: 1_000_000 });

export const measurementDictionary = defineValue({
  type: 'MeasurementBGDictLoader',
  description: 'Backgrounds from frames of a measurement.',
  properties: {
    file: file({ description: 'Measurement with frames without a sample.' }),
    bgFrames: optional(positions, {
      description: 'Its frames without a sample, counted from 1. Left out: those that it marks as such.',
    }),
    numPeriodGrouping: defaulted(count, 1, { description: 'Consecutive periods of a frame that are joined in time.' }),
    numPeriodAverages: defaulted(count, 1, { description: 'Consecutive periods of a frame that are averaged.' }),
    bgAverages: defaulted(count, 1, { description: 'Consecutive frames that are averaged to one background.' }),
  },
});

export const systemMatrixDictionary = defineValue({
  type: 'SystemMatrixBGDictLoader',
  description: 'Backgrounds from the background frames of a calibration.',
  properties: { file: file({ description: 'Calibration file.' }) },
});

export const backgroundDictionary = defineValue({
  type: 'BGDictParameter',
  description: 'What backgrounds vary along: the largest singular vectors of measured ones.',
  properties: {
    loader: nodeList(['MeasurementBGDictLoader', 'SystemMatrixBGDictLoader'], {
      description: 'Where backgrounds come from.',
    }),
    dictSize: defaulted(Type.Integer({ minimum: 1, maximum: 1000 }), 2, { description: 'Number of singular vectors.' }),
  },
});

const weight = (juliaName: string, description: string) =>
  required(Type.Number({ exclusiveMinimum: 0, maximum: 1e30 }), { juliaName, description });

export const backgroundEstimation = defineStep({
  type: 'SinglePatchBGEstimationReconstructionParameter',
  description:
    'Solves for the concentrations and for the background of each frame together (Knopp et al., 2021, IEEE Trans. Med. Imaging 40).',
  input: spectraAxes,
  output: imageAxes,
  parallel: ['frame'],
  purity: 'pure',
  effort: 10,
  properties: {
    sf: fileList({ description: 'System matrix: a calibration file.' }),
    sfLoad: node(systemMatrixLoadingTypes, { description: 'How the system matrix is read.' }),
    arrayType,
    solverParams: node(solverParameterTypes, { description: 'How the equations are solved: by Kaczmarz.' }),
    lambda: weight('λ', 'Weight of the L2 term of the image, in units of the normalization. Written `λ` in Julia.'),
    beta: weight('β', 'Weight of the L2 term of the background. Written `β` in Julia.'),
    bgDict: node(['BGDictParameter'], { description: 'What backgrounds are made of.' }),
  },
  estimateBytes: () => 0,
  estimateHostBytes: (_parameters, input) => selectedBytes(input),
});

export const backgroundEstimationNodes = [
  backgroundEstimation,
  backgroundDictionary,
  measurementDictionary,
  systemMatrixDictionary,
];
