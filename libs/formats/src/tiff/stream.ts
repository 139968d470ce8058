import { Readable } from 'node:stream';
import type { NdArray } from '@rondel/contracts';
import { framedValues, withNativeNpy } from '../npy/framed-values.js';
import { tiffFrame } from './writer.js';

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
  return withNativeNpy(path, label, (npy) => {
    const { element, shape } = npy.header;
    const frame = tiffFrame({ dtype: element.dtype, shape, ...facts }, provenance);
    const stream = Readable.from(framedValues(npy, frame), { objectMode: false });
    stream.once('close', () => void npy.file.handle.close());
    return Promise.resolve({ stream, bytes: frame.before.byteLength + npy.values.length + frame.after.byteLength });
  });
}
