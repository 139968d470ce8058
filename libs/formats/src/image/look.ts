import { stat } from 'node:fs/promises';
import {
  elementCount,
  isRondelError,
  mdfFacts,
  type ArrayFacts,
  type DataInfo,
  type DatasetFacts,
} from '@rondel/contracts';
import type { StackedFile } from '../format-reader.js';
import type { ReadableFormat } from '../readable-formats.js';
import type { Selection } from '../selection/selecting-reader.js';
import { describeData, readArray } from '../read-dataset.js';
import { drawThumbnail, encodeGrey } from './png.js';
import type { ImageFile } from './sheet.js';
import { summarize } from './summary.js';
import { commonWindow, makeThumbnail } from './thumbnail.js';

/** A raw data file of which somebody wants to know what is in it. */
export interface LookedAtFile extends ImageFile, Selection {
  /** As `dataset` of `readDataset`. */
  readonly dataset?: string | undefined;
  /** As those of `readDataset`. */
  readonly axes?: readonly string[] | undefined;
  readonly unit?: 'rad' | 'deg' | undefined;
  readonly linked?: Readonly<Record<string, string>> | undefined;
  readonly stack?: readonly StackedFile[] | undefined;
}

/** What a raw data file holds, and how one plane of it looks. */
export interface DataLook extends Pick<DatasetFacts, 'companions' | 'warnings' | 'attributes'> {
  readonly format: ReadableFormat;
  /** Of the file. */
  readonly bytes: number;
  readonly data: ArrayFacts;
  /** Absent where the array has no plane, or one that is too large to be looked at. */
  readonly plane?: PlaneLook;
}

/** The last two axes at the middle of the axis before them, and at the first entry of all others. */
export interface PlaneLook {
  /** The middle entry; absent for arrays of two axes and fewer. */
  readonly at?: number;
  /** Finite extremes of the plane's values; absent when none is finite. Of complex values the magnitudes. */
  readonly min?: number;
  readonly max?: number;
  /** Whether all values are finite. */
  readonly finite: boolean;
  /** A PNG of at most 256 x 256 pixels, 8-bit grey between the percentiles 1 and 99. */
  readonly picture: Uint8Array;
}

const longestSide = 256;
const percentiles = [1, 99] as const;
/** More is not read for one picture. */
const limits = { maxBytes: 256 * 2 ** 20, maxSeconds: 20 };
/** How the last four axes are called while the file does not name them. */
const places = ['frame', 'slice', 'y', 'x'];

/** Reads what a raw data file holds, and one plane of it. Throws what `readDataset` throws. */
export async function lookAtData({ path, ...options }: LookedAtFile): Promise<DataLook> {
  const described = await describeData(path, { ...options, limits: { maxSeconds: limits.maxSeconds } });
  const { format, data, companions, attributes, warnings } = described;
  const paths = options.stack?.map((each) => each.path) ?? [path];
  const sizes = await Promise.all(paths.map(async (each) => (await stat(each)).size));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  // Of channels and samples, or frequencies, there is no picture.
  const plane = attributes['layout'] === 'mdf' ? undefined : await planeOf({ path, options, data });
  return { format, bytes, data, companions, attributes, ...(warnings && { warnings }), ...(plane && { plane }) };
}

/** The same for whoever asked, without the picture. */
export function dataInfoOf({ format, bytes, data, companions, attributes, warnings, plane }: DataLook): DataInfo {
  const mdf = mdfFacts({ attributes });
  const { picture: _, ...planeFacts } = plane ?? {};
  return {
    format,
    bytes,
    ...arrayInfo(data),
    companions: Object.fromEntries(Object.entries(companions).map(([name, facts]) => [name, arrayInfo(facts)])),
    ...(mdf && { mdf }),
    ...(warnings && { warnings: [...warnings] }),
    ...(plane && { plane: { finite: plane.finite, ...planeFacts } }),
  };
}

function arrayInfo({ shape, dtype, axes }: ArrayFacts) {
  return { shape: [...shape], dtype, ...(axes && { axes: [...axes] }) };
}

interface PlaneSource {
  readonly path: string;
  readonly options: Omit<LookedAtFile, 'path'>;
  readonly data: ArrayFacts;
}

async function planeOf({ path, options, data: { shape, axes } }: PlaneSource): Promise<PlaneLook | undefined> {
  if (shape.length > 4 || shape.length === 0 || elementCount(shape) === 0) return undefined;
  const names = axes ?? places.slice(-shape.length);
  const extent = shape.at(-3) ?? 1;
  const middle = Math.floor(extent / 2);
  const leading = names.slice(0, -2).map((axis, index, all) => [axis, index === all.length - 1 ? middle : 0] as const);
  const ranges = Object.fromEntries(leading.map(([axis, at]) => [axis, [at, at + 1] as const]));
  const named = axes === undefined ? { axes: names } : {};
  const read = await unlessTooLarge(readArray(path, 'data', { ...options, ...named, limits, ranges }));
  if (read === undefined) return undefined;
  const thumbnail = makeThumbnail(read, longestSide, { slice: 0 });
  const { min, max, finite } = summarize(read);
  const picture = encodeGrey(drawThumbnail(thumbnail, commonWindow([thumbnail], percentiles) ?? [0, 1]));
  const extremes = Number.isFinite(min) && Number.isFinite(max) ? { min, max } : {};
  return { ...(extent > 1 && { at: middle }), ...extremes, finite, picture };
}

async function unlessTooLarge<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isRondelError(error) && error.code === 'QUOTA_EXCEEDED') return undefined;
    throw error;
  }
}
