import { placeInFile, type BinnedAxis } from '@rondel/contracts';
import type { StepContext } from '@rondel/reco';

type Axis = 'slice' | 'detector';

/** What a step looks at along an axis of the data that was read. */
export interface LookedAt {
  readonly axis: Axis;
  /** Entries of the data. */
  readonly extent: number;
  readonly binning: BinnedAxis;
  /** The least and the greatest place, in entries of the data; beyond its edges as well. */
  readonly places: readonly [least: number, greatest: number];
}

/** Places this far beyond the edge take the value there, as bilinear interpolation would nearly do, in entries. */
const harmless = 0.5;

/**
 * Warns where a part of the scan was taken, and a step looks at what that leaves out.
 *
 * @param what The step, as it looks for it: "the stage detector looks for".
 */
export function sayPartNarrow(what: string, looked: readonly LookedAt[], { warn }: Pick<StepContext, 'warn'>): void {
  const needed = looked.flatMap((each) => neededOf(each) ?? []);
  if (needed.length === 0) return;
  const taken = needed.map(({ axis, taken: [start, stop] }) => `${axis}=${start}:${stop}`).join(' and ');
  const advice = needed.map(({ axis, all: [start, stop] }) => `${axis}=${start}:${stop}`).join('&');
  warn(
    'PART_NARROW',
    `The part that was taken of the scan (${taken}) lacks some of what ${what}; values at its edges stood in. Where these are near, the image is not that of the whole scan. Take ${advice}, and of its image what is inside ${taken}.`,
  );
}

interface Needed {
  readonly axis: Axis;
  /** Entries of the file. */
  readonly taken: readonly [start: number, stop: number];
  readonly all: readonly [start: number, stop: number];
}

/** Nothing where all of it was read, or where the file has no more. What is left over of binning is no part. */
function neededOf({ axis, extent, binning, places: [least, greatest] }: LookedAt): Needed | undefined {
  const { factor, before, leftOver } = binning;
  const isShort = [before > 0 && least < -harmless, leftOver >= factor && greatest > extent - 1 + harmless];
  if (!isShort.includes(true)) return undefined;
  const taken = [before, before + extent * factor] as const;
  const start = Math.max(0, Math.floor(before + placeInFile(least, binning)));
  const stop = Math.min(taken[1] + leftOver, Math.ceil(before + placeInFile(greatest, binning)) + 1);
  return { axis, taken, all: [Math.min(start, taken[0]), Math.max(stop, taken[1])] };
}
