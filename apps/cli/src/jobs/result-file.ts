import { createWriteStream } from 'node:fs';
import { access, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from '@rondel/client';
import { RondelError } from '@rondel/contracts';
import { writableFormats, type WritableFormat } from '@rondel/formats';

/** Which file a result goes to, and what of it. */
export interface ResultFile {
  readonly path: string;
  readonly format: WritableFormat;
  /** PNG only, counted from 0. */
  readonly slice?: number | undefined;
  readonly frame?: number | undefined;
  readonly window?: readonly [low: number, high: number] | undefined;
}

export interface ResultOptions {
  readonly slice?: number | undefined;
  readonly frame?: number | undefined;
  readonly window?: readonly [low: number, high: number] | undefined;
}

/**
 * Checks where a result shall go before anything is computed for it.
 *
 * Throws `INVALID_REQUEST` for an extension that no format has and for a slice or window of a format that holds the
 * whole array, and `NOT_FOUND` for a folder that is not there.
 */
export async function resultFile(path: string, options: ResultOptions = {}): Promise<ResultFile> {
  const format = formatOf(path);
  const planeOptions = Object.entries(options).filter(([, value]) => value !== undefined);
  if (format !== 'png' && planeOptions.length > 0) {
    throw new RondelError(
      'INVALID_REQUEST',
      `--${planeOptions[0]?.[0] ?? 'slice'} is for .png files; ${basename(path)} holds the whole array.`,
    );
  }
  const folder = dirname(resolve(path));
  await access(folder).catch((error: unknown) => {
    throw new RondelError('NOT_FOUND', `There is no folder ${folder} to write ${basename(path)} into.`, {
      cause: error,
    });
  });
  return { path, format, ...options };
}

/** Downloads the result of a job in the file's format. The file appears when it is complete, not before. */
export async function downloadResult(
  client: Client,
  id: string,
  file: ResultFile,
  signal?: AbortSignal,
): Promise<void> {
  const { path, ...query } = file;
  const { body } = await client.result(id, { ...query, signal });
  await writeWhole(path, body);
}

/** Writes a file beside its place and renames it when it is complete. */
export async function writeWhole(
  path: string,
  content: ReadableStream<Uint8Array> | readonly Uint8Array[],
): Promise<void> {
  const target = resolve(path);
  const partial = join(dirname(target), `.${basename(target)}.${process.pid}.part`);
  try {
    await pipeline(Readable.from(content), createWriteStream(partial));
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** Throws `INVALID_REQUEST` naming the extensions that there are. */
export function formatOf(path: string): WritableFormat {
  const name = basename(path)
    .toLowerCase()
    .replace(/\.tiff$/, '.tif');
  for (const [format, { extension }] of Object.entries(writableFormats)) {
    // The keys of the table are the formats.
    if (name.endsWith(extension) && name !== extension) return format as WritableFormat;
  }
  if (name.endsWith('.dcm')) {
    throw new RondelError(
      'INVALID_REQUEST',
      `${basename(path)}: Rondel writes no DICOM, which belongs to a patient and a study that it does not know. Take .nii.gz or .tif, and convert where these are known.`,
    );
  }
  const known = Object.values(writableFormats).map(({ extension }) => extension);
  throw new RondelError(
    'INVALID_REQUEST',
    `${basename(path)} has no extension that says how to write it. Use one of ${known.join(', ')}.`,
  );
}
