import { createWriteStream } from 'node:fs';
import { access, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Option, type Command } from 'commander';
import type { Client } from '@rondel/client';
import { imageParts, RondelError, type ImagePart } from '@rondel/contracts';
import { writableFormats, type WritableFormat } from '@rondel/formats';
import { greyBits, integerBetween, windowBounds } from '../shell/shell.js';

/** Which file a result goes to, and what of it. */
export interface ResultFile extends ResultOptions {
  readonly path: string;
  readonly format: WritableFormat;
}

export interface ResultOptions {
  /** Of a complex image. */
  readonly part?: ImagePart | undefined;
  /** PNG only, counted from 0. */
  readonly colour?: number | undefined;
  readonly slice?: number | undefined;
  readonly frame?: number | undefined;
  /** PNG, TIFF and DICOM. */
  readonly window?: readonly [low: number, high: number] | undefined;
  /** PNG and TIFF. */
  readonly bits?: 8 | 16 | undefined;
}

/** The options that say which file a result goes to, and what of it. */
export function addResultOptions(command: Command): Command {
  const index = integerBetween(0, 1_000_000);
  return command
    .addOption(new Option('--part <part>', 'of a complex image, real numbers').choices(imageParts))
    .option('--colour <n>', 'colour of a .png, from 0', index)
    .option('--slice <n>', 'slice of a .png, from 0', index)
    .option('--frame <n>', 'frame of a .png, from 0', index)
    .option(
      '--window <lo,hi>',
      'values that are black and white in a .png, or the first and last level of a .tif or .dcm',
      windowBounds,
    )
    .option('--bits <n>', '8 or 16: grey levels of a .png, and of a .tif in place of its values', greyBits);
}

/** Formats that have an option; those that are not here have all formats. */
const formatsWith: Readonly<Record<string, readonly WritableFormat[]>> = {
  colour: ['png'],
  slice: ['png'],
  frame: ['png'],
  window: ['png', 'tif', 'dcm'],
  bits: ['png', 'tif'],
};

/**
 * Checks where a result shall go before anything is computed for it.
 *
 * Throws `INVALID_REQUEST` for an extension that no format has and for a slice or window of a format that holds the
 * whole array, and `NOT_FOUND` for a folder that is not there.
 */
export async function resultFile(path: string, options: ResultOptions = {}): Promise<ResultFile> {
  const { part, colour, slice, frame, window, bits } = options;
  const format = formatOf(path);
  const refused = Object.entries({ colour, slice, frame, window, bits }).find(
    ([name, value]) => value !== undefined && formatsWith[name]?.includes(format) === false,
  )?.[0];
  if (refused !== undefined) {
    const files = formatsWith[refused]?.map((name) => `.${name}`) ?? [];
    throw new RondelError(
      'INVALID_REQUEST',
      `--${refused} is for ${new Intl.ListFormat('en').format(files)} files; ${basename(path)} holds the whole array${format === 'dcm' ? ' in 16 bit' : ''}.`,
    );
  }
  const folder = dirname(resolve(path));
  await access(folder).catch((error: unknown) => {
    throw new RondelError('NOT_FOUND', `There is no folder ${folder} to write ${basename(path)} into.`, {
      cause: error,
    });
  });
  return { path, format, part, colour, slice, frame, window, bits };
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
  const known = Object.values(writableFormats).map(({ extension }) => extension);
  throw new RondelError(
    'INVALID_REQUEST',
    `${basename(path)} has no extension that says how to write it. Use one of ${known.join(', ')}.`,
  );
}
