import { Type } from '@rondel/contracts/schema';
import { defaulted, defineStep, fileList, node, optional, type InputShape } from '@rondel/reco';
import { imageAxes, measurementAxes, spectraAxes } from './axes.js';
import { positions } from './frequency-filters.js';
import { patchProperties } from './multi-patch.js';
import { selectedBytes } from './single-patch.js';

export const periodicMotionPreProcessing = defineStep({
  type: 'PeriodicMotionPreProcessing',
  description:
    'Finds the frequency of a periodic motion in the measurement and makes a frame of spectra for each of its states (Gdaniec et al., 2017, IEEE Trans. Med. Imaging 36).',
  input: measurementAxes,
  output: spectraAxes,
  companions: {
    isBackgroundFrame: ['frame'],
    gradient: ['period', 'row', 'column'],
    offsetField: ['period', 'component'],
  },
  parallel: [],
  purity: 'pure',
  effort: 2,
  properties: {
    frames: optional(positions, {
      description: 'Consecutive frames that are used, counted from 1. Left out: all that are no background frames.',
    }),
    alpha: defaulted(Type.Number({ minimum: 0.01, maximum: 100 }), 3, {
      description: 'Width of the window around a state.',
      unit: 'periods of the drive field',
    }),
    choosePeak: defaulted(Type.Integer({ minimum: 1, maximum: 1_000_000 }), 1, {
      description: 'Which peak in the spectrum of the modulation is the motion, counted from 1 from low frequencies.',
    }),
    samplingPrecision: defaulted(Type.Boolean(), true, {
      description: 'Whether states begin at samples; else at periods of the drive field.',
    }),
    windowType: defaulted(Type.Enum([1, 2, 3]), 1, {
      description: 'Window around a state: 1 Hann, 2 FT1A05 (flat top of three terms), 3 rectangle.',
    }),
    higherHarmonic: defaulted(Type.Integer({ minimum: 1, maximum: 1_000_000 }), 1, {
      description: 'How many times the frequency of the motion the chosen peak is.',
    }),
    sf: fileList({
      description: 'System matrices, whose signal-to-noise ratios tell which components may show the motion.',
    }),
    tfCorrection: defaulted(Type.Boolean(), false, {
      description:
        'Whether spectra are divided by the transfer function of the measurement, and rows of the system matrices by theirs.',
    }),
    bgParams: node(['NoBackgroundCorrectionParameters', 'SimpleExternalBackgroundCorrectionParameters'], {
      description: 'Which background is subtracted.',
      default: 'NoBackgroundCorrectionParameters',
    }),
    weightingParams: node(['NoWeightingParameters'], {
      description: 'Rows are weighted by the reconstruction, which has this property as well.',
      default: 'NoWeightingParameters',
    }),
  },
  estimateBytes: () => 0,
  estimateHostBytes: (_parameters, input) => frameBytes(input),
});

export const periodicMotionReconstruction = defineStep({
  type: 'PeriodicMotionReconstructionParameter',
  description:
    'Solves for the concentrations in each state of a periodic motion, of all patches together; patch by patch with the system matrices in their order.',
  input: spectraAxes,
  output: imageAxes,
  companions: { gradient: ['period', 'row', 'column'], offsetField: ['period', 'component'] },
  parallel: ['frame'],
  purity: 'pure',
  effort: 10,
  properties: patchProperties,
  estimateBytes: () => 0,
  estimateHostBytes: (_parameters, input) => selectedBytes(input),
});

/** One frame as float64; how many states there are is known once the motion is. */
function frameBytes({ shape }: InputShape): number {
  const [, periods = 1, channels = 1, entries = 1] = [1, 1, 1, 1, ...shape].slice(-4);
  return 8 * periods * channels * entries;
}

export const motionNodes = [periodicMotionPreProcessing, periodicMotionReconstruction];
