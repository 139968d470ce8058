import { openRegularFile, type OpenedFile } from './file/opened-file.js';
import { headBytes, type FormatReader } from './format-reader.js';
import { hdf5Reader } from './hdf5/reader.js';
import { npyReader } from './npy/reader.js';
import { tiffReader } from './tiff/reader.js';
import { npzReader } from './zip/npz-reader.js';
import { zipReader } from './zip/zip-reader.js';

/**
 * Every format that is read, by the name that it has in provenance. Asked in this order whether a file is theirs: HDF5, which
 * may begin behind other bytes, after those that begin where the file does.
 */
export const readableFormats = {
  tiff: tiffReader,
  npy: npyReader,
  npz: npzReader,
  zip: zipReader,
  hdf5: hdf5Reader,
} as const satisfies Record<string, FormatReader>;

/** Formats that `readDataset` reads. */
export type ReadableFormat = keyof typeof readableFormats;

/** The format that the content of a file shows; undefined when none that is known. The name plays no part. */
export async function detectFormat(file: Pick<OpenedFile, 'handle' | 'bytes'>): Promise<ReadableFormat | undefined> {
  const { buffer, bytesRead } = await file.handle.read(new Uint8Array(headBytes), 0, headBytes, 0);
  const head = buffer.subarray(0, bytesRead);
  for (const [name, { recognises }] of Object.entries(readableFormats)) {
    if (await recognises(head, file)) return name as ReadableFormat;
  }
  return undefined;
}

/** The same for a file that is there. Throws as `openRegularFile`. */
export async function formatOfFile(path: string): Promise<ReadableFormat | undefined> {
  const file = await openRegularFile(path, 'The file');
  try {
    return await detectFormat(file);
  } finally {
    await file.handle.close();
  }
}

/** What data may be stored as, as the end of a sentence that advises it: what says most of its data first. */
export function formatsAdvised(): string {
  const advices = Object.values(readableFormats).map(({ advice }) => advice);
  return new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(advices.reverse());
}
