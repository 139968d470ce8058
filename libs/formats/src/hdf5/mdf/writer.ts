import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { RondelError } from '@rondel/contracts';
import { assertFilled } from '../../array/filled.js';
import { runInThread } from '../thread/run-in-thread.js';
import type { MdfSource } from './write.js';

const maximumSeconds = 600;

/**
 * Writes a measurement or a calibration in the Magnetic Particle Imaging Data Format, version 2.1, as far as reconstruction
 * needs it: nothing of study, experiment, tracer and scanner. Reading it gives what was written.
 *
 * Throws `DATA_SHAPE_MISMATCH` for data that is not [frame, period, channel, sample or frequency] or arrays of other ranks than
 * the reader gives, and what writing a file throws.
 */
export async function writeMdf(path: string, source: MdfSource): Promise<void> {
  const { data } = source;
  const arrays = [data, ...Object.values(source.companions ?? {})];
  for (const array of arrays) assertFilled(array);
  if (data.shape.length !== 4) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `MDF holds [frame, period, channel, sample] or [frame, period, channel, frequency], got shape [${data.shape.join(', ')}].`,
    );
  }
  // Handing over a copy is several times faster than letting the thread's message copy the array.
  const copy = data.data.slice();
  const answer = await runInThread(
    { kind: 'write-mdf', source: { ...source, data: { ...data, data: copy } } },
    { label: basename(path), maxSeconds: maximumSeconds, transfer: [copy.buffer] },
  );
  if (answer.kind !== 'file') throw new RondelError('INTERNAL', 'The HDF5 thread answered out of turn.');
  await writeFile(path, answer.bytes);
}
