import { createHash, hash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { RondelError } from '@rondel/contracts';
import { smallFileBytes } from './file-access.js';
import type { StoreOptions } from './store-folders.js';

const readBytes = 1024 ** 2;

export interface HashOptions extends StoreOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * SHA-256 of a file's bytes, 64 lower-case hex digits, in constant memory.
 *
 * Throws `CANCELLED` when `signal` is aborted, else what reading throws.
 */
export async function hashFile(path: string, options: HashOptions = {}): Promise<string> {
  if (options.smallFiles === 'blocking' && statSync(path).size <= smallFileBytes) {
    return hash('sha256', readFileSync(path));
  }
  const file = await open(path);
  try {
    return await hashRange(file, { start: 0, end: Infinity, signal: options.signal });
  } finally {
    await file.close();
  }
}

export interface HashedRange {
  /** Position of the first byte. */
  readonly start: number;
  /** Position after the last byte; fewer are hashed where the file ends before. */
  readonly end: number;
  readonly signal?: AbortSignal | undefined;
}

/** SHA-256 of a part of an open file, 64 lower-case hex digits, in constant memory. Throws `CANCELLED`. */
export async function hashRange(file: FileHandle, { start, end, signal }: HashedRange): Promise<string> {
  const hashing = createHash('sha256');
  const buffer = Buffer.allocUnsafe(Math.max(1, Math.min(readBytes, end - start)));
  for (let position = start; position < end;) {
    if (signal?.aborted === true) throw new RondelError('CANCELLED', 'Hashing the file was cancelled.');
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.byteLength, end - position), position);
    if (bytesRead === 0) break;
    hashing.update(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
  return hashing.digest('hex');
}
