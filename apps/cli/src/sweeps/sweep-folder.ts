import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Option } from 'commander';
import type { Client } from '@rondel/client';
import type { Sweep, SweepItem } from '@rondel/contracts';
import { writableFormats, type WritableFormat } from '@rondel/formats';
import { downloadResult, writeWhole } from '../jobs/result-file.js';

/** What `index.json` says of one combination. */
export interface IndexEntry extends Pick<SweepItem, 'index' | 'assignments' | 'job' | 'state'> {
  /** Name of the image in the folder. */
  readonly file?: string;
  readonly min?: number;
  readonly max?: number;
  readonly mean?: number;
  readonly seconds?: number;
  readonly warnings?: SweepItem['warnings'];
  readonly error?: SweepItem['error'];
}

/** Formats in which a folder has its images. */
export type SweepFormat = Exclude<WritableFormat, 'png'>;

const longestName = 120;

export function sweepFormatOption(): Option {
  return new Option('--format <format>', 'format of the images in the folder')
    .choices(Object.keys(writableFormats).filter((format) => format !== 'png'))
    .default('npy');
}

/** Makes the folder for the results before anything is computed for them. */
export async function makeSweepFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
}

/** Writes the images, `index.json` and `sheet.png` into a folder. Returns what the index says. */
export async function writeSweepFolder(
  sweep: Sweep,
  { folder, format }: { readonly folder: string; readonly format: SweepFormat },
  { client, signal }: { readonly client: Client; readonly signal: AbortSignal },
): Promise<IndexEntry[]> {
  const entries: IndexEntry[] = [];
  for (const item of sweep.items) {
    const file = item.result === undefined ? undefined : fileName(item, sweep.total, writableFormats[format].extension);
    if (file !== undefined) await downloadResult(client, item.job, { path: join(folder, file), format }, signal);
    entries.push(indexEntry(item, file));
  }
  const { id, createdAt, title, planToml, data, dataNames, vary, combine } = sweep;
  const plan = { ...sweep.plan, toml: planToml };
  const index = { sweep: id, createdAt, title, plan, data, dataNames, vary, combine, items: entries };
  await writeWhole(join(folder, 'index.json'), [Buffer.from(`${JSON.stringify(index, null, 2)}\n`)]);
  if (sweep.states.completed > 0) {
    const sheet = await client.sweepSheet(id, { signal });
    await writeWhole(join(folder, 'sheet.png'), sheet.body);
  }
  return entries;
}

function indexEntry(
  { index, assignments, job, state, result, warnings, error }: SweepItem,
  file: string | undefined,
): IndexEntry {
  return {
    index,
    assignments,
    job,
    state,
    ...(file !== undefined && { file }),
    ...(result && { min: result.min, max: result.max, mean: result.mean, seconds: result.seconds }),
    ...(warnings && { warnings }),
    ...(error && { error }),
  };
}

/** e.g. `03-iterations=20-filter=hann.npy`: sorts as the combinations do, and no two are alike. */
export function fileName(
  { index, assignments }: Pick<SweepItem, 'index' | 'assignments'>,
  total: number,
  extension: string,
): string {
  const number = String(index).padStart(String(total - 1).length, '0');
  const words = Object.entries(assignments).map(([path, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `${path.slice(path.lastIndexOf('.') + 1)}=${text}`.replace(/[^A-Za-z0-9=._+-]+/g, '_');
  });
  return `${[number, ...words].join('-').slice(0, longestName)}${extension}`;
}
