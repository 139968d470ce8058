import { RondelError, type Result, type SweepRecord } from '@rondel/contracts';
import {
  commonWindow,
  contactSheet,
  drawThumbnail,
  encodeGrey,
  makeThumbnail,
  mostSheetCells,
  readPlane,
  sheetSide,
  type SheetCell,
  type Thumbnail,
} from '@rondel/formats';
import type { JobStanding } from '@rondel/jobs';
import type { Services } from './services.js';

export interface SheetOptions {
  /** Index of the first combination that is shown. */
  readonly from: number;
  readonly slice?: number | undefined;
  readonly frame?: number | undefined;
  /** Values that become black and white in all pictures; the percentiles of all of them together unless given. */
  readonly window?: readonly [low: number, high: number] | undefined;
  readonly percentiles: readonly [low: number, high: number];
}

const mostColumns = 10;

/** The contact sheet of a sweep as PNG: the finished images in one grey scale, with what was varied under each. */
export async function sweepSheet(
  record: SweepRecord,
  standings: readonly JobStanding[],
  options: SheetOptions & Pick<Services, 'store'>,
): Promise<Uint8Array> {
  const { from } = options;
  const items = record.items.slice(from, from + mostSheetCells);
  if (items.length === 0) {
    throw new RondelError('INVALID_REQUEST', `from is ${from}, but the sweep has ${record.items.length} combinations.`);
  }
  const names = shortNames(record);
  const cells: { captions: string[]; note?: string; thumbnail?: Thumbnail }[] = [];
  // One after the other: only one plane is held in full.
  for (const [index, { assignments, job }] of items.entries()) {
    const { state, result } = standings[from + index] ?? { state: 'queued' };
    const captions = Object.entries(assignments).map(
      ([name, value]) => `${names.get(name) ?? name}=${valueText(value)}`,
    );
    const removed = result && (await options.store.removedAt(result.artifact.replace('artifact:sha256-', '')));
    if (removed) cells.push({ captions, note: 'removed' });
    else if (result) cells.push({ captions, thumbnail: await thumbnailOf(job, result, options) });
    else cells.push({ captions, note: state });
  }
  const thumbnails = cells.flatMap(({ thumbnail }) => (thumbnail ? [thumbnail] : []));
  const window = options.window ?? commonWindow(thumbnails, options.percentiles) ?? [0, 1];
  const drawn = cells.map(({ captions, note, thumbnail }): SheetCell => {
    return { captions, note, picture: thumbnail && drawThumbnail(thumbnail, window) };
  });
  const shown =
    items.length < record.items.length ? `, ${from} to ${from + items.length - 1} of ${record.items.length}` : '';
  const footer = `grey from ${numberText(window[0])} to ${numberText(window[1])}${shown}`;
  return encodeGrey(contactSheet(drawn, { columns: columnsOf(record, items.length), footer }));
}

async function thumbnailOf(
  job: string,
  { artifact }: Result,
  { store, slice, frame }: SheetOptions & Pick<Services, 'store'>,
): Promise<Thumbnail> {
  const path = await store.localPath(artifact.replace('artifact:sha256-', ''));
  return makeThumbnail(await readPlane(path, { label: `the result of job ${job}`, slice, frame }), sheetSide);
}

/** All combinations: a row goes through the values of the first property. */
function columnsOf({ vary, combine }: SweepRecord, cells: number): number {
  const first = vary[0]?.values.length ?? 1;
  if (combine === 'product' && vary.length > 1 && first > 1 && first <= mostColumns) return first;
  return Math.min(mostColumns, Math.ceil(Math.sqrt(cells)));
}

/** The last part of each path, where it tells the properties apart. */
function shortNames({ vary }: SweepRecord): Map<string, string> {
  const lastPart = (path: string) => path.slice(path.lastIndexOf('.') + 1);
  const counts = new Map<string, number>();
  for (const { path } of vary) counts.set(lastPart(path), (counts.get(lastPart(path)) ?? 0) + 1);
  return new Map(vary.map(({ path }) => [path, counts.get(lastPart(path)) === 1 ? lastPart(path) : path]));
}

function valueText(value: unknown): string {
  if (typeof value === 'number') return numberText(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Six significant digits, without trailing zeros. */
function numberText(value: number): string {
  return String(Number(value.toPrecision(6)));
}
