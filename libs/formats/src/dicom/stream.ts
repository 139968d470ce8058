import { Readable } from 'node:stream';
import { RondelError, type TypedArray } from '@rondel/contracts';
import type { StreamedFacts, StreamedFile } from '../format-writer.js';
import { framedValues, withNativeNpy } from '../npy/framed-values.js';
import { levelBytes } from './encoder.js';
import { dicomStart } from './header.js';
import { rescaleOf } from './rescale.js';

/**
 * The `.npy` file of an image as DICOM, as `encodeDicom` makes it (of a complex one its magnitude unless told), without holding it.
 * The file is closed when the stream has ended or was destroyed.
 *
 * Throws as `readDataset` and `encodeDicom`, `INVALID_REQUEST` without `levels` of 16 bit, and `DATA_FORMAT` for a file in Fortran or
 * foreign byte order.
 */
export async function streamDicom(
  path: string,
  { label, part = 'magnitude', provenance, levels: asked, ...facts }: StreamedFacts,
): Promise<StreamedFile> {
  if (asked?.bits !== 16) {
    throw new RondelError('INVALID_REQUEST', `DICOM holds grey levels of 16 bit, got ${asked?.bits ?? 'none'}.`);
  }
  const rescale = rescaleOf(asked.window);
  return withNativeNpy(path, { label, part }, async (npy) => {
    const { shape } = npy;
    const identity = JSON.stringify([provenance ?? label, npy.part, rescale.slope, rescale.intercept]);
    const { before, pixelBytes } = await dicomStart({ ...facts, shape, rescale, identity, provenance });
    const levels = (piece: TypedArray) => levelBytes(piece, rescale.levels);
    const values = framedValues(npy, { before, after: new Uint8Array() }, levels);
    const stream = Readable.from(values, { objectMode: false });
    stream.once('close', () => void npy.file.handle.close());
    return { stream, bytes: before.byteLength + pixelBytes };
  });
}
