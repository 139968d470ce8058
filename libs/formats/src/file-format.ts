import { npyMagic } from './npy/header.js';
import type { OpenedFile } from './opened-file.js';

/** Formats that `readDataset` reads. */
export type ReadableFormat = 'npy' | 'hdf5' | 'tiff';

/** `\x89HDF\r\n\x1a\n` */
const hdf5Magic: readonly number[] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** Byte order, then 42 or, in BigTIFF, 43. */
const tiffMagics: readonly (readonly number[])[] = [
  [0x49, 0x49, 42, 0],
  [0x4d, 0x4d, 0, 42],
  [0x49, 0x49, 43, 0],
  [0x4d, 0x4d, 0, 43],
];

/** Bytes that suffice to tell a format, where it begins. */
const magicBytes = 8;

/** Where HDF5 may begin first after whatever other programs keep in front of it; then at every power of two. */
const firstUserBlock = 512;

/**
 * The format that the content of a file shows; undefined when none that is known. The name plays no part.
 *
 * HDF5 may come after a user block of 512, 1024, 2048, ... bytes, as MATLAB writes it: HDF5 File Format Specification 4.0,
 * II.A "Format Signature and Superblock".
 */
export async function detectFormat({
  handle,
  bytes,
}: Pick<OpenedFile, 'handle' | 'bytes'>): Promise<ReadableFormat | undefined> {
  const magicAt = async (position: number) => {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(magicBytes), 0, magicBytes, position);
    return buffer.subarray(0, bytesRead);
  };
  const head = await magicAt(0);
  if (startsWith(head, npyMagic)) return 'npy';
  if (startsWith(head, hdf5Magic)) return 'hdf5';
  if (tiffMagics.some((magic) => startsWith(head, magic))) return 'tiff';
  for (let position = firstUserBlock; position + magicBytes <= bytes; position *= 2) {
    if (startsWith(await magicAt(position), hdf5Magic)) return 'hdf5';
  }
  return undefined;
}

function startsWith(head: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => head[index] === byte);
}
