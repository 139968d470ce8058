import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, randomUUID, type KeyObject } from 'node:crypto';
import { chmod, link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RondelError } from '@rondel/contracts';

/** With which an API signs. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** By which workers find the public key. */
  readonly name: string;
  /** It was not there before. */
  readonly isNew: boolean;
}

/** The beginning of the SHA-256 of a public key in DER. */
export function nameOfKey(publicKey: KeyObject): string {
  return hash('sha256', publicKey.export({ type: 'spki', format: 'der' }), 'base64url').slice(0, 16);
}

/**
 * Reads the private key of an API, Ed25519 as PEM. A file that is not there is made, for this account alone; of several that make it
 * at once all take the same.
 *
 * Throws `INVALID_REQUEST` for a file that holds something else or cannot be read or made.
 */
export async function openSigningKey(file: string): Promise<SigningKey> {
  const known = await read(file);
  const text = known ?? (await make(file));
  try {
    const privateKey = createPrivateKey(text);
    if (privateKey.asymmetricKeyType !== 'ed25519')
      throw new Error(`it is ${privateKey.asymmetricKeyType ?? 'secret'}`);
    const publicKey = createPublicKey(privateKey);
    return { privateKey, publicKey, name: nameOfKey(publicKey), isNew: known === undefined };
  } catch (error) {
    throw unusable(file, 'holds no private Ed25519 key in PEM', error);
  }
}

async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unusable(file, 'cannot be read', error);
  }
}

async function make(file: string): Promise<string> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const fresh = join(dirname(file), `key.${randomUUID()}`);
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(fresh, privateKey.export({ type: 'pkcs8', format: 'pem' }), {
      mode: 0o600,
      flag: 'wx',
      flush: true,
    });
    await link(fresh, file).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
    return await readFile(file, 'utf8');
  } catch (error) {
    throw unusable(file, 'cannot be made', error);
  } finally {
    await rm(fresh, { force: true });
  }
}

/** Leaves the public key in a folder, for everybody to read; workers trust what lies there. */
export async function publishKey({ publicKey, name }: SigningKey, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const fresh = join(folder, `key.${randomUUID()}`);
  await writeFile(fresh, publicKey.export({ type: 'spki', format: 'pem' }), { flag: 'wx' });
  await chmod(fresh, 0o644);
  await rename(fresh, join(folder, `${name}.pem`));
}

function unusable(file: string, problem: string, cause: unknown): RondelError {
  const because = cause instanceof Error ? ` (${cause.message})` : '';
  return new RondelError(
    'INVALID_REQUEST',
    `The signing key ${file} ${problem}${because}. Name a file with --signing-key that only the account of the API may read, or one that is not there yet in a folder where it may write.`,
    { cause },
  );
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
