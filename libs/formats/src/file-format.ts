import { npyMagic } from './npy/header.js';

/** Formats that `readDataset` reads. */
export type ReadableFormat = 'npy' | 'hdf5';

/** `\x89HDF\r\n\x1a\n` */
const hdf5Magic: readonly number[] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** Bytes from the start of a file that suffice to tell its format. */
export const magicBytes = 8;

/** The format that the first bytes of a file show; undefined when none that is known. The name plays no part. */
export function detectFormat(head: Uint8Array): ReadableFormat | undefined {
  if (startsWith(head, npyMagic)) return 'npy';
  return startsWith(head, hdf5Magic) ? 'hdf5' : undefined;
}

function startsWith(head: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => head[index] === byte);
}
