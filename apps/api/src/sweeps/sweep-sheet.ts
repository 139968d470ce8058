import { RondelError, type ImagePart, type Result, type SweepRecord } from '@rondel/contracts';
import { mostSheetCells, type ImageFile, type PlaneChoice, type SheetRequest, type SheetSource } from '@rondel/formats';
import type { JobStanding } from '@rondel/jobs';
import type { Services } from '../services.js';

export interface SheetOptions extends PlaneChoice {
  /** Index of the first combination that is shown. */
  readonly from: number;
  /** What is drawn of complex images. @default magnitude */
  readonly part?: ImagePart | undefined;
  /** Values that become black and white in all pictures; the first below the second. @default percentiles of all of them together */
  readonly window?: readonly [low: number, high: number] | undefined;
  readonly percentiles: readonly [low: number, high: number];
}

const mostColumns = 10;
/** Marks images that may not be right. */
const warningMark = '!';

/** What the contact sheet of a sweep shows: the finished images in one grey scale, with what was varied under each. */
export async function sweepSheet(
  record: SweepRecord,
  standings: readonly JobStanding[],
  { from, store, ...options }: SheetOptions & Pick<Services, 'store'>,
): Promise<SheetRequest> {
  const items = record.items.slice(from, from + mostSheetCells);
  if (items.length === 0) {
    throw new RondelError('INVALID_REQUEST', `from is ${from}, but the sweep has ${record.items.length} combinations.`);
  }
  const names = shortNames(record);
  const cells: SheetSource[] = [];
  for (const [index, { assignments, job }] of items.entries()) {
    const { state, result, warnings, erased } = standings[from + index] ?? { state: 'queued' };
    const captions = Object.entries(assignments).map(
      ([name, value]) => `${names.get(name) ?? name}=${valueText(value)}`,
    );
    const image = result && (await imageOf(job, result, store));
    const mark = warnings === undefined ? undefined : warningMark;
    cells.push({
      captions,
      mark,
      ...(image ? { image } : { note: result ? 'removed' : erased === undefined ? state : 'erased' }),
    });
  }
  const shown =
    items.length < record.items.length ? `, ${from} to ${from + items.length - 1} of ${record.items.length}` : '';
  const legend = cells.some(({ mark }) => mark !== undefined) ? `, ${warningMark} has warnings` : '';
  return { ...options, cells, columns: columnsOf(record, items.length), footer: `${legend}${shown}` };
}

/** Undefined for an image that was removed as old ones are. */
async function imageOf(job: string, { artifact }: Result, store: Services['store']): Promise<ImageFile | undefined> {
  const sha256 = artifact.replace('artifact:sha256-', '');
  if (await store.removedAt(sha256)) return undefined;
  return { path: await store.localPath(sha256), label: `the result of job ${job}` };
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
