import type { MotionFrequencies } from './motion-frequency.js';

/** Periods that pass while the field moves from one patch to the next; the scanner takes none of them into the file. */
const switchingPeriods = 7;

/** Where a frame of periods stands in time. */
export interface MotionTiming {
  /** Periods of a frame, all patches together. */
  readonly periods: number;
  readonly patches: number;
  /** Seconds that a period takes. */
  readonly cycle: number;
}

/** A moment at which the motion is in the state it had when the measurement began. */
export interface Repetition {
  /** From 0. */
  readonly frame: number;
  /** From 0. */
  readonly patch: number;
  /** Periods since the patch began, with their fraction: 2.5 is in the middle of the third. */
  readonly period: number;
}

/**
 * The moments from the first to the last of `frames` (from 0, last included) at which the motion starts anew, each one motion
 * period of its frame and patch after the one before. Those whose motion does not begin and end within the patch are left out:
 * before its second period and after its last but one.
 */
export function repetitionsOfState(
  { hertz, patches }: MotionFrequencies,
  { periods, cycle }: MotionTiming,
  frames: { readonly first: number; readonly last: number },
): readonly Repetition[] {
  const perPatch = periods / patches;
  const frameTime = cycle * (periods + switchingPeriods * patches);
  const repetitions: Repetition[] = [];
  const end = (frames.last + 1) * frameTime;
  let time = frames.first * frameTime;
  while (time < end) {
    const at = placeInMeasurement(time, perPatch, patches, cycle);
    const frequency = hertz[at.frame * patches + at.patch] ?? NaN;
    const cycles = 1 / frequency / cycle;
    if (!(cycles > 0)) break;
    time += 1 / frequency;
    const within = at.period + cycles < perPatch - 1 && at.period >= 2;
    if (within && at.frame >= frames.first && at.frame <= frames.last) repetitions.push(at);
  }
  return repetitions;
}

/** A moment on the boundary belongs to what ends there, as MPIReco.jl counts; the very first one is its own. */
function placeInMeasurement(time: number, perPatch: number, patches: number, cycle: number): Repetition {
  if (time === 0) return { frame: 0, patch: 0, period: 1 };
  const patchPeriods = perPatch + switchingPeriods;
  const frameTime = (perPatch * patches + switchingPeriods * patches) * cycle;
  const frame = Math.ceil(time / frameTime);
  const inFrame = time - (frame - 1) * frameTime;
  const patch = Math.ceil(inFrame / (patchPeriods * cycle));
  const inPatch = inFrame - (patch - 1) * patchPeriods * cycle;
  return { frame: Math.max(0, frame - 1), patch: Math.max(0, patch - 1), period: inPatch / cycle };
}

/** Whole periods of the drive field in one period of the slowest motion among `frames`: how many states are told apart. */
export function statesOfMotion(
  { hertz, patches }: MotionFrequencies,
  cycle: number,
  frames: { readonly first: number; readonly last: number },
): number {
  const chosen = hertz.subarray(frames.first * patches, (frames.last + 1) * patches);
  return Math.floor(1 / (Math.min(...chosen) * cycle));
}
