import { elementCount, RondelError, type DType } from '@rondel/contracts';

const magic = '\x93NUMPY';

/** Bytes from the start of a result that hold its header whole. Rondel writes headers of 128 bytes. */
export const headerReach = 1024;

const dtypes: Readonly<Record<string, DType>> = {
  '|i1': 'int8',
  '|u1': 'uint8',
  '<i2': 'int16',
  '<u2': 'uint16',
  '<i4': 'int32',
  '<u4': 'uint32',
  '<f4': 'float32',
  '<f8': 'float64',
  '<c8': 'complex64',
  '<c16': 'complex128',
};

export interface NpyHeader {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Where the values begin in the file, in bytes. */
  readonly dataStart: number;
}

/**
 * Reads the header of a `.npy` file (NEP 1, versions 1 and 2) as the results of Rondel have it: little-endian, C order.
 *
 * Throws `DATA_FORMAT` for anything else.
 */
export function parseNpyHeader(bytes: Uint8Array): NpyHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || String.fromCharCode(...bytes.subarray(0, 6)) !== magic) {
    throw refused('does not begin as a .npy file does');
  }
  const long = view.getUint8(6) > 1;
  const textStart = long ? 12 : 10;
  const dataStart = textStart + (long ? view.getUint32(8, true) : view.getUint16(8, true));
  if (dataStart > bytes.length)
    throw refused(`has a header of ${dataStart} bytes, ${headerReach} are expected at most`);
  const text = new TextDecoder('latin1').decode(bytes.subarray(textStart, dataStart));
  const descr = /'descr':\s*'([^']*)'/.exec(text)?.[1] ?? '';
  const dtype = dtypes[descr];
  const shape = /'shape':\s*\(([^)]*)\)/.exec(text)?.[1];
  if (dtype === undefined || shape === undefined || !/'fortran_order':\s*False/.test(text)) {
    throw refused(`has the header ${text.trim().slice(0, 100)}, which the viewer does not read`);
  }
  return {
    dtype,
    dataStart,
    shape: shape.split(',').flatMap((extent) => (extent.trim() === '' ? [] : [Number(extent)])),
  };
}

/** Where a plane lies in an image [frame, slice, y, x] or with fewer axes; the missing ones have one entry. */
export interface ImageExtents {
  readonly frames: number;
  readonly slices: number;
  readonly height: number;
  readonly width: number;
}

/** Throws `DATA_SHAPE_MISMATCH` for more than four axes or an empty one. */
export function imageExtents(shape: readonly number[]): ImageExtents {
  const [frames = 1, slices = 1, height = 1, width = 1] = [1, 1, 1, 1, ...shape].slice(-4);
  if (shape.length <= 4 && elementCount(shape) > 0) return { frames, slices, height, width };
  throw new RondelError('DATA_SHAPE_MISMATCH', `The viewer shows up to four axes, got shape [${shape.join(', ')}].`);
}

function refused(reason: string): RondelError {
  return new RondelError('DATA_FORMAT', `The result ${reason}. Download it instead.`);
}
