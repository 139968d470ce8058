import { createPublicKey, type KeyObject } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RondelError } from '@rondel/contracts';
import { nameOfKey } from './signing-key.js';

/** Public keys of APIs. */
export interface Trust {
  /** Of this name; undefined where nobody trusts it (any more). */
  find(name: string): Promise<KeyObject | undefined>;
  /** How many there are now. */
  readonly count: () => number;
}

/**
 * Keys come and go while those who trust them run: files are read again so long after they were read last, and when somebody has
 * signed with a key that is not known.
 */
const readAgainMs = 60_000;

/**
 * Trusts the public keys in files, and in all `.pem` files of folders.
 *
 * @param onError Hears why files could not be read again; what was read before holds.
 * @param now Milliseconds, for tests.
 * @returns Throws `INVALID_REQUEST` for a file that holds no public Ed25519 key, or cannot be read, at the first reading.
 */
export async function openTrust(
  paths: readonly string[],
  onError: (error: Error) => void,
  now: () => number = () => performance.now(),
): Promise<Trust> {
  let keys = await readAll(paths);
  let readAt = now();
  const readAgain = async () => {
    readAt = now();
    try {
      keys = await readAll(paths);
    } catch (error) {
      onError(error instanceof Error ? error : new Error(String(error)));
    }
  };
  return {
    count: () => keys.size,
    async find(name) {
      if (!keys.has(name) || now() - readAt > readAgainMs) await readAgain();
      return keys.get(name);
    },
  };
}

async function readAll(paths: readonly string[]): Promise<ReadonlyMap<string, KeyObject>> {
  const keys = new Map<string, KeyObject>();
  for (const file of (await Promise.all(paths.map(filesIn))).flat()) {
    const key = await readKey(file);
    keys.set(nameOfKey(key), key);
  }
  return keys;
}

async function filesIn(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    return (await readdir(path)).filter((name) => name.endsWith('.pem')).map((name) => join(path, name));
  } catch (error) {
    throw unusable(path, 'cannot be read', error);
  }
}

async function readKey(file: string): Promise<KeyObject> {
  try {
    const text = await readFile(file, 'utf8');
    // What can sign has no place where somebody only has to look at signatures.
    if (text.includes('PRIVATE KEY')) throw new Error('it is a private one');
    const key = createPublicKey(text);
    if (key.asymmetricKeyType !== 'ed25519') throw new Error(`it is ${key.asymmetricKeyType ?? 'another'}`);
    return key;
  } catch (error) {
    throw unusable(file, 'holds no public Ed25519 key in PEM', error);
  }
}

function unusable(path: string, problem: string, cause: unknown): RondelError {
  const because = cause instanceof Error ? ` (${cause.message})` : '';
  return new RondelError(
    'INVALID_REQUEST',
    `--trust-key ${path} ${problem}${because}. An API leaves its public key in the folder \`trust\` beside its --signing-key.`,
    { cause },
  );
}
