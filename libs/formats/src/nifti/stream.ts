import { pipeline, Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import { elementCount, elementSize, type NdArray } from '@rondel/contracts';
import { formatError } from '../data-errors.js';
import { fillBytes, openRegularFile, type OpenedFile } from '../opened-file.js';
import { assertComplete, isNative, readHeader, type NpyLayout } from '../npy/reader.js';
import { niftiStart } from './header.js';

/** Read at once; a stream holds a few of these. */
const pieceBytes = 1024 ** 2;

/** What a `.npy` file does not say of its array. */
export interface StreamedFacts extends Pick<NdArray, 'spacing' | 'spacingUnit'> {
  /** What errors call the file. */
  readonly label: string;
  /** How the image was made, as JSON in ASCII: an extension of the header. */
  readonly provenance?: string | undefined;
}

/**
 * The `.npy` file of an image as `.nii.gz`, as `encodeNifti` makes it, without holding it. The file is closed when the
 * stream has ended or was destroyed.
 *
 * Throws as `readDataset` and `encodeNifti`, and `DATA_FORMAT` for a file in Fortran or foreign byte order.
 */
export async function streamNifti(path: string, { label, provenance, ...facts }: StreamedFacts): Promise<Readable> {
  const file = { ...(await openRegularFile(path, label)), label, maxBytes: Infinity };
  try {
    const layout = await readHeader(file);
    assertComplete(file, layout);
    if (!isNative(layout)) throw formatError(label, 'is in Fortran order or another byte order than this machine has.');
    const { element, shape } = layout.header;
    const header = niftiStart({ dtype: element.dtype, shape, ...facts }, provenance);
    const plain = Readable.from(bytesOf(file, layout, header), { objectMode: false });
    // Noise in floating-point images does not compress; more effort only takes longer.
    const packed = createGzip({ level: constants.Z_BEST_SPEED });
    packed.once('close', () => void file.handle.close());
    // Whoever reads the stream hears of a failure; there is nobody else to tell.
    return pipeline(plain, packed, () => undefined);
  } catch (error) {
    await file.handle.close();
    throw error;
  }
}

async function* bytesOf(file: OpenedFile, { header, dataStart }: NpyLayout, start: Uint8Array) {
  yield start;
  const bytes = elementCount(header.shape) * elementSize(header.element.dtype);
  for (let done = 0; done < bytes; done += pieceBytes) {
    const piece = new Uint8Array(Math.min(pieceBytes, bytes - done));
    await fillBytes(file, piece, dataStart + done);
    yield piece;
  }
}
