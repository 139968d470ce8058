import { RondelError, type Dataset, type DatasetFacts } from '@rondel/contracts';
import type { OpenedFile } from '../opened-file.js';
import type { AxisRange } from '../axis-range.js';
import type { AngleUnit } from './stored-facts.js';
import { runInThread } from './run-in-thread.js';

export interface Hdf5ReaderOptions {
  readonly dataset?: string | undefined;
  readonly range?: AxisRange | undefined;
  readonly axes?: readonly string[] | undefined;
  readonly unit?: AngleUnit | undefined;
  readonly without?: readonly string[] | undefined;
  readonly maxSeconds: number;
}

/**
 * Reads HDF5: the DXchange layout, a file that Rondel wrote, or the dataset with the path `dataset`; with a `range` no
 * more than that of it, plus what shares its chunks.
 *
 * Throws `DATA_FORMAT`, `DATA_SHAPE_MISMATCH`, `DATA_FORBIDDEN` for links to other files and virtual datasets,
 * `QUOTA_EXCEEDED`, `CANCELLED`.
 */
export async function readHdf5File(file: OpenedFile, options: Hdf5ReaderOptions): Promise<Dataset> {
  const answer = await askThread('read', file, options);
  if (answer.kind !== 'dataset') throw outOfTurn(file);
  return answer.dataset;
}

/** What `readHdf5File` would return, without its values. Throws as it, but for no limit of size. */
export async function describeHdf5File(file: OpenedFile, options: Hdf5ReaderOptions): Promise<DatasetFacts> {
  const answer = await askThread('describe', file, options);
  if (answer.kind !== 'facts') throw outOfTurn(file);
  return answer.facts;
}

function askThread(kind: 'read' | 'describe', file: OpenedFile, { maxSeconds, ...what }: Hdf5ReaderOptions) {
  const { handle, bytes, label, maxBytes, signal } = file;
  const request = { fd: handle.fd, bytes, label, maxBytes, ...what };
  return runInThread({ kind, request }, { label, maxSeconds, signal });
}

function outOfTurn({ label }: OpenedFile): RondelError {
  return new RondelError('INTERNAL', `${label}: the HDF5 thread answered out of turn.`);
}
