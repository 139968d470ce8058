import type { Dataset } from './array.js';

/** The attribute of a dataset that says of how many pixels of its file its own are the mean. */
const binningAttribute = 'binning';

/** That says how many entries of its file lie before and behind those that were taken. */
const leftOutAttribute = 'leftOut';

/** How pixels of a file became those of the data that was read of it, along one axis. */
export interface BinnedAxis {
  /** Entries of the file that one of the data is the mean of, >= 1. */
  readonly factor: number;
  /** Entries of the file behind those of the data: that were not taken, or too few to become one. */
  readonly leftOver: number;
  /** Entries of the file before those of the data. */
  readonly before: number;
}

/** How many entries along an axis a part of a file leaves out. */
export interface LeftOut {
  readonly before: number;
  readonly behind: number;
}

/** How bins and slices of the file became those of the data; as they are where nobody says otherwise. */
export function binningOf({ attributes }: Pick<Dataset, 'attributes'>): Record<'detector' | 'slice', BinnedAxis> {
  const along = (axis: string): BinnedAxis => {
    const [factor = 1, tooFew = 0] = numbersOf(attributes[binningAttribute], axis);
    const [before = 0, behind = 0] = numbersOf(attributes[leftOutAttribute], axis);
    return { factor, leftOver: tooFew + behind, before };
  };
  return { detector: along('detector'), slice: along('slice') };
}

function numbersOf(said: unknown, axis: string): number[] {
  if (typeof said !== 'object' || said === null) return [];
  const found = Object.entries(said).find(([name]) => name === axis)?.[1] as unknown;
  return Array.isArray(found) ? found.map(Number) : [];
}

/** As a dataset's attributes have it. */
export function binningSaid(
  axes: Record<'detector' | 'slice', Pick<BinnedAxis, 'factor' | 'leftOver'>>,
): Dataset['attributes'] {
  const { detector, slice } = axes;
  return {
    [binningAttribute]: {
      detector: [detector.factor, detector.leftOver],
      slice: [slice.factor, slice.leftOver],
    },
  };
}

/** As a dataset's attributes have it; none where nothing is left out. */
export function leftOutSaid({ detector, slice }: Record<'detector' | 'slice', LeftOut>): Dataset['attributes'] {
  if ([detector, slice].every(({ before, behind }) => before === 0 && behind === 0)) return {};
  return {
    [leftOutAttribute]: { detector: [detector.before, detector.behind], slice: [slice.before, slice.behind] },
  };
}

/**
 * Where a place of the file, in entries from the first one that was taken, lies in the data: (place - (factor - 1) / 2) / factor, as the middle of the first
 * entries that became one is in the middle between them.
 */
export function placeInData(place: number, { factor }: Pick<BinnedAxis, 'factor'>): number {
  return (place - (factor - 1) / 2) / factor;
}

/** The inverse of `placeInData`. */
export function placeInFile(place: number, { factor }: Pick<BinnedAxis, 'factor'>): number {
  return place * factor + (factor - 1) / 2;
}
