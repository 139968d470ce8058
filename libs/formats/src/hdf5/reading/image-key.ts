import { formatError } from '../../file/data-errors.js';
import { countOfRuns, type Run } from '../../array/runs.js';

/** The frames of a scan by what they show, as they are stored. */
export interface FrameKinds {
  readonly projections: readonly Run[];
  /** Flats. */
  readonly white: readonly Run[];
  readonly dark: readonly Run[];
}

/** NXtomo: `image_key`. Frames of the last kind are left out. */
const kindOfKey: Readonly<Record<number, keyof FrameKinds | 'invalid'>> = {
  0: 'projections',
  1: 'white',
  2: 'dark',
  3: 'invalid',
  // Taken to see whether the sample has moved; in `image_key_control` alone.
  [-1]: 'invalid',
};

/** Sorts frames by their keys, 0 to 3 as integers or reals. Throws `DATA_FORMAT`, with the place, for any other. */
export function framesByKind(keys: ArrayLike<number>, label: string): FrameKinds {
  const kinds: Record<keyof FrameKinds | 'invalid', Run[]> = { projections: [], white: [], dark: [], invalid: [] };
  let start = 0;
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index] ?? NaN;
    const kind = kindOfKey[key];
    if (kind === undefined) {
      throw formatError(
        label,
        `entry ${index} is ${key}; keys are 0 for a projection, 1 for a flat, 2 for a dark and 3 for what does not count.`,
      );
    }
    if (keys[index + 1] === key) continue;
    kinds[kind].push({ start, stop: index + 1 });
    start = index + 1;
  }
  return kinds;
}

/** For each flat, in the order in which they were taken, how many projections were taken before it. */
export function flatPositions({ projections, white }: FrameKinds): number[] {
  return white.flatMap(({ start, stop }) => {
    const before = countOfRuns(projections.filter((run) => run.stop <= start));
    return Array.from({ length: stop - start }, () => before);
  });
}
