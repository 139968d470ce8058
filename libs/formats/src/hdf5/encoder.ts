import { RondelError } from '@rondel/contracts';
import { assertFilled } from '../array/filled.js';
import { runInThread } from './thread/run-in-thread.js';
import type { DescribedArray } from './writing/write.js';

/** libhdf5 has 2 GiB for the values and its own work. */
const maximumBytes = 1024 ** 3;
const maximumSeconds = 600;

/**
 * An HDF5 file with the array as dataset `/image`; attributes `axes`, `spacing` and `spacing_unit` as far as known.
 *
 * Throws `QUOTA_EXCEEDED` above 1 GiB: take `.npy` then, which has no such limit.
 */
export async function encodeHdf5(
  array: DescribedArray,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<Uint8Array> {
  assertFilled(array);
  if (array.data.byteLength > maximumBytes) {
    throw new RondelError(
      'QUOTA_EXCEEDED',
      `An array of ${array.data.byteLength} bytes is too large for .h5, the limit is ${maximumBytes}. Take .npy.`,
    );
  }
  // Handing over a copy is several times faster than letting the thread's message copy the array.
  const data = array.data.slice();
  const answer = await runInThread(
    { kind: 'write', array: { ...array, data } },
    { label: 'image.h5', maxSeconds: maximumSeconds, signal: options.signal, transfer: [data.buffer] },
  );
  if (answer.kind !== 'file') throw new RondelError('INTERNAL', 'The HDF5 thread answered out of turn.');
  return answer.bytes;
}
