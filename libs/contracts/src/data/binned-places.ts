import type { Dataset } from './array.js';

/** The attribute of a dataset that says of how many pixels of its file its own are the mean. */
const binningAttribute = 'binning';

/** How pixels of a file became those of the data that was read of it, along one axis. */
export interface BinnedAxis {
  /** Entries of the file that one of the data is the mean of, >= 1. */
  readonly factor: number;
  /** Entries at the end that were too few to become one. */
  readonly leftOver: number;
}

/** How bins and slices of the file became those of the data; as they are where nobody says otherwise. */
export function binningOf({ attributes }: Pick<Dataset, 'attributes'>): Record<'detector' | 'slice', BinnedAxis> {
  const said = attributes[binningAttribute];
  const along = (axis: string): BinnedAxis => {
    const [factor, leftOver] = typeof said === 'object' && said !== null && axis in said ? numbersOf(said, axis) : [];
    return { factor: factor ?? 1, leftOver: leftOver ?? 0 };
  };
  return { detector: along('detector'), slice: along('slice') };
}

function numbersOf(said: object, axis: string): number[] {
  const found = Object.entries(said).find(([name]) => name === axis)?.[1] as unknown;
  return Array.isArray(found) ? found.map(Number) : [];
}

/** As a dataset's attributes have it. */
export function binningSaid(axes: Record<'detector' | 'slice', BinnedAxis>): Dataset['attributes'] {
  const { detector, slice } = axes;
  return {
    [binningAttribute]: {
      detector: [detector.factor, detector.leftOver],
      slice: [slice.factor, slice.leftOver],
    },
  };
}

/**
 * Where a place of the file, in entries from 0, lies in the data: (place - (factor - 1) / 2) / factor, as the middle of the first
 * entries that became one is in the middle between them.
 */
export function placeInData(place: number, { factor }: Pick<BinnedAxis, 'factor'>): number {
  return (place - (factor - 1) / 2) / factor;
}

/** The inverse of `placeInData`. */
export function placeInFile(place: number, { factor }: Pick<BinnedAxis, 'factor'>): number {
  return place * factor + (factor - 1) / 2;
}
