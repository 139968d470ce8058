import type { DType, TypedArray } from '@rondel/contracts';
import { elementSize } from '@rondel/contracts';
import { hostIsLittleEndian, swapBytes, typedView } from '../array/typed-array.js';
import type { Predictor } from './pages.js';

/** Pixels of a segment as they were unpacked. */
export interface UnpackedRows {
  /** Whole rows, from an address that fits the type. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Pixels of a row. */
  readonly width: number;
  readonly dtype: DType;
  readonly littleEndian: boolean;
}

/** Undoes what was done before pixels were compressed, in place, and turns them into the byte order of this machine. */
export function undoPredictor({ bytes, width, dtype, littleEndian }: UnpackedRows, predictor: Predictor): void {
  const size = elementSize(dtype);
  if (predictor === 'floating point') {
    gatherFloats(bytes, width * size, size);
    return;
  }
  swapBytes(bytes, size, littleEndian);
  if (predictor === 'none') return;
  const values = typedView(dtype, bytes.buffer, { byteOffset: bytes.byteOffset, length: bytes.byteLength / size });
  addAlong(values, width);
}

/** Sums along each row, modulo what the type holds. */
function addAlong(values: TypedArray, width: number): void {
  for (let start = 0; start < values.length; start += width) {
    for (let at = start + 1; at < start + width; at += 1) values[at] = (values[at] ?? 0) + (values[at - 1] ?? 0);
  }
}

/**
 * Adobe Photoshop TIFF Technical Note 3: the bytes of a row are differences, and stand by their significance: first the highest
 * bytes of all pixels, then the next.
 */
function gatherFloats(bytes: Uint8Array, rowBytes: number, size: number): void {
  const width = rowBytes / size;
  const row = new Uint8Array(rowBytes);
  const isLittle = hostIsLittleEndian();
  for (let start = 0; start < bytes.length; start += rowBytes) {
    let sum = 0;
    for (let at = 0; at < rowBytes; at += 1) row[at] = sum = (sum + (bytes[start + at] ?? 0)) & 0xff;
    for (let at = 0; at < rowBytes; at += 1) {
      const [significance, pixel] = [Math.floor(at / width), at % width];
      bytes[start + pixel * size + (isLittle ? size - 1 - significance : significance)] = row[at] ?? 0;
    }
  }
}
