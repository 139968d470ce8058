import { RondelError } from '@rondel/contracts';
import { defaulted, defineStep, optional, type InputShape } from '@rondel/reco';
import { Type } from '@rondel/contracts/schema';
import { findsCenter, surveyedSlices, type CenterParameters } from '../sinogram/rotation-axis.js';
import { axes, checkAxes, sinogramAxes } from './axes.js';
import { centerProperties, checkCenter } from './center.js';
import { selectionBytes, transmissionBytes, widestOutput, type FrameParameters } from './preprocessing-memory.js';
import { quantities } from './quantity.js';
import { rawCompanions } from './raw-companions.js';

const frames = defaulted(Type.Array(Type.Integer({ minimum: 1 }), { maxItems: 100_000 }), [], {
  description: 'Frames to reconstruct, counted from 1, in this order; all of them when empty.',
});

const numAverages = defaulted(Type.Integer({ minimum: 1, maximum: 100_000 }), 1, {
  description: 'Number of consecutive selected frames that are averaged into one; must divide their number.',
});

/** The selected frames; a detector may still become wider, where two halves are stitched. */
const selection = {
  from: ['frames', 'numAverages'],
  of({ frames: selected, numAverages: averages }: FrameParameters, { shape }: InputShape): InputShape {
    const [all = 1, ...rest] = [1, 1, 1, 1, ...shape].slice(-4);
    return {
      shape: [Math.max(1, Math.floor((selected.length || all) / averages)), ...rest],
      elementBytes: float32Bytes,
    };
  },
} as const;

const float32Bytes = 4;

/** Frames and averages, nothing else: the example of the AbstractImageReconstruction documentation. */
export const radonPreprocessing = defineStep({
  type: 'RadonPreprocessingParameters',
  description: 'Selects frames of a sinogram series and averages consecutive ones.',
  properties: { frames, numAverages },
  input: sinogramAxes,
  output: sinogramAxes,
  parallel: ['slice', { axis: 'frame', when: keepsFrames }],
  purity: 'pure',
  effort: 0.1,
  estimateBytes: () => 0,
  estimateHostBytes: selectionBytes,
  outputSize: selection,
  validate: checkAverages,
});

/** From detector counts to line integrals of attenuation. */
export const transmissionPreprocessing = defineStep({
  type: 'TransmissionPreprocessingParameters',
  description:
    'Turns transmission measurements into line integrals: frames, averages, flat and dark field, -log, ring suppression, rotation axis. What the values are is told by `quantity`.',
  properties: {
    frames,
    numAverages,
    average: defaulted(Type.Enum(['robust', 'median', 'mean']), 'robust', {
      description:
        'How the samples of the dark and of the white fields become one. `robust`: their mean, but their median in bins where they vary far more than elsewhere.',
    }),
    outlierDif: optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e30 }), {
      description:
        "Replaces values that differ from the median around them, in angle and detector of one sinogram, by at least this, before flat field and logarithm (`dif` of TomoPy's `remove_outlier`). Of counts that is some hundreds; behind a stage `flat` the data is transmissions, so less than 1. Left out: none are replaced.",
      unit: 'values of the data',
    }),
    outlierSize: defaulted(Type.Integer({ minimum: 3, maximum: 31 }), 3, {
      description: 'Width of the window of that median, an odd number.',
      unit: 'bins and projections',
    }),
    outlierMode: defaulted(Type.Enum(['bright', 'both']), 'bright', {
      description: 'Whether only values above the median count as outliers, or those below it as well.',
    }),
    axes,
    quantity: optional(Type.Enum([...quantities]), {
      description:
        'What the values of the data stand for: `counts`, `transmission` (counts divided by the white field) or `lineIntegrals`. Left out: what the attribute `quantity` of the file says, else counts for data with white fields and line integrals for other values that look like these; what cannot be told is refused.',
    }),
    clip: defaulted(Type.Number({ exclusiveMinimum: 0, maximum: 1 }), 1e-6, {
      description: 'Transmissions below this are set to it before the logarithm.',
    }),
    beamHardening: optional(Type.Array(Type.Number({ minimum: -1e6, maximum: 1e6 }), { minItems: 1, maxItems: 8 }), {
      description:
        'Coefficients of a polynomial that straightens line integrals which polychromatic beams bend: p becomes c1 p + c2 p^2 + ... . Left out: they stay.',
    }),
    ...centerProperties,
    beam: defaulted(Type.Enum(['parallel', 'cone']), 'parallel', {
      description:
        'Of `cone` (and fan) beams the geometry of the reconstruction says where the axis is: nothing is looked for, extended or stitched.',
    }),
    halfAcquisition: defaulted(Type.Enum(['auto', 'none', 'stitch']), 'auto', {
      description:
        'Whether projections of a scan over a full turn are stitched to their mirrored opposites, so that the detector reaches as far on either side of the axis as on its longer one; the image becomes as wide. `auto`: where the axis is in the outer third of the detector.',
    }),
    stitching: defaulted(Type.Enum(['subpixel', 'rounded']), 'subpixel', {
      description:
        'How they are stitched. `subpixel`: where the axis is, with opposite projections interpolated between angles and bins. `rounded` (`sino_360_to_180` of TomoPy): the overlap in whole bins, each projection with the one half of all behind it, and the last of an odd number left out.',
    }),
    overlap: optional(Type.Number({ exclusiveMinimum: 1, maximum: 1_000_000 }), {
      description:
        'Width of what opposite projections of a half acquisition both see, may be fractional: instead of the rotation axis, which lies in its middle. Needs `side`.',
      unit: 'bins',
    }),
    side: defaulted(Type.Enum(['auto', 'left', 'right']), 'auto', {
      description: 'The end of the detector at which `overlap` lies.',
    }),
    ringSuppression: defaulted(Type.Enum(['none', 'sorting']), 'none', {
      description:
        'Removal of stripes that become rings: `sorting` smooths the sinogram across the detector after sorting it along the angles.',
    }),
    ringWindow: defaulted(Type.Integer({ minimum: 3, maximum: 301 }), 21, {
      description: 'Width of the median window of `sorting`, an odd number; wider removes wider rings.',
      unit: 'bins',
    }),
  },
  input: sinogramAxes,
  output: sinogramAxes,
  companions: rawCompanions,
  // The axis is found from slices of the whole stack, so blocks would not agree on it unless it was found before.
  parallel: [
    { axis: 'slice', when: (parameters, input) => !findsCenter(parameters, input) },
    { axis: 'frame', when: (parameters, input) => keepsFrames(parameters) && !findsCenter(parameters, input) },
  ],
  survey: { axis: 'slice', entries: surveyedSlices, when: findsCenter },
  purity: 'pure',
  effort: 0.3,
  estimateBytes: () => 0,
  estimateHostBytes: (parameters, input) => transmissionBytes(parameters, input, findsCenter(parameters)),
  outputSize: selection,
  largestOutput: (parameters, input) => widestOutput(parameters, selection.of(parameters, input)),
  validate(parameters) {
    checkAxes(parameters.axes);
    checkAverages(parameters);
    checkOdd('ringWindow', parameters.ringWindow);
    checkOdd('outlierSize', parameters.outlierSize);
    checkCenter(parameters);
    checkOverlap(parameters);
    checkHardening(parameters);
  },
});

/** Without `frames` the number of frames is that of the data, which only the step sees. */
function checkAverages({ frames, numAverages }: FrameParameters): void {
  if (frames.length % numAverages === 0) return;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `numAverages must divide the number of selected frames, but ${frames.length} frames cannot be averaged in groups of ${numAverages}.`,
    { at: 'numAverages' },
  );
}

function checkOdd(name: string, width: number): void {
  if (width % 2 === 1) return;
  throw new RondelError('PLAN_INVALID_VALUE', `${name} must be an odd number of bins, got ${width}.`, { at: name });
}

function checkOverlap({ centerOfRotation, overlap, side }: CenterParameters & { side: string }): void {
  if (overlap === undefined) return;
  if (centerOfRotation !== undefined) {
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `overlap (${overlap}) must not be given with centerOfRotation (${String(centerOfRotation)}), which follows from it: leave one of them out.`,
      { at: 'overlap' },
    );
  }
  if (side !== 'auto') return;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `side must be left or right where overlap is given (${overlap}). Or leave overlap out: the axis is found then.`,
    { at: 'side' },
  );
}

function checkHardening({ beamHardening }: { readonly beamHardening?: readonly number[] | undefined }): void {
  if (beamHardening === undefined || beamHardening.some((coefficient) => coefficient !== 0)) return;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    'beamHardening must not be all 0: then every line integral becomes 0. Leave it out, or give [1.0], which changes nothing.',
    { at: 'beamHardening' },
  );
}

/** Whether every frame becomes one, so that each can be computed apart. */
function keepsFrames({ frames, numAverages }: FrameParameters): boolean {
  return frames.length === 0 && numAverages === 1;
}
