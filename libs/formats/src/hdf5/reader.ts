import { RondelError, type Dataset } from '@rondel/contracts';
import type { OpenedFile } from '../opened-file.js';
import { runInThread } from './run-in-thread.js';

/**
 * Reads HDF5: the DXchange layout, a file that Rondel wrote, or the dataset with the path `dataset`.
 *
 * Throws `DATA_FORMAT`, `DATA_SHAPE_MISMATCH`, `DATA_FORBIDDEN` for links to other files and virtual datasets,
 * `QUOTA_EXCEEDED`, `CANCELLED`.
 */
export async function readHdf5File(
  file: OpenedFile,
  { dataset, maxSeconds }: { dataset?: string | undefined; maxSeconds: number },
): Promise<Dataset> {
  const { handle, bytes, label, maxBytes, signal } = file;
  const request = { fd: handle.fd, bytes, label, maxBytes, dataset };
  const answer = await runInThread({ kind: 'read', request }, { label, maxSeconds, signal });
  if (answer.kind !== 'dataset') throw new RondelError('INTERNAL', `${label}: the HDF5 thread answered out of turn.`);
  return answer.dataset;
}
