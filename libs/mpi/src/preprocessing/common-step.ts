import { RondelError, type Dataset } from '@rondel/contracts';
import { implementStep, type ParametersOf, type StepContext } from '@rondel/reco';
import { listedPositions } from '../frequencies/positions.js';
import { spectraAxes } from '../manifest/axes.js';
import { commonPreProcessing } from '../manifest/preprocessing.js';
import { numberIn } from '../system-matrix/calibration.js';
import { averagedBlocks } from './averaging.js';
import { backgroundSource } from './background-source.js';
import { frameKinds, meanOf, subtract } from './background.js';
import { requireFiniteFrames } from './finite-frames.js';
import { joinedMeasurement } from './joined-measurement.js';
import { signalOf } from './signal.js';
import { framesFrom, responseFor, spectraMaker } from './spectra.js';

type Parameters = ParametersOf<typeof commonPreProcessing.properties>;

const measurement = 'The measurement';

/** From frames to spectra: complex64 [frame, period, channel, frequency], all frequencies that the measurement has. */
export const commonPreProcessingStep = implementStep(commonPreProcessing, (parameters) => ({
  async process(given, context) {
    const input = await joinedMeasurement(given, parameters.moreMeas, context);
    const signal = signalOf(input, measurement);
    const place = { wanted: parameters.tfCorrection, label: 'the measurement', at: 'tfCorrection' };
    const response = await responseFor(input, place, (name) => input.companions[name]);
    const isLeakageCorrected = input.attributes.isSpectralLeakageCorrected === true;
    const maker = spectraMaker(signal, { ...parameters, isLeakageCorrected }, response);
    const kinds = frameKinds(input.companions.isBackgroundFrame?.data, signal.layout.frames);
    warnOfBackground(kinds, { parameters, input, context });
    const background = await backgroundSource(parameters.bgParams, {
      maker,
      frames: signal.layout.frames,
      background: kinds.background,
      options: parameters,
      context,
    });
    const blocks = averagedBlocks(selectedFrames(parameters, kinds), parameters.numAverages);
    tellShortBlock(blocks, parameters, context);
    const { periods, channels, frequencies } = maker.shape;
    const length = 2 * periods * channels * frequencies;
    const values = new Float32Array(blocks.length * length);
    for (const [index, frames] of blocks.entries()) {
      context.signal.throwIfAborted();
      const mean = maker.mean(frames);
      requireFiniteFrames(mean, frames, { signal, attributes: input.attributes });
      if (background.ofMean !== undefined) subtract(mean, background.ofMean(meanOf(frames)));
      const spectra = maker.spectra(mean);
      if (background.ofSpectra !== undefined) subtract(spectra, background.ofSpectra(index + 1));
      values.set(spectra, index * length);
      context.progress({ iteration: index + 1, iterations: blocks.length });
    }
    return spectraDataset(input, {
      values,
      shape: [blocks.length, periods, channels, frequencies],
      done: {
        isTransferFunctionCorrected: response !== undefined || input.attributes.isTransferFunctionCorrected === true,
        isBackgroundCorrected: background.ofMean !== undefined || background.ofSpectra !== undefined,
        numAverages: parameters.numAverages * (numberIn(input.attributes, 'numAverages') ?? 1),
      },
    });
  },
}));

type FrameKinds = ReturnType<typeof frameKinds>;

/** Throws `DATA_SHAPE_MISMATCH` where nothing but background is left, `PLAN_INVALID_VALUE` for frames that there are not. */
function selectedFrames({ frames, neglectBGFrames }: Parameters, kinds: FrameKinds): readonly number[] {
  const among = neglectBGFrames ? kinds.foreground : kinds.all;
  if (among.length === 0) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `All ${kinds.all.length} frames of the measurement are background frames, so there is nothing to reconstruct. Set neglectBGFrames to false to reconstruct these.`,
    );
  }
  if (frames === undefined) return among;
  const what = neglectBGFrames ? 'the measurement without background frames' : 'the measurement';
  return framesFrom(listedPositions(frames), { among, label: what, at: 'frames' });
}

function warnOfBackground(
  { background }: FrameKinds,
  { parameters, input, context }: { parameters: Parameters; input: Dataset; context: StepContext },
): void {
  const isCorrected = input.attributes.isBackgroundCorrected === true;
  if (background.length === 0 || isCorrected || parameters.bgParams.type !== 'NoBackgroundCorrectionParameters') return;
  context.warn(
    'BACKGROUND_KEPT',
    `The measurement has ${background.length} background frames, but no background is subtracted. Set bgParams to InternalBackgroundCorrectionParameters.`,
    { property: 'bgParams' },
  );
}

function tellShortBlock(
  blocks: readonly (readonly number[])[],
  { numAverages }: Parameters,
  context: Pick<StepContext, 'log' | 'warn'>,
): void {
  const last = blocks.at(-1)?.length ?? numAverages;
  if (last === numAverages) return;
  if (blocks.length === 1) {
    context.warn(
      'FRAMES_FEW',
      `numAverages is ${numAverages}, but ${last === 1 ? 'there is 1 frame' : `there are ${last} frames`} to average, so the image is of ${last === 1 ? 'this one' : 'these'}. Lower numAverages, or select more frames.`,
      { property: 'numAverages' },
    );
    return;
  }
  context.log('warn', `The last image is of ${last} frames instead of numAverages = ${numAverages}.`);
}

/** What belongs to frames as they were, or has been applied. */
const settled: readonly string[] = ['isBackgroundFrame', 'transferFunction', 'inductionFactor'];

interface MadeSpectra {
  readonly values: Float32Array;
  readonly shape: readonly number[];
  /** Attributes that tell what was done. */
  readonly done: Dataset['attributes'];
}

function spectraDataset(input: Dataset, { values, shape, done }: MadeSpectra): Dataset {
  const companions = Object.entries(input.companions).filter(([name]) => !settled.includes(name));
  return {
    data: { dtype: 'complex64', data: values, shape, axes: spectraAxes },
    companions: Object.fromEntries(companions),
    attributes: { ...input.attributes, ...done },
  };
}
