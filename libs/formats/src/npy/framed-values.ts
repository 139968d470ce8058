import {
  elementCount,
  elementSize,
  isComplex,
  partDtype,
  partOfValues,
  type ImagePart,
  type NdArray,
  type TypedArray,
} from '@rondel/contracts';
import { formatError } from '../file/data-errors.js';
import { fillBytes, openRegularFile, type OpenedFile } from '../file/opened-file.js';
import { typedView } from '../array/typed-array.js';
import { assertComplete, isNative, readHeader } from './reader.js';

/** Read at once; a stream holds a few of these. */
const pieceBytes = 1024 ** 2;

/** A `.npy` file whose values can go into another format as they lie there. */
export interface NativeNpy extends Pick<NdArray, 'dtype' | 'shape'> {
  readonly file: OpenedFile;
  /** Bytes of the values as they are passed on. */
  readonly bytes: number;
  /** First byte of the values in the file, and how many there are. */
  readonly values: { readonly start: number; readonly length: number };
  /** The part of the stored complex numbers that is passed on in their place. */
  readonly part?: ImagePart | undefined;
}

/**
 * Opens such a file, of complex numbers for a part of them where one is told. Whatever `use` makes of it closes the file; when it throws the file is closed here.
 *
 * Throws as `readDataset`, and `DATA_FORMAT` for a file in Fortran or foreign byte order.
 */
export async function withNativeNpy<T>(
  path: string,
  { label, part: asked }: { readonly label: string; readonly part?: ImagePart | undefined },
  use: (npy: NativeNpy) => Promise<T>,
): Promise<T> {
  const file = { ...(await openRegularFile(path, label)), label, maxBytes: Infinity };
  try {
    const layout = await readHeader(file);
    assertComplete(file, layout);
    if (!isNative(layout)) throw formatError(label, 'is in Fortran order or another byte order than this machine has.');
    const { header, dataStart: start } = layout;
    const { shape, element } = header;
    const part = isComplex(element.dtype) ? asked : undefined;
    const dtype = part === undefined ? element.dtype : partDtype(element.dtype);
    const [length, bytes] = [element.dtype, dtype].map((type) => elementCount(shape) * elementSize(type));
    return await use({ file, dtype, shape, bytes: bytes ?? 0, values: { start, length: length ?? 0 }, part });
  } catch (error) {
    await file.handle.close();
    throw error;
  }
}

/**
 * The values with what another format has before and after them, without holding them.
 *
 * @param change What becomes of the values of a piece.
 */
export async function* framedValues(
  { file, values, dtype, part }: NativeNpy,
  { before, after }: { readonly before: Uint8Array; readonly after: Uint8Array },
  change?: (values: TypedArray) => Uint8Array,
): AsyncGenerator<Uint8Array> {
  yield before;
  for (let done = 0; done < values.length; done += pieceBytes) {
    const piece = new Uint8Array(Math.min(pieceBytes, values.length - done));
    await fillBytes(file, piece, values.start + done);
    const taken = part === undefined ? piece : partOfPiece(piece, dtype, part);
    yield change === undefined
      ? taken
      : change(typedView(dtype, taken.buffer, { length: taken.byteLength / elementSize(dtype) }));
  }
  if (after.byteLength > 0) yield after;
}

function partOfPiece(
  piece: Uint8Array<ArrayBuffer>,
  dtype: NdArray['dtype'],
  part: ImagePart,
): Uint8Array<ArrayBuffer> {
  const parts = piece.byteLength / elementSize(dtype);
  const values = typedView(dtype, piece.buffer, { length: parts });
  const into = dtype === 'float32' ? new Float32Array(parts / 2) : new Float64Array(parts / 2);
  partOfValues(values, part, into);
  return new Uint8Array(into.buffer);
}
