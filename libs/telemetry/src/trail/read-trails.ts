import { join } from 'node:path';
import { Check } from '@rondel/contracts/schema';
import { TrailEntrySchema, type TrailEntry } from './trail-entry.js';
import { fileLines, listTrails, parsedLine, trailFileName } from './trail-files.js';

/** Entries that are looked for; what is left out is not asked for. */
export interface TrailFilter {
  readonly who?: string | undefined;
  readonly project?: string | undefined;
  /** A part of what was done, such as `DELETE` or `/result`. */
  readonly what?: string | undefined;
  /** An id, or its beginning. */
  readonly id?: string | undefined;
  readonly from?: string | undefined;
  /** Only what was refused: 401, 403 and 429. */
  readonly refused?: boolean | undefined;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}

const refusals = [401, 403, 429];

/** Entries of all trails of a folder in the order of their times. Whether anybody has changed them is another question. */
export async function* readTrails(folder: string, filter: TrailFilter = {}): AsyncGenerator<TrailEntry> {
  const heads: { readonly entry: TrailEntry; readonly rest: AsyncGenerator<TrailEntry> }[] = [];
  const take = async (rest: AsyncGenerator<TrailEntry>) => {
    const next = await rest.next();
    if (next.done !== true) heads.push({ entry: next.value, rest });
  };
  for (const [trail, files] of await listTrails(folder)) await take(entriesOf(folder, trail, { files, filter }));
  while (heads.length > 0) {
    const first = heads.reduce((a, b) => (b.entry.at < a.entry.at ? b : a));
    heads.splice(heads.indexOf(first), 1);
    yield first.entry;
    await take(first.rest);
  }
}

async function* entriesOf(
  folder: string,
  trail: string,
  { files, filter }: { readonly files: readonly number[]; readonly filter: TrailFilter },
): AsyncGenerator<TrailEntry> {
  for (const file of files) {
    for await (const { text } of fileLines(join(folder, trailFileName(trail, file)))) {
      const value = parsedLine(text);
      if (Check(TrailEntrySchema, value) && isMeant(value, filter)) yield value;
    }
  }
}

function isMeant(entry: TrailEntry, filter: TrailFilter): boolean {
  const { since, until } = filter;
  const at = Date.parse(entry.at);
  return (
    (filter.who === undefined || entry.who === filter.who) &&
    (filter.project === undefined || entry.project === filter.project) &&
    (filter.what === undefined || entry.what.includes(filter.what)) &&
    (filter.id === undefined || (entry.ids?.some((id) => id.startsWith(filter.id ?? '')) ?? false)) &&
    (filter.from === undefined || entry.from === filter.from) &&
    (filter.refused !== true || refusals.includes(entry.status ?? 0)) &&
    (since === undefined || at >= since.getTime()) &&
    (until === undefined || at < until.getTime())
  );
}
