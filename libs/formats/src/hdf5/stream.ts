import { Readable } from 'node:stream';
import { partOf, RondelError } from '@rondel/contracts';
import type { StreamedFacts } from '../format-writer.js';
import { framedValues, withNativeNpy } from '../npy/framed-values.js';
import { readNpy } from '../npy/reader.js';
import { encodeHdf5 } from './encoder.js';
import type { FramedArray, Hdf5Frame } from './writing/frame.js';
import { runInThread } from './thread/run-in-thread.js';

const maximumSeconds = 60;

/** In a file with fewer bytes of values, their place cannot be told from the frame. */
const smallestFramed = 1024;

/**
 * The `.npy` file of an image as `.h5`, as `encodeHdf5` makes it, without holding it and whatever its size. The file is
 * closed when the stream has ended or was destroyed.
 *
 * Throws as `readDataset` and `encodeHdf5`, and `DATA_FORMAT` for a file in Fortran or foreign byte order.
 */
export async function streamHdf5(
  path: string,
  { label, part, ...facts }: StreamedFacts,
): Promise<{ readonly stream: Readable; readonly bytes: number }> {
  return withNativeNpy(path, { label, part }, async (npy) => {
    const { file, dtype, shape, bytes } = npy;
    if (bytes < smallestFramed) {
      const array = await readNpy(file);
      const whole = await encodeHdf5({ ...(npy.part === undefined ? array : partOf(array, npy.part)), ...facts });
      await file.handle.close();
      return { stream: Readable.from([whole], { objectMode: false }), bytes: whole.byteLength };
    }
    const frame = await frameOf({ dtype, shape, ...facts }, label);
    const stream = Readable.from(framedValues(npy, frame), { objectMode: false });
    stream.once('close', () => void file.handle.close());
    return { stream, bytes: frame.before.byteLength + bytes + frame.after.byteLength };
  });
}

async function frameOf(array: FramedArray, label: string): Promise<Hdf5Frame> {
  const answer = await runInThread({ kind: 'frame', array }, { label, maxSeconds: maximumSeconds });
  if (answer.kind !== 'frame') throw new RondelError('INTERNAL', 'The HDF5 thread answered out of turn.');
  return answer.frame;
}
