import { readSync } from 'node:fs';
import type { HeapFile } from '../library/heap-places.js';

/** A collection has as many bytes at most; those with mappings of a thousand files have some hundred KiB. */
const mostBytes = 16 * 2 ** 20;
const headerBytes = 16;

/**
 * The objects of all global heap collections that libhdf5 has read of a file: HDF5 File Format Specification 3.0, III.E "Disk Format:
 * Level 1E - Global Heap", with lengths of 8 bytes. Of damaged collections what can be told apart.
 */
export function* heapObjects({ fd, bytes, places }: HeapFile): Generator<Buffer> {
  for (const place of places) {
    const [size] = [lengthAt(readBytes(fd, place, headerBytes), 8)];
    if (size === undefined || size > mostBytes || place + size > bytes) continue;
    const collection = readBytes(fd, place, size);
    for (let at = headerBytes; at + headerBytes <= collection.byteLength;) {
      const length = lengthAt(collection, at + 8);
      // Object 0 is the free space at the end.
      if (collection.readUInt16LE(at) === 0 || length === undefined) break;
      const start = at + headerBytes;
      yield collection.subarray(start, start + length);
      at = start + 8 * Math.ceil(length / 8);
    }
  }
}

function readBytes(fd: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  return buffer.subarray(0, readSync(fd, buffer, 0, length, position));
}

function lengthAt(buffer: Buffer, at: number): number | undefined {
  if (at + 8 > buffer.byteLength) return undefined;
  const length = Number(buffer.readBigUInt64LE(at));
  return length <= mostBytes ? length : undefined;
}
