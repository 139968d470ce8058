import { elementCount, elementSize } from '@rondel/contracts';
import { formatError } from '../file/data-errors.js';
import { fillBytes, openRegularFile, type OpenedFile } from '../file/opened-file.js';
import { assertComplete, isNative, readHeader, type NpyLayout } from './reader.js';

/** Read at once; a stream holds a few of these. */
const pieceBytes = 1024 ** 2;

/** A `.npy` file whose values can go into another format as they lie there. */
export interface NativeNpy {
  readonly file: OpenedFile;
  readonly header: NpyLayout['header'];
  /** First byte of the values, and how many there are. */
  readonly values: { readonly start: number; readonly length: number };
}

/**
 * Opens such a file. Whatever `use` makes of it closes the file; when it throws the file is closed here.
 *
 * Throws as `readDataset`, and `DATA_FORMAT` for a file in Fortran or foreign byte order.
 */
export async function withNativeNpy<T>(path: string, label: string, use: (npy: NativeNpy) => Promise<T>): Promise<T> {
  const file = { ...(await openRegularFile(path, label)), label, maxBytes: Infinity };
  try {
    const layout = await readHeader(file);
    assertComplete(file, layout);
    if (!isNative(layout)) throw formatError(label, 'is in Fortran order or another byte order than this machine has.');
    const { header, dataStart: start } = layout;
    const length = elementCount(header.shape) * elementSize(header.element.dtype);
    return await use({ file, header, values: { start, length } });
  } catch (error) {
    await file.handle.close();
    throw error;
  }
}

/** The values with what another format has before and after them, without holding them. */
export async function* framedValues(
  { file, values }: NativeNpy,
  { before, after }: { readonly before: Uint8Array; readonly after: Uint8Array },
): AsyncGenerator<Uint8Array> {
  yield before;
  for (let done = 0; done < values.length; done += pieceBytes) {
    const piece = new Uint8Array(Math.min(pieceBytes, values.length - done));
    await fillBytes(file, piece, values.start + done);
    yield piece;
  }
  if (after.byteLength > 0) yield after;
}
