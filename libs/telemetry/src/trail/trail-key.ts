import { closeSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { RondelError, toFailure } from '@rondel/contracts';

const leastBytes = 32;

/**
 * The secret that a file holds, or with `-` standard input, without the end of its line. Throws `INVALID_REQUEST` for one that cannot be read or has less
 * than 32 bytes.
 */
export async function readTrailKey(option: string, path: string): Promise<Buffer> {
  let bytes: Buffer;
  try {
    bytes = path === '-' ? standardInput() : await readFile(path);
  } catch (error) {
    const { message } = toFailure(error);
    throw new RondelError('INVALID_REQUEST', `${option} ${path} cannot be read (${message}).`, { cause: error });
  }
  const key = Buffer.from(bytes.toString('latin1').replace(/\r?\n$/, ''), 'latin1');
  if (key.length >= leastBytes) return key;
  throw new RondelError(
    'INVALID_REQUEST',
    `${option} ${path} holds ${key.length} bytes, and a key has at least ${leastBytes}: make one with openssl rand -hex 32.`,
  );
}

/** Closed then, so that nobody who takes over this process later can read it again. */
function standardInput(): Buffer {
  const bytes = readFileSync(0);
  closeSync(0);
  return bytes;
}
