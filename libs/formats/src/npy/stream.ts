import { Readable } from 'node:stream';
import type { StreamedFacts, StreamedFile } from '../format-writer.js';
import { npyHeader } from './encoder.js';
import { framedValues, withNativeNpy } from './framed-values.js';

/**
 * The `.npy` file of a part of a complex image, without holding it. The file is closed when the stream has ended or was
 * destroyed. Throws as `readDataset`, and `DATA_FORMAT` for a file in Fortran or foreign byte order.
 */
export async function streamNpy(path: string, { label, part }: StreamedFacts): Promise<StreamedFile> {
  return withNativeNpy(path, { label, part }, (npy) => {
    const before = npyHeader(npy);
    const stream = Readable.from(framedValues(npy, { before, after: new Uint8Array() }), { objectMode: false });
    stream.once('close', () => void npy.file.handle.close());
    return Promise.resolve({ stream, bytes: before.byteLength + npy.bytes });
  });
}
