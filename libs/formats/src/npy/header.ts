import type { DType } from '@rondel/contracts';
import { formatError } from '../file/data-errors.js';
import { parseHeaderLiteral } from './header-literal.js';

/** How the elements lie in a `.npy` file, and what they become here. */
export interface NpyElement {
  readonly dtype: DType;
  readonly bigEndian: boolean;
  /** Set for 64-bit integers, which become float64. */
  readonly integer64?: 'signed' | 'unsigned';
}

export interface NpyHeader {
  readonly element: NpyElement;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

/** Where the header's text lies in the file. */
export interface NpyPreamble {
  readonly textStart: number;
  readonly textLength: number;
}

/** `\x93NUMPY` */
export const npyMagic: readonly number[] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** Bytes that always hold magic, version and header length. */
export const npyPreambleBytes = 12;
/** Thousand times the length of a plain array's header; only record types need more, and they are not read. */
const maximumTextLength = 65_536;

const plainTypes: Readonly<Record<string, DType>> = {
  f4: 'float32',
  f8: 'float64',
  c8: 'complex64',
  c16: 'complex128',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  b1: 'uint8',
};

/**
 * Reads magic, version and header length (format description: numpy.lib.format, versions 1.0, 2.0 and 3.0).
 *
 * Throws `DATA_FORMAT` when any is wrong; `bytes` are the first 12 of the file or all it has.
 */
export function parseNpyPreamble(bytes: Uint8Array, label: string): NpyPreamble {
  if (bytes.byteLength < npyPreambleBytes) {
    throw formatError(label, 'is a truncated .npy file: it ends inside the header. Save it again.');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const major = view.getUint8(6);
  if (major < 1 || major > 3) {
    throw formatError(label, `has .npy version ${major}; versions 1, 2 and 3 are known. Save it with numpy.save.`);
  }
  const textStart = major === 1 ? 10 : 12;
  const textLength = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (textLength > maximumTextLength) {
    throw formatError(label, `claims a .npy header of ${textLength} bytes, at most ${maximumTextLength} are read.`);
  }
  return { textStart, textLength };
}

/** Parses the header's text, a Python dictionary. Throws `DATA_FORMAT` for anything NumPy would not write for numbers. */
export function parseNpyHeader(text: string, label: string): NpyHeader {
  const fields = parseHeaderLiteral(text, label);
  return { element: parseElement(fields.descr, label), fortranOrder: fields.fortranOrder, shape: fields.shape };
}

function parseElement(descr: string, label: string): NpyElement {
  const [, order, kind = ''] = /^([<>|])([a-z][0-9]{1,2})$/.exec(descr) ?? [];
  const bigEndian = order === '>';
  if (kind === 'i8') return { dtype: 'float64', bigEndian, integer64: 'signed' };
  if (kind === 'u8') return { dtype: 'float64', bigEndian, integer64: 'unsigned' };
  const dtype = Object.hasOwn(plainTypes, kind) ? plainTypes[kind] : undefined;
  if (dtype === undefined) {
    throw formatError(
      label,
      `has elements of NumPy type "${descr}"; float32, float64, complex64, complex128, bool and integers can be read. ` +
        'Convert it with astype and save it again.',
    );
  }
  return { dtype, bigEndian };
}
