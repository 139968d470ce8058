import { RondelError } from '@rondel/contracts';
import type { MotionFrequencies } from './motion-frequency.js';
import { statesOfMotion, type MotionTiming, type Repetition } from './repetitions.js';

/** 1: Hann, 2: FT1A05 (a flat top of three terms), 3: rectangle. */
export type WindowType = 1 | 2 | 3;

/** A window over `filled` samples at the beginning of `length`, 0 after it. */
export function motionWindow(length: number, filled: number, type: WindowType): Float64Array {
  const window = new Float64Array(length);
  for (let n = 0; n < filled; n++) {
    const turn = (2 * Math.PI * n) / filled;
    window[n] =
      type === 1
        ? filled === 1
          ? 1
          : 0.5 * (1 - Math.cos((2 * Math.PI * n) / (filled - 1)))
        : type === 2
          ? 0.2769 - 0.5261 * Math.cos(turn) + 0.1971 * Math.cos(2 * turn)
          : 1;
  }
  return window;
}

export interface VirtualFrameSettings {
  /** Width of the window in periods. */
  readonly alpha: number;
  readonly windowType: WindowType;
  /** Whether states begin at samples; else at periods. */
  readonly samplingPrecision: boolean;
}

/** One state of the motion after the other: float64 [state, patch, channel, sample]. */
export interface VirtualFrames {
  readonly states: number;
  readonly data: Float64Array;
  /** Repetitions that each patch was averaged over. */
  readonly repetitions: Uint32Array;
}

/** The measured signal in the time domain, [frame, period, channel, sample]. */
export interface MovingSignal extends MotionTiming {
  readonly values: ArrayLike<number>;
  readonly channels: number;
  readonly samples: number;
}

/**
 * Joins what was measured at the same state of the motion to a frame for each state (Gdaniec et al., 2017,
 * IEEE Trans. Med. Imaging 36). Around each state a window of `alpha` periods, rounded up, is cut out from the period before it; the
 * weighted samples go to where they lie in the drive-field cycle, and are divided by the sum of their weights. Throws
 * `DATA_FORMAT` where a patch has no repetition, or the window leaves samples without any weight.
 */
export function virtualFrames(
  signal: MovingSignal,
  motion: MotionFrequencies,
  plan: {
    readonly frames: { readonly first: number; readonly last: number };
    readonly repetitions: readonly Repetition[];
    readonly settings: VirtualFrameSettings;
  },
): VirtualFrames {
  const { patches, channels, samples, cycle } = signal;
  const states = statesOfMotion(motion, cycle, plan.frames);
  const width = Math.ceil(plan.settings.alpha);
  const window = motionWindow(width * samples, Math.floor(plan.settings.alpha * samples), plan.settings.windowType);
  const data = new Float64Array(states * patches * channels * samples);
  const weights = new Float64Array(states * patches * samples);
  const repetitions = new Uint32Array(patches);
  for (const repetition of plan.repetitions) {
    const increment = wholePeriods(motion, cycle, repetition) / states;
    if (!fits(repetition, states, increment, width, signal)) continue;
    repetitions[repetition.patch] = (repetitions[repetition.patch] ?? 0) + 1;
    for (let state = 0; state < states; state++) {
      const moment = repetition.period + increment * state;
      addState({ data, weights }, window, { ...signal, repetition, moment, state, width, plan });
    }
  }
  normalize(data, weights, signal, repetitions);
  return { states, data, repetitions };
}

/** Bytes of the frames and weights while they are made. */
export function virtualFrameBytes(states: number, patches: number, channels: number, samples: number): number {
  return 8 * states * patches * (channels + 1) * samples;
}

function wholePeriods({ hertz, patches }: MotionFrequencies, cycle: number, { frame, patch }: Repetition): number {
  return Math.floor(1 / ((hertz[frame * patches + patch] ?? NaN) * cycle));
}

/** Whether the window around every state lies within the patch. */
function fits(
  { period }: Repetition,
  states: number,
  increment: number,
  width: number,
  { periods, patches }: MotionTiming,
): boolean {
  return Math.floor(period + increment * (states - 1)) - 1 + width <= periods / patches;
}

interface StatePlace extends MovingSignal {
  readonly repetition: Repetition;
  /** In periods, counted from 1 as whole numbers are the first, second ... period. */
  readonly moment: number;
  readonly state: number;
  readonly width: number;
  readonly plan: { readonly settings: VirtualFrameSettings };
}

/**
 * Adds the window around one moment. Its sample s comes from sample s + shift of the periods from the one before the moment
 * on, and goes to sample (s + shift) modulo the cycle, where it was measured.
 */
function addState(
  sums: { readonly data: Float64Array; readonly weights: Float64Array },
  window: Float64Array,
  place: StatePlace,
): void {
  const { values, channels, samples, patches, periods, repetition, moment, state, width } = place;
  const whole = Math.floor(moment);
  const shift = place.plan.settings.samplingPrecision ? Math.floor((moment - whole) * samples) : 0;
  const firstPeriod = repetition.frame * periods + repetition.patch * (periods / patches) + whole - 2;
  const target = state * patches + repetition.patch;
  for (let s = 0; s < width * samples; s++) {
    const weight = window[s] ?? 0;
    if (weight === 0) continue;
    const sample = (s + shift) % samples;
    const period = firstPeriod + Math.floor((s + shift) / samples);
    sums.weights[target * samples + sample] = (sums.weights[target * samples + sample] ?? 0) + weight;
    for (let channel = 0; channel < channels; channel++) {
      const index = (target * channels + channel) * samples + sample;
      const value = values[(period * channels + channel) * samples + sample] ?? 0;
      sums.data[index] = (sums.data[index] ?? 0) + weight * value;
    }
  }
}

function normalize(
  data: Float64Array,
  weights: Float64Array,
  { patches, channels, samples }: { patches: number; channels: number; samples: number },
  repetitions: Uint32Array,
): void {
  const missing = repetitions.indexOf(0);
  if (missing >= 0) {
    throw new RondelError(
      'DATA_FORMAT',
      `Patch ${missing + 1} has no whole period of the motion in the chosen frames, so no frame of its states can be made. Choose more frames, a smaller alpha, or another choosePeak.`,
      { at: 'frames' },
    );
  }
  for (let target = 0; target < weights.length / samples; target++) {
    for (let sample = 0; sample < samples; sample++) {
      const weight = weights[target * samples + sample] ?? 0;
      if (weight === 0) {
        throw new RondelError(
          'DATA_FORMAT',
          `The window leaves sample ${sample + 1} of patch ${(target % patches) + 1} without data: make alpha larger, or choose more frames, so that windows overlap.`,
          { at: 'alpha' },
        );
      }
      for (let channel = 0; channel < channels; channel++) {
        const index = (target * channels + channel) * samples + sample;
        data[index] = (data[index] ?? 0) / weight;
      }
    }
  }
}
