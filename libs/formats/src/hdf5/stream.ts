import { Readable } from 'node:stream';
import { elementCount, elementSize, RondelError } from '@rondel/contracts';
import { formatError } from '../data-errors.js';
import { assertComplete, isNative, readHeader, readNpy } from '../npy/reader.js';
import { fillBytes, openRegularFile, type OpenedFile } from '../opened-file.js';
import { encodeHdf5 } from './encoder.js';
import { smallestFramed, type FramedArray, type Hdf5Frame } from './frame.js';
import { runInThread } from './run-in-thread.js';
import type { DescribedArray } from './write.js';

/** Read at once; a stream holds a few of these. */
const pieceBytes = 1024 ** 2;
const maximumSeconds = 60;

/** What a `.npy` file does not say of its array. */
export interface Hdf5Facts extends Omit<DescribedArray, 'data' | 'dtype' | 'shape'> {
  /** What errors call the file. */
  readonly label: string;
}

/**
 * The `.npy` file of an image as `.h5`, as `encodeHdf5` makes it, without holding it and whatever its size. The file is
 * closed when the stream has ended or was destroyed.
 *
 * Throws as `readDataset` and `encodeHdf5`, and `DATA_FORMAT` for a file in Fortran or foreign byte order.
 */
export async function streamHdf5(
  path: string,
  { label, ...facts }: Hdf5Facts,
): Promise<{ readonly stream: Readable; readonly bytes: number }> {
  const file = { ...(await openRegularFile(path, label)), label, maxBytes: Infinity };
  try {
    const layout = await readHeader(file);
    assertComplete(file, layout);
    if (!isNative(layout)) throw formatError(label, 'is in Fortran order or another byte order than this machine has.');
    const { element, shape } = layout.header;
    const length = elementCount(shape) * elementSize(element.dtype);
    if (length < smallestFramed) {
      const whole = await encodeHdf5({ ...(await readNpy(file)), ...facts });
      await file.handle.close();
      return { stream: Readable.from([whole], { objectMode: false }), bytes: whole.byteLength };
    }
    const frame = await frameOf({ dtype: element.dtype, shape, ...facts }, label);
    const stream = Readable.from(framed(file, frame, { start: layout.dataStart, length }), { objectMode: false });
    stream.once('close', () => void file.handle.close());
    return { stream, bytes: frame.before.byteLength + length + frame.after.byteLength };
  } catch (error) {
    await file.handle.close();
    throw error;
  }
}

async function frameOf(array: FramedArray, label: string): Promise<Hdf5Frame> {
  const answer = await runInThread({ kind: 'frame', array }, { label, maxSeconds: maximumSeconds });
  if (answer.kind !== 'frame') throw new RondelError('INTERNAL', 'The HDF5 thread answered out of turn.');
  return answer.frame;
}

async function* framed(
  file: OpenedFile,
  { before, after }: Hdf5Frame,
  values: { readonly start: number; readonly length: number },
) {
  yield before;
  for (let done = 0; done < values.length; done += pieceBytes) {
    const piece = new Uint8Array(Math.min(pieceBytes, values.length - done));
    await fillBytes(file, piece, values.start + done);
    yield piece;
  }
  if (after.byteLength > 0) yield after;
}
