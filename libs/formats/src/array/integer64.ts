import { hostIsLittleEndian } from './typed-array.js';

const highWord = 2 ** 32;
/** From 2^53 on doubles skip integers. */
const exactBound = 2 ** 53;

/**
 * Turns 64-bit integers (host byte order) into float64 in the same memory; `bytes` must start at a multiple of 8.
 *
 * Returns the first value that float64 cannot hold exactly, undefined when all fit. Memory is garbage after a misfit.
 */
export function integers64ToFloat64(bytes: Uint8Array, signed: boolean): bigint | undefined {
  const count = bytes.byteLength / 8;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, 2 * count);
  const floats = new Float64Array(bytes.buffer, bytes.byteOffset, count);
  const highAt = hostIsLittleEndian() ? 1 : 0;
  for (let index = 0; index < count; index++) {
    const low = words[2 * index + 1 - highAt] ?? 0;
    const unsignedHigh = words[2 * index + highAt] ?? 0;
    const high = signed ? unsignedHigh | 0 : unsignedHigh;
    const value = high * highWord + low;
    if (value >= exactBound || value <= -exactBound) {
      return BigInt(high) * BigInt(highWord) + BigInt(low);
    }
    floats[index] = value;
  }
  return undefined;
}
