import { foundIn, RondelError, type Dataset, type DatasetFacts, type JsonValue } from '@rondel/contracts';
import type { CenterMethod } from '../manifest/center-methods.js';
import type { Quantity } from '../manifest/quantity.js';
import { quantityIn } from './carried-quantity.js';

/** Attributes under which preprocessing hands geometry to the reconstruction. */
export const axisAttributes = {
  /** Detector coordinate of the rotation axis, bins from 0. */
  center: 'center',
  /** Number of detectors before the detector was extended: the default image size. */
  imageSize: 'imageSize',
  /** Bins that were measured, [first, last] from 0, where the detector was extended beyond them; all of them when absent. */
  measured: 'measured',
  /** true where projections were stitched to opposite ones, so that angles of the plan are no longer those of the data. */
  stitched: 'stitched',
} as const;

/** The middle of a detector: the axis when nothing else is known, as the origin of an image is pixel size // 2. */
export function middleOf(detectors: number): number {
  return Math.floor(detectors / 2);
}

/** What a plan says of the rotation axis. */
export interface CenterParameters {
  /** Bins from 0; of the first and of the last slice where it is tilted. */
  readonly centerOfRotation: number | readonly number[] | undefined;
  readonly findCenter: boolean | undefined;
  readonly overlap?: number | undefined;
  readonly beam?: 'parallel' | 'cone' | undefined;
  readonly quantity?: Quantity | undefined;
}

/**
 * Whether the rotation axis is searched for, from all slices and frames together. Left open by the plan: only in data with
 * white fields, or of transmissions with angles, that does not carry the axis; without `input`, whether there is data for which it is.
 */
export function findsCenter(
  { centerOfRotation, findCenter, overlap, quantity, beam }: CenterParameters,
  input?: DatasetFacts,
): boolean {
  if (beam === 'cone' || centerOfRotation !== undefined || overlap !== undefined) return false;
  if (input !== undefined && Object.keys(foundIn(input)).some((path) => path.endsWith('.centerOfRotation')))
    return false;
  if (findCenter !== undefined || input === undefined) return findCenter ?? true;
  return input.attributes[axisAttributes.center] === undefined && isMeasured(input, quantity);
}

/** Whether an instrument has taken the data, whose axis is where it happens to be. */
function isMeasured({ companions, attributes }: DatasetFacts, fromPlan: Quantity | undefined): boolean {
  if (companions['white'] !== undefined) return true;
  return (fromPlan ?? quantityIn(attributes)) === 'transmission' && companions['angles'] !== undefined;
}

/** The rotation axis that the data carries, in bins from 0, if it does. Throws `DATA_FORMAT` for one off the detector. */
export function carriedCenter(dataset: Dataset, detectors: number): number | undefined {
  return bounded(dataset.attributes[axisAttributes.center], axisAttributes.center, detectors - 1);
}

/** The image size that preprocessing asks for, if it does. Throws `DATA_FORMAT` for a size above the detector's. */
export function carriedImageSize(dataset: Dataset, detectors: number): number | undefined {
  return bounded(dataset.attributes[axisAttributes.imageSize], axisAttributes.imageSize, detectors);
}

/** The bins that were measured, `to` not among them. Throws `DATA_FORMAT` for any that the detector does not have. */
export function carriedMeasured(dataset: Dataset, detectors: number): { readonly from: number; readonly to: number } {
  const value = dataset.attributes[axisAttributes.measured];
  if (value === undefined) return { from: 0, to: detectors };
  const ends: readonly unknown[] = Array.isArray(value) ? value : [];
  const [first, last] = ends;
  if (isBin(first, detectors) && isBin(last, detectors) && first < last) return { from: first, to: last + 1 };
  throw new RondelError(
    'DATA_FORMAT',
    `The attribute measured of the data must be the first and the last of the bins that were measured, from 0 to ${detectors - 1}, got ${JSON.stringify(value).slice(0, 60)}.`,
  );
}

function isBin(value: unknown, detectors: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < detectors;
}

function bounded(value: JsonValue | undefined, name: string, maximum: number): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value >= 0 && value <= maximum) return value;
  throw new RondelError(
    'DATA_FORMAT',
    `The attribute ${name} of the data must be a number from 0 to ${maximum}, got ${JSON.stringify(value).slice(0, 60)}.`,
  );
}

/** At most this many slices of the first frame take part, evenly spaced over the stack. */
const maximumSlices = 8;

/** Indices from 0 of the slices that the search looks at. */
export function sampledSlices(slices: number): number[] {
  const count = Math.min(slices, maximumSlices);
  return Array.from({ length: count }, (_, sample) => Math.floor(((sample + 0.5) * slices) / count));
}

/** Slices in the middle whose mean Vo's method takes, where there are more. */
const averagedSlices = 10;

/** What says which slices tell the axis. */
export interface CenterSliceParameters {
  readonly centerMethod: CenterMethod;
  readonly ind?: number | undefined;
}

/** Indices from 0 of the slices that a method looks at. Throws `DATA_SHAPE_MISMATCH` for one that is not there. */
export function centerSlices(slices: number, { centerMethod, ind }: CenterSliceParameters): number[] {
  if (centerMethod === 'mirror' || centerMethod === 'registration') return sampledSlices(slices);
  if (ind !== undefined && ind >= slices) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `ind asks for slice ${ind}, but the data has ${slices}, counted from 0.`,
      { at: 'ind', details: { ind, slices } },
    );
  }
  const middle = Math.floor(slices / 2);
  if (ind !== undefined || centerMethod === 'overlap360' || slices <= averagedSlices) return [ind ?? middle];
  return Array.from({ length: averagedSlices }, (_, at) => middle - averagedSlices / 2 + at);
}

/** Those that are enough to find the axis as in the whole stack: what a method looks at, and what its axis is compared with. */
export function surveyedSlices(slices: number, parameters: CenterSliceParameters): number[] {
  const all = new Set([...centerSlices(slices, parameters), ...sampledSlices(slices)]);
  return [...all].sort((a, b) => a - b);
}
