import { Type } from '@rondel/contracts/schema';
import {
  defaulted,
  defineStep,
  defineValue,
  file,
  node,
  optional,
  optionalFileList,
  type InputShape,
} from '@rondel/reco';
import { measurementAxes, spectraAxes } from './axes.js';
import { positions } from './frequency-filters.js';

/** Types of the nodes that say which background is subtracted. */
export const backgroundTypes = [
  'NoBackgroundCorrectionParameters',
  'InternalBackgroundCorrectionParameters',
  'SimpleExternalBackgroundCorrectionParameters',
  'LinearInterpolatedExternalBackgroundCorrectionParameters',
] as const;

export const noBackground = defineValue({
  type: 'NoBackgroundCorrectionParameters',
  description: 'No background is subtracted.',
  properties: {},
});

export const internalBackground = defineValue({
  type: 'InternalBackgroundCorrectionParameters',
  description: 'The background frames of the measurement itself are subtracted.',
  properties: {
    interpolateBG: defaulted(Type.Boolean(), false, {
      description:
        'Whether the background is interpolated linearly between the blocks in which it was taken; else it is the mean of all.',
    }),
  },
});

const emptyMeas = file({ description: 'Measurement without a sample.' });
const oneFrame = { start: 1, stop: 1 };

export const externalBackground = defineValue({
  type: 'SimpleExternalBackgroundCorrectionParameters',
  description: 'The mean of some frames of another measurement is subtracted.',
  properties: {
    emptyMeas,
    bgFrames: defaulted(positions, [1], { description: 'Its frames, counted from 1.' }),
  },
});

export const interpolatedExternalBackground = defineValue({
  type: 'LinearInterpolatedExternalBackgroundCorrectionParameters',
  description: 'The background is interpolated linearly between two groups of frames of another measurement.',
  properties: {
    emptyMeas,
    bgFrames: defaulted(positions, oneFrame, { description: 'Its frames before the measurement, counted from 1.' }),
    bgFramesPost: defaulted(positions, oneFrame, { description: 'Its frames after the measurement, counted from 1.' }),
  },
});

const float32Bytes = 4;
const float64Bytes = 8;

export const commonPreProcessing = defineStep({
  type: 'CommonPreProcessingParameters',
  description: 'From what the scanner recorded to spectra: frames, background, averages, transfer function.',
  input: measurementAxes,
  output: spectraAxes,
  companions: { isBackgroundFrame: ['frame'] },
  parallel: [],
  purity: 'pure',
  effort: 1,
  properties: {
    bgParams: node(backgroundTypes, {
      description: 'Which background is subtracted.',
      default: 'NoBackgroundCorrectionParameters',
    }),
    moreMeas: optionalFileList({
      description:
        'Further files of the measurement, in their order. With the same offset field they have further frames; with others they are further patches, whose frames are periods of a single one, as a `MultiMPIFile` has them.',
    }),
    frames: optional(positions, {
      description:
        'Frames that are used, counted from 1, in this order, of those that are no background frames. Left out: all of these.',
    }),
    tfCorrection: optional(Type.Boolean(), {
      description:
        'Whether spectra are divided by the transfer function. Left out: if the file has one and was not corrected.',
    }),
    neglectBGFrames: defaulted(Type.Boolean(), true, {
      description:
        'Whether background frames are left out of the frames; else they are counted and used like the others.',
    }),
    numAverages: defaulted(Type.Integer({ minimum: 1, maximum: 1_000_000 }), 1, {
      description: 'Number of consecutive selected frames that are averaged into one; the last may be of fewer.',
    }),
    numPeriodAverages: defaulted(Type.Integer({ minimum: 1, maximum: 1_000_000 }), 1, {
      description: 'Number of consecutive periods of a frame that are averaged into one.',
    }),
    numPeriodGrouping: defaulted(Type.Integer({ minimum: 1, maximum: 1_000_000 }), 1, {
      description: 'Number of consecutive periods that are joined in time, which makes frequencies as much denser.',
    }),
    spectralLeakageCorrection: defaulted(Type.Boolean(), false, {
      description: 'Whether each frame is weighted with its neighbours by a Hann window, against spectral leakage.',
    }),
    loadasreal: defaulted(Type.Boolean(), false, {
      description: 'Whether real and imaginary parts are rows of their own, as in `sfLoad`.',
    }),
  },
  estimateBytes: () => 0,
  estimateHostBytes: (parameters, input) =>
    spectraBytes(input) + 6 * frameBytes(input) + (parameters.spectralLeakageCorrection ? timeBytes(input) : 0),
});

/** All spectra; where averages make them fewer, that is not known before the frames are counted. */
function spectraBytes({ shape, elementBytes }: InputShape): number {
  const [frames = 1, periods = 1, channels = 1, entries = 1] = [1, 1, 1, 1, ...shape].slice(-4);
  const complexBytes = 2 * float32Bytes;
  const frequencies = elementBytes === complexBytes ? entries : Math.floor(entries / 2) + 1;
  return frames * periods * channels * frequencies * complexBytes;
}

/** Spectra that have to go back to where they came from before leakage can be corrected; samples are there already. */
function timeBytes({ shape, elementBytes }: InputShape): number {
  const isComplex = elementBytes === 2 * float32Bytes;
  return isComplex ? shape.reduce((product, extent) => product * extent, elementBytes) : 0;
}

/** One frame as it is added up, as numbers of float64. */
function frameBytes({ shape }: InputShape): number {
  const [, periods = 1, channels = 1, entries = 1] = [1, 1, 1, 1, ...shape].slice(-4);
  return 2 * periods * channels * entries * float64Bytes;
}

export const preprocessingNodes = [
  commonPreProcessing,
  noBackground,
  internalBackground,
  externalBackground,
  interpolatedExternalBackground,
];
