import { RondelError, type Dataset } from '@rondel/contracts';
import { implementStep, type FileParameter, type ParametersOf, type StepContext } from '@rondel/reco';
import { chooseRows } from '../frequencies/choose.js';
import { listedPositions } from '../frequencies/positions.js';
import { rowsOf, type FrequencyRows } from '../frequencies/rows.js';
import { spectraAxes } from '../manifest/axes.js';
import { periodicMotionPreProcessing } from '../manifest/motion.js';
import { patchesOf, type Patch } from '../patches/offset-fields.js';
import { patchFields, requirePeriodFields } from '../patches/period-fields.js';
import { backgroundSource } from '../preprocessing/background-source.js';
import { frameKinds, subtract } from '../preprocessing/background.js';
import { signalOf, type Signal } from '../preprocessing/signal.js';
import { framesFrom, inTime, responseFor, spectraMaker, type SpectraMaker } from '../preprocessing/spectra.js';
import type { TransferFunction } from '../preprocessing/transfer-function.js';
import { frequencyFacts, openCalibration } from '../system-matrix/calibration.js';
import { motionFrequencies, type MotionFrequencies } from './motion-frequency.js';
import { repetitionsOfState, statesOfMotion } from './repetitions.js';
import { virtualFrameBytes, virtualFrames } from './virtual-frames.js';

type Parameters = ParametersOf<typeof periodicMotionPreProcessing.properties>;

const plain = { spectralLeakageCorrection: false, numPeriodAverages: 1, numPeriodGrouping: 1 } as const;

/** Components in which MPIReco.jl looks for the motion. */
const motionRows = {
  minFreq: 80e3,
  recChannels: [2],
  SNRThresh: 10,
  numPeriodAverages: 1,
  numPeriodGrouping: 1,
  maxMixingOrder: -1,
  numSidebandFreqs: -1,
};

/** Frequencies of patches and frames that are further apart than this share may not be those of one motion. */
const alike = 0.2;

/** From frames to the states of a motion: complex64 [frame (state), period (patch), channel, frequency]. */
export const periodicMotionPreProcessingStep = implementStep(periodicMotionPreProcessing, (parameters) => ({
  async process(input, context) {
    const signal = inTime(signalOf(input, 'The measurement'));
    const patches = evenPatches(patchesOf(requirePeriodFields(input, 'The measurement')), signal);
    const timing = { periods: signal.layout.periods, patches: patches.length, cycle: cycleOf(input) };
    const frames = chosenFrames(parameters, input, signal);
    const place = { wanted: parameters.tfCorrection, label: 'the measurement', at: 'tfCorrection' };
    const response = await responseFor(input, place, (name) => input.companions[name]);
    const maker = spectraMaker(signal, { ...plain, isLeakageCorrected: true }, response);
    const rows = await componentRows(parameters.sf, context);
    const motion = motionFrequencies(
      { ...components(signal, maker, rows), ...timing, frames: signal.layout.frames },
      parameters.choosePeak,
      parameters.higherHarmonic,
    );
    tellMotion(motion, timing.cycle, frames, context);
    const repetitions = repetitionsOfState(motion, timing, frames);
    const { channels, samples } = signal.layout;
    const states = statesOfMotion(motion, timing.cycle, frames);
    context.requireMemory(virtualFrameBytes(states, patches.length, channels, samples), 'The states of the motion');
    const made = virtualFrames({ values: signal.values, ...timing, channels, samples }, motion, {
      frames,
      repetitions,
      settings: { ...parameters, windowType: windowOf(parameters) },
    });
    context.log('info', repetitionsMade(made.repetitions, made.states));
    const background = await patchBackground(parameters, { input, signal, maker, patches, context });
    return statesDataset(input, { data: made.data, states: made.states, patches, signal, response, background });
  },
}));

/** Patches whose periods follow each other, as many in each. Throws `DATA_FORMAT` for others. */
function evenPatches(patches: readonly Patch[], { layout }: Signal): readonly Patch[] {
  const count = layout.periods / patches.length;
  const even = patches.every(({ periods }, index) =>
    periods.every((period, place) => period === index * count + place && periods.length === count),
  );
  if (even && count >= 4) return patches;
  throw new RondelError(
    'DATA_FORMAT',
    `A periodic motion can be told in patches of as many consecutive periods each, at least four; the measurement has ${layout.periods} periods in ${patches.length} patches.`,
  );
}

function cycleOf({ attributes }: Dataset): number {
  if (typeof attributes.dfCycle === 'number' && attributes.dfCycle > 0) return attributes.dfCycle;
  throw new RondelError('DATA_FORMAT', 'The measurement does not say how long a cycle of its drive field is.');
}

/** First and last frame, from 0. Throws `PLAN_INVALID_VALUE` for frames that do not follow each other. */
function chosenFrames({ frames }: Parameters, input: Dataset, { layout }: Signal) {
  const { all, foreground } = frameKinds(input.companions.isBackgroundFrame?.data, layout.frames);
  const listed =
    frames === undefined
      ? foreground
      : framesFrom(listedPositions(frames), { among: all, label: 'the measurement', at: 'frames' });
  const [first = 0] = listed;
  if (listed.length > 0 && listed.every((frame, index) => frame === first + index)) {
    return { first, last: first + listed.length - 1 };
  }
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    'frames must be consecutive frames, as a motion is followed from one to the next. Give a range, such as 1:10.',
    { at: 'frames' },
  );
}

/** Rows that any of the calibrations has with little noise. Throws `DATA_FORMAT` where none has. */
async function componentRows(files: readonly FileParameter[], context: StepContext): Promise<FrequencyRows> {
  const met = new Map<string, readonly [frequency: number, channel: number]>();
  const filter = { type: 'SNRThresholdFrequencyFilterParameter', parameters: motionRows };
  for (const parameter of files) {
    const calibration = await openCalibration(await context.file(parameter));
    const { frequencies, channels } = chooseRows(filter, await frequencyFacts(calibration));
    frequencies.forEach((frequency, row) => {
      met.set(`${frequency},${channels[row]}`, [frequency, channels[row] ?? 0]);
    });
  }
  if (met.size > 1) return rowsOf([...met.values()]);
  throw new RondelError(
    'DATA_FORMAT',
    `The motion is looked for in receive channel 2 at frequencies from 80 kHz with a signal-to-noise ratio of 10 and more; the system matrices have ${met.size}, and two are needed.`,
    { at: 'sf' },
  );
}

/** Spectra of all periods at some rows: [frame, period, component]. */
function components(signal: Signal, maker: SpectraMaker, { frequencies: chosen, channels: from }: FrequencyRows) {
  const { frames, periods } = signal.layout;
  const { channels, frequencies } = maker.shape;
  const data = new Float64Array(2 * frames * periods * chosen.length);
  for (let frame = 0; frame < frames; frame++) {
    const spectra = maker.spectra(maker.mean([frame]));
    for (let period = 0; period < periods; period++) {
      chosen.forEach((frequency, component) => {
        const at = 2 * ((period * channels + (from[component] ?? 0)) * frequencies + frequency);
        const to = 2 * ((frame * periods + period) * chosen.length + component);
        data[to] = spectra[at] ?? NaN;
        data[to + 1] = spectra[at + 1] ?? NaN;
      });
    }
  }
  return { data, components: chosen.length };
}

function tellMotion(
  { hertz, patches }: MotionFrequencies,
  cycle: number,
  { first, last }: { first: number; last: number },
  context: StepContext,
): void {
  const used = [...hertz.subarray(first * patches, (last + 1) * patches)];
  const [slowest, fastest] = [Math.min(...used), Math.max(...used)];
  const range = `${slowest.toPrecision(4)} to ${fastest.toPrecision(4)} Hz`;
  context.log('info', `The motion has ${range}: ${Math.floor(1 / (slowest * cycle))} states are told apart.`);
  if (fastest - slowest <= alike * slowest) return;
  context.warn(
    'MOTION_UNCERTAIN',
    `The frequency of the motion differs between frames and patches, from ${range}, so what is averaged may not be the same state. Try another choosePeak.`,
    { property: 'choosePeak' },
  );
}

function repetitionsMade(repetitions: Uint32Array, states: number): string {
  const counts = [Math.min(...repetitions), Math.max(...repetitions)];
  return `Each of the ${states} states is the mean of ${counts[0]} to ${counts[1]} repetitions of the motion.`;
}

function windowOf({ windowType }: Parameters): 1 | 2 | 3 {
  return windowType === 2 || windowType === 3 ? windowType : 1;
}

interface BackgroundOf {
  readonly input: Dataset;
  readonly signal: Signal;
  readonly maker: SpectraMaker;
  readonly patches: readonly Patch[];
  readonly context: StepContext;
}

/** Mean background of each patch, [patch, channel, frequency], interleaved; undefined where none is subtracted. */
async function patchBackground(parameters: Parameters, { input, signal, maker, patches, context }: BackgroundOf) {
  const { frames } = signal.layout;
  const { background } = frameKinds(input.companions.isBackgroundFrame?.data, frames);
  const options = { ...plain, spectralLeakageCorrection: true, tfCorrection: parameters.tfCorrection };
  const source = await backgroundSource(parameters.bgParams, { maker, frames, background, options, context });
  const spectra = source.ofSpectra?.(1);
  if (spectra === undefined) return undefined;
  const length = spectra.length / signal.layout.periods;
  const means = new Float64Array(patches.length * length);
  patches.forEach(({ periods }, patch) => {
    for (const period of periods) {
      for (let at = 0; at < length; at++) {
        const to = patch * length + at;
        means[to] = (means[to] ?? 0) + (spectra[period * length + at] ?? 0) / periods.length;
      }
    }
  });
  return means;
}

interface States {
  readonly data: Float64Array;
  readonly states: number;
  readonly patches: readonly Patch[];
  readonly signal: Signal;
  readonly response: TransferFunction | undefined;
  readonly background: Float64Array | undefined;
}

/** What belongs to frames and periods as they were, or has been applied. */
const settled: readonly string[] = ['isBackgroundFrame', 'transferFunction', 'inductionFactor', 'strength', 'phase'];

function statesDataset(input: Dataset, { data, states, patches, signal, response, background }: States): Dataset {
  const layout = { ...signal.layout, frames: states, periods: patches.length };
  const maker = spectraMaker({ layout, values: data }, { ...plain, isLeakageCorrected: true }, response);
  const { channels, frequencies } = maker.shape;
  const length = 2 * patches.length * channels * frequencies;
  const values = new Float32Array(states * length);
  for (let state = 0; state < states; state++) {
    const spectra = maker.spectra(maker.mean([state]));
    if (background !== undefined) subtract(spectra, background);
    values.set(spectra, state * length);
  }
  const kept = Object.entries(input.companions).filter(([name]) => !settled.includes(name));
  const isCorrected = response !== undefined || input.attributes.isTransferFunctionCorrected === true;
  // States do not lie as far apart as frames do.
  const { dfCycle: _, ...attributes } = input.attributes;
  return {
    data: {
      dtype: 'complex64',
      data: values,
      shape: [states, patches.length, channels, frequencies],
      axes: spectraAxes,
    },
    companions: { ...Object.fromEntries(kept), ...patchFields(patches) },
    attributes: {
      ...attributes,
      numFrames: states,
      numPeriodsPerFrame: patches.length,
      isTransferFunctionCorrected: isCorrected,
    },
  };
}
