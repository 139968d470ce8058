import { elementCount, RondelError, type DType, type NdArray, type TypedArray } from '@rondel/contracts';

const magic = '\x93NUMPY';

/** Bytes from the start of a result that hold its header whole. Rondel writes headers of 128 bytes. */
export const headerReach = 1024;

const kinds: Readonly<Record<DType, string>> = {
  int8: '|i1',
  uint8: '|u1',
  int16: '<i2',
  uint16: '<u2',
  int32: '<i4',
  uint32: '<u4',
  float32: '<f4',
  float64: '<f8',
  complex64: '<c8',
  complex128: '<c16',
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
  if (dataStart > bytes.length) {
    throw refused(`has a header of ${dataStart} bytes, but only ${bytes.length} bytes were read`);
  }
  const text = new TextDecoder('latin1').decode(bytes.subarray(textStart, dataStart));
  const dtype = dtypeOf(/'descr':\s*'([^']*)'/.exec(text)?.[1]);
  const shape = /'shape':\s*\(([^)]*)\)/.exec(text)?.[1];
  if (dtype === undefined || shape === undefined || !/'fortran_order':\s*False/.test(text)) {
    throw refused(`has the header ${text.trim().slice(0, 100)}, which is not read here`);
  }
  return {
    dtype,
    dataStart,
    shape: shape.split(',').flatMap((extent) => (extent.trim() === '' ? [] : [Number(extent)])),
  };
}

/**
 * Reads a `.npy` file as the results of Rondel are.
 *
 * Throws `DATA_FORMAT` for other files, and when the values don't fill the shape.
 */
export function decodeNpy(bytes: ArrayBuffer): NdArray {
  const { dtype, shape, dataStart } = parseNpyHeader(new Uint8Array(bytes));
  const data = valuesOf(dtype, bytes.slice(dataStart));
  if (data.length !== elementCount(shape) * componentsOf(dtype)) {
    throw refused(`ends early: it has ${data.length} numbers for ${dtype} [${shape.join(', ')}]`);
  }
  return { dtype, shape, data };
}

/** Little-endian values as an array; complex numbers are pairs. Throws `DATA_FORMAT` for a broken number at the end. */
export function valuesOf(dtype: DType, buffer: ArrayBuffer): TypedArray {
  const Values = arrayTypes[dtype];
  if (buffer.byteLength % Values.BYTES_PER_ELEMENT === 0) return new Values(buffer);
  throw refused(`ends within a number: it has ${buffer.byteLength} bytes of ${dtype}`);
}

const arrayTypes = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
  complex64: Float32Array,
  complex128: Float64Array,
} as const;

/** A version 1.0 `.npy` file of an array in C order. Throws `DATA_SHAPE_MISMATCH` when the values don't fill the shape. */
export function encodeNpy({ dtype, shape, data }: NdArray): Blob {
  if (data.length !== elementCount(shape) * componentsOf(dtype)) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `An array of ${dtype} [${shape.join(', ')}] does not have ${data.length} numbers.`,
    );
  }
  const text = `{'descr': '${kinds[dtype]}', 'fortran_order': False, 'shape': (${shape.map((extent) => `${extent},`).join(' ')}), }`;
  // NumPy aligns the data to 64 bytes.
  const length = Math.ceil((11 + text.length) / 64) * 64 - 10;
  const header = Uint8Array.from(`${magic}\x01\x00\x00\x00${text.padEnd(length - 1)}\n`, (letter) =>
    letter.charCodeAt(0),
  );
  new DataView(header.buffer).setUint16(8, length, true);
  const { buffer, byteOffset, byteLength } = data;
  const values = buffer instanceof ArrayBuffer ? new Uint8Array(buffer, byteOffset, byteLength) : copyOf(data);
  return new Blob([header, values]);
}

/** Memory that threads share can't be sent. */
function copyOf({ buffer, byteOffset, byteLength }: TypedArray): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new Uint8Array(buffer, byteOffset, byteLength));
}

function dtypeOf(kind: string | undefined): DType | undefined {
  return (Object.keys(kinds) as DType[]).find((dtype) => kinds[dtype] === kind);
}

function componentsOf(dtype: DType): 1 | 2 {
  return dtype === 'complex64' || dtype === 'complex128' ? 2 : 1;
}

function refused(reason: string): RondelError {
  return new RondelError('DATA_FORMAT', `The array ${reason}. Download it as a file instead.`);
}
