import { readFileSync } from 'node:fs';

/** The values of a .npy file of float32. */
export function readNpy(path: string): Float32Array {
  const file = readFileSync(path);
  const bytes = file.subarray(10 + file.readUInt16LE(8));
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(4 * index));
}
