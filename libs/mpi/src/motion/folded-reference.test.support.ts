import { motionWindow } from './virtual-frames.js';

/** A moment at which the motion starts anew; `period` is counted as MPIReco.jl counts it. */
export interface Moment {
  readonly frame: number;
  readonly patch: number;
  readonly period: number;
}

export interface FoldedScan {
  /** [frame][sample of all periods and channels], as it was measured. */
  readonly frames: readonly ArrayLike<number>[];
  readonly patches: number;
  readonly periods: number;
  readonly channels: number;
  readonly samples: number;
  readonly cycle: number;
  /** Frequency of the motion in Hz in each frame and patch. */
  readonly hertz: (frame: number, patch: number) => number;
}

/** All moments of the motion, placed by counting periods; 7 pass between patches. */
export function momentsOf({ hertz, patches, periods, cycle }: FoldedScan, first: number, last: number): Moment[] {
  const perPatch = periods / patches;
  const frameLength = periods + 7 * patches;
  const moments: Moment[] = [];
  for (let at = first * frameLength; at < (last + 1) * frameLength;) {
    const frame = Math.max(0, Math.ceil(at / frameLength) - 1);
    const inFrame = at - frame * frameLength;
    const patch = Math.max(0, Math.ceil(inFrame / (perPatch + 7)) - 1);
    const period = at === 0 ? 1 : inFrame - patch * (perPatch + 7);
    const length = 1 / hertz(frame, patch) / cycle;
    if (period >= 2 && period + length < perPatch - 1 && frame >= first && frame <= last) {
      moments.push({ frame, patch, period });
    }
    at += length;
  }
  return moments;
}

/**
 * States of a motion by the steps in which MPIReco.jl makes them: concatenate periods, cut out, shift in a circle, weigh,
 * fold. Returns [state, patch, channel, sample].
 */
export function foldedStates(
  scan: FoldedScan,
  moments: readonly Moment[],
  states: number,
  window: { readonly alpha: number; readonly type: 1 | 2 | 3; readonly precise: boolean },
): number[] {
  const { frames, patches, periods, channels, samples: N, cycle, hertz } = scan;
  const W = Math.ceil(window.alpha);
  const shape = [...motionWindow(W * N, Math.floor(window.alpha * N), window.type)];
  const circle = (list: readonly number[], by: number) =>
    list.map((_, i) => list[(i - by + list.length) % list.length] ?? 0);
  const sums = Array.from({ length: states * patches * channels }, () => ({
    sum: Array<number>(N).fill(0),
    of: Array<number>(N).fill(0),
  }));
  for (const { frame, patch, period } of moments) {
    const increment = Math.floor(1 / (hertz(frame, patch) * cycle)) / states;
    for (let state = 0; state < states; state++) {
      const moment = period + increment * state;
      const shift = window.precise ? Math.floor((moment - Math.floor(moment)) * N) : 0;
      for (let channel = 0; channel < channels; channel++) {
        const buffer: number[] = [];
        for (let p = Math.floor(moment) - 1; p <= Math.floor(moment) - 1 + W; p++) {
          const start = (((patch * periods) / patches + p - 1) * channels + channel) * N;
          for (let n = 0; n < N; n++) buffer.push(frames[frame]?.[start + n] ?? 0);
        }
        const weights = circle(shape, shift);
        const { sum, of } = sums[(state * patches + patch) * channels + channel] ?? { sum: [], of: [] };
        circle(buffer.slice(shift, shift + N * W), shift).forEach((value, i) => {
          sum[i % N] = (sum[i % N] ?? 0) + value * (weights[i] ?? 0);
          of[i % N] = (of[i % N] ?? 0) + (weights[i] ?? 0);
        });
      }
    }
  }
  return sums.flatMap(({ sum, of }) => sum.map((value, i) => value / (of[i] ?? NaN)));
}
