import { Readable } from 'node:stream';
import type { StreamedFacts } from '../format-writer.js';
import { framedValues, withNativeNpy } from '../npy/framed-values.js';
import { tiffFrame } from './encoder.js';

/**
 * The `.npy` file of an image as TIFF, as `encodeTiff` makes it (of a complex one its magnitude unless told), without holding it and whatever its size. The file is closed
 * when the stream has ended or was destroyed.
 *
 * Throws as `readDataset` and `encodeTiff`, and `DATA_FORMAT` for a file in Fortran or foreign byte order.
 */
export async function streamTiff(
  path: string,
  { label, part = 'magnitude', provenance, ...facts }: StreamedFacts,
): Promise<{ readonly stream: Readable; readonly bytes: number }> {
  return withNativeNpy(path, { label, part }, (npy) => {
    const { dtype, shape } = npy;
    const frame = tiffFrame({ dtype, shape, ...facts }, provenance);
    const stream = Readable.from(framedValues(npy, frame), { objectMode: false });
    stream.once('close', () => void npy.file.handle.close());
    return Promise.resolve({ stream, bytes: frame.before.byteLength + npy.bytes + frame.after.byteLength });
  });
}
