import { RondelError, type Dataset, type DatasetFacts, type NdArray } from '@rondel/contracts';
import type { AxisRange } from '../array/axis-range.js';
import type { ArrayPart } from '../array/axis-spans.js';
import { openRegularFile, type OpenedFile } from '../file/opened-file.js';
import { startsWith, type FormatReader, type FormatReading, type StoredChunk } from '../format-reader.js';
import type { Hdf5ReadRequest } from './reading/read.js';
import { runInThread } from './thread/run-in-thread.js';
import type { Hdf5Answer, Hdf5Task } from './thread/thread-messages.js';

/** `\x89HDF\r\n\x1a\n` */
const signature: readonly number[] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** Where HDF5 may begin first after whatever other programs keep in front of it; then at every power of two. */
const firstUserBlock = 512;

/** See `readHdf5File`. */
export const hdf5Reader: FormatReader = {
  advice: 'HDF5 (DXchange, NeXus, MDF, or a dataset)',
  recognises: async (head, file) => startsWith(head, signature) || (await beginsBehindUserBlock(file)),
  read: readHdf5File,
  readRanges: readHdf5FileRanges,
  describe: describeHdf5File,
  readArrays: readHdf5FileArrays,
  chunkOf: chunkOfHdf5File,
};

/**
 * Whether HDF5 comes after a user block of 512, 1024, 2048, ... bytes, as MATLAB writes it: HDF5 File Format
 * Specification 4.0, II.A "Format Signature and Superblock".
 */
async function beginsBehindUserBlock({ handle, bytes }: Pick<OpenedFile, 'handle' | 'bytes'>): Promise<boolean> {
  for (let position = firstUserBlock; position + signature.length <= bytes; position *= 2) {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(signature.length), 0, signature.length, position);
    if (startsWith(buffer.subarray(0, bytesRead), signature)) return true;
  }
  return false;
}

/**
 * Reads HDF5: the DXchange layout, MDF, a file that Rondel wrote, or the dataset with the path `dataset`; with a `range` no
 * more than that of it, plus what shares its chunks.
 *
 * Throws `DATA_FORMAT`, `DATA_SHAPE_MISMATCH`, `DATA_FORBIDDEN` for links and virtual datasets to files that were not given,
 * `QUOTA_EXCEEDED`, `CANCELLED`.
 */
async function readHdf5File(file: OpenedFile, options: FormatReading): Promise<Dataset> {
  const answer = await askThread(file, options, (request) => ({ kind: 'read', request }));
  if (answer.kind !== 'dataset') throw outOfTurn(file);
  return answer.dataset;
}

/** As `readHdf5File` for each of several ranges, at the cost of decompressing their chunks once. */
async function readHdf5FileRanges(
  file: OpenedFile,
  { range: _, ...options }: FormatReading,
  ranges: readonly AxisRange[],
): Promise<readonly Dataset[]> {
  const answer = await askThread(file, options, (request) => ({ kind: 'read-ranges', request, ranges }));
  if (answer.kind !== 'datasets') throw outOfTurn(file);
  return answer.datasets;
}

/** Parts of the arrays that `readHdf5File` would return. Throws as it, and as `FormatReader.readArrays`. */
async function readHdf5FileArrays(
  file: OpenedFile,
  options: FormatReading,
  parts: readonly ArrayPart[],
): Promise<readonly NdArray[]> {
  const answer = await askThread(file, options, (request) => ({ kind: 'read-arrays', request, parts }));
  if (answer.kind !== 'arrays') throw outOfTurn(file);
  return answer.arrays;
}

/** What `readHdf5File` would return, without its values. Throws as it, but for no limit of size. */
async function describeHdf5File(file: OpenedFile, options: FormatReading): Promise<DatasetFacts> {
  const answer = await askThread(file, options, (request) => ({ kind: 'describe', request }));
  if (answer.kind !== 'facts') throw outOfTurn(file);
  return answer.facts;
}

async function chunkOfHdf5File(file: OpenedFile, options: FormatReading): Promise<StoredChunk | undefined> {
  const answer = await askThread(file, options, (request) => ({ kind: 'chunk', request }));
  if (answer.kind !== 'chunk') throw outOfTurn(file);
  return answer.chunk;
}

/** The files that links may lead to are open while the thread reads. */
async function askThread(
  { handle, bytes, label, maxBytes, signal }: OpenedFile,
  { maxSeconds, linked = {}, ...what }: FormatReading,
  taskOf: (request: Hdf5ReadRequest) => Hdf5Task,
): Promise<Hdf5Answer> {
  const opened: [name: string, file: Pick<OpenedFile, 'handle' | 'bytes'>][] = [];
  try {
    for (const [name, path] of Object.entries(linked))
      opened.push([name, await openRegularFile(path, `${label}, linked`)]);
    const descriptors = opened.map(([name, file]) => [name, { fd: file.handle.fd, bytes: file.bytes }] as const);
    const request = { fd: handle.fd, bytes, label, maxBytes, linked: Object.fromEntries(descriptors), ...what };
    return await runInThread(taskOf(request), { label, maxSeconds, signal });
  } finally {
    for (const [, file] of opened) await file.handle.close();
  }
}

function outOfTurn({ label }: OpenedFile): RondelError {
  return new RondelError('INTERNAL', `${label}: the HDF5 thread answered out of turn.`);
}
