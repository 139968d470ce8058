import { Readable } from 'node:stream';
import { elementCount, elementSize, type NdArray } from '@rondel/contracts';
import { formatError } from '../data-errors.js';
import { assertComplete, isNative, readHeader } from '../npy/reader.js';
import { fillBytes, openRegularFile, type OpenedFile } from '../opened-file.js';
import { tiffFrame, type TiffFrame } from './writer.js';

/** Read at once; a stream holds a few of these. */
const pieceBytes = 1024 ** 2;

/** What a `.npy` file does not say of its array. */
export interface TiffFacts extends Pick<NdArray, 'spacing' | 'spacingUnit'> {
  /** What errors call the file. */
  readonly label: string;
  /** How the image was made, as JSON in ASCII. */
  readonly provenance?: string | undefined;
}

/**
 * The `.npy` file of an image as TIFF, as `encodeTiff` makes it, without holding it and whatever its size. The file is closed
 * when the stream has ended or was destroyed.
 *
 * Throws as `readDataset` and `encodeTiff`, and `DATA_FORMAT` for a file in Fortran or foreign byte order.
 */
export async function streamTiff(
  path: string,
  { label, provenance, ...facts }: TiffFacts,
): Promise<{ readonly stream: Readable; readonly bytes: number }> {
  const file = { ...(await openRegularFile(path, label)), label, maxBytes: Infinity };
  try {
    const layout = await readHeader(file);
    assertComplete(file, layout);
    if (!isNative(layout)) throw formatError(label, 'is in Fortran order or another byte order than this machine has.');
    const { element, shape } = layout.header;
    const frame = tiffFrame({ dtype: element.dtype, shape, ...facts }, provenance);
    const values = { start: layout.dataStart, length: elementCount(shape) * elementSize(element.dtype) };
    const stream = Readable.from(framed(file, frame, values), { objectMode: false });
    stream.once('close', () => void file.handle.close());
    return { stream, bytes: frame.before.byteLength + values.length + frame.after.byteLength };
  } catch (error) {
    await file.handle.close();
    throw error;
  }
}

async function* framed(
  file: OpenedFile,
  { before, after }: TiffFrame,
  values: { readonly start: number; readonly length: number },
) {
  yield before;
  for (let done = 0; done < values.length; done += pieceBytes) {
    const piece = new Uint8Array(Math.min(pieceBytes, values.length - done));
    await fillBytes(file, piece, values.start + done);
    yield piece;
  }
  yield after;
}
