import { RondelError } from '@rondel/contracts';

/** Entries of one axis, to be read instead of all of it. */
export interface AxisRange {
  readonly axis: string;
  /** First entry, and the one after the last; 0 <= start < stop <= extent. */
  readonly start: number;
  readonly stop: number;
  /** Entries of the whole axis. Companions are cut when they have as many along an axis of that name. */
  readonly extent: number;
  /** Names for the axes of a main array that has none; the last ones where it has fewer axes. */
  readonly unnamedAxes?: readonly string[] | undefined;
}

/** A box of an array: where it begins and how far it reaches along every axis. */
export interface Box {
  readonly offset: readonly number[];
  readonly count: readonly number[];
}

/** All of an array. */
export function wholeOf(shape: readonly number[]): Box {
  return { offset: shape.map(() => 0), count: shape };
}

/** What is known of an array before it is read. */
export interface ArrayExtent {
  readonly shape: readonly number[];
  readonly axes?: readonly string[] | undefined;
}

/** The part of an array that a range asks for: all of it when there is no range or the array has no such axis. */
export function boxOf({ shape, axes }: ArrayExtent, range: AxisRange | undefined): Box {
  const named = axes?.indexOf(range?.axis ?? '') ?? -1;
  const at = range !== undefined && shape[named] === range.extent ? named : -1;
  const { start = 0, stop = 0 } = range ?? {};
  return {
    offset: shape.map((_, index) => (index === at ? start : 0)),
    count: shape.map((extent, index) => (index === at ? stop - start : extent)),
  };
}

/** Names of an array's axes: its own, or those that the range gives to an array without. */
export function namedAxes({ shape, axes }: ArrayExtent, range: AxisRange): readonly string[] | undefined {
  const { unnamedAxes } = range;
  if (axes !== undefined || unnamedAxes === undefined || shape.length > unnamedAxes.length) return axes;
  return unnamedAxes.slice(unnamedAxes.length - shape.length);
}

/**
 * `boxOf` for the array that the range is about.
 *
 * Throws `DATA_SHAPE_MISMATCH` when it has no such axis or another extent, `INVALID_REQUEST` for a range that is none.
 */
export function mainBoxOf(label: string, array: ArrayExtent, range: AxisRange | undefined): Box {
  if (range === undefined) return boxOf(array, range);
  const { axis, start, stop, extent } = range;
  const valid = [start, stop, extent].every(Number.isSafeInteger) && start >= 0 && start < stop && stop <= extent;
  if (!valid) {
    throw new RondelError('INVALID_REQUEST', `${label}: ${start} to ${stop} is no range of ${extent} entries.`);
  }
  const axes = namedAxes(array, range);
  const present = array.shape[axes?.indexOf(axis) ?? -1];
  if (present === extent) return boxOf({ shape: array.shape, axes }, range);
  throw new RondelError(
    'DATA_SHAPE_MISMATCH',
    present === undefined
      ? `${label}: the data cannot be split along "${axis}": its axes are [${axes?.join(', ') ?? 'not named'}].`
      : `${label}: has ${present} entries along "${axis}", not ${extent} as when it was divided. Leave files as they are while a job reads them.`,
  );
}
