import { Readable } from 'node:stream';
import { elementCount, elementSize, type TypedArray } from '@rondel/contracts';
import { bytesOf } from '../array/typed-array.js';
import type { StreamedFacts } from '../format-writer.js';
import { framedValues, withNativeNpy } from '../npy/framed-values.js';
import { tiffFrame } from './encoder.js';
import { toLevels } from './levels.js';

/**
 * The `.npy` file of an image as TIFF, as `encodeTiff` makes it (of a complex one its magnitude unless told), without holding it and whatever its size. The file is closed
 * when the stream has ended or was destroyed.
 *
 * Throws as `readDataset` and `encodeTiff`, and `DATA_FORMAT` for a file in Fortran or foreign byte order.
 */
export async function streamTiff(
  path: string,
  { label, part = 'magnitude', provenance, levels, ...facts }: StreamedFacts,
): Promise<{ readonly stream: Readable; readonly bytes: number }> {
  return withNativeNpy(path, { label, part }, (npy) => {
    const { shape } = npy;
    const dtype = levels === undefined ? npy.dtype : (`uint${levels.bits}` as const);
    const frame = tiffFrame({ dtype, shape, ...facts }, provenance, levels);
    const grey = levels && ((piece: TypedArray) => bytesOf(toLevels(piece, levels)));
    const stream = Readable.from(framedValues(npy, frame, grey), { objectMode: false });
    stream.once('close', () => void npy.file.handle.close());
    const bytes = elementCount(shape) * elementSize(dtype);
    return Promise.resolve({ stream, bytes: frame.before.byteLength + bytes + frame.after.byteLength });
  });
}
