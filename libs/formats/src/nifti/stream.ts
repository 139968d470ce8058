import { pipeline, Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import type { StreamedFacts } from '../format-writer.js';
import { framedValues, withNativeNpy } from '../npy/framed-values.js';
import { niftiStart } from './header.js';

/**
 * The `.npy` file of an image as `.nii.gz`, as `encodeNifti` makes it, without holding it. The file is closed when the
 * stream has ended or was destroyed.
 *
 * Throws as `readDataset` and `encodeNifti`, and `DATA_FORMAT` for a file in Fortran or foreign byte order.
 */
export async function streamNifti(
  path: string,
  { label, part, provenance, ...facts }: StreamedFacts,
): Promise<Readable> {
  return withNativeNpy(path, { label, part }, (npy) => {
    const { dtype, shape } = npy;
    const before = niftiStart({ dtype, shape, ...facts }, provenance);
    const plain = Readable.from(framedValues(npy, { before, after: new Uint8Array() }), { objectMode: false });
    // Noise in floating-point images does not compress; more effort only takes longer.
    const packed = createGzip({ level: constants.Z_BEST_SPEED });
    packed.once('close', () => void npy.file.handle.close());
    // Whoever reads the stream hears of a failure; there is nobody else to tell.
    return Promise.resolve(pipeline(plain, packed, () => undefined));
  });
}
