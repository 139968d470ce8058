import { lookup } from 'node:dns/promises';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isRondelError, RondelError, toFailure, type Identity } from '@rondel/contracts';
import { Check, Type, type Static } from '@rondel/contracts/schema';
import type { CreatedToken, Tokens } from '@rondel/jobs';
import { identityOfToken } from './token-authentication.js';

/** As clients read it. `address` is where the server listens, of one machine with several. */
const FileSchema = Type.Object({ id: Type.String(), token: Type.String(), address: Type.String() });

/** Whose token it is, and where it is good. */
export interface LocalTokenFacts {
  /** On which the server listens. */
  readonly host: string;
  /** What those are called who use it. @default local */
  readonly name?: string | undefined;
}

/** A token for whoever may read a file, as long as this API runs. */
export interface LocalToken {
  /** Whose it is. */
  readonly identity: Identity;
  /** Whether it is what somebody was let in by. */
  isOf(identity: Identity): boolean;
  /** Puts another one in its place, after Redis has lost it. Throws `SERVICE_UNAVAILABLE` as at first. */
  renew(): Promise<void>;
  /** Revokes it and removes the file. */
  close(): Promise<void>;
}

/**
 * Writes a token of an admin into a file that only this account can read, so that its programs need not be told one. The one
 * that a killed API has left there is revoked. Throws `SERVICE_UNAVAILABLE` for a file that cannot be written.
 */
export async function openLocalToken(
  file: string,
  facts: LocalTokenFacts,
  tokens: Pick<Tokens, 'create' | 'revoke'>,
): Promise<LocalToken> {
  let created = await leave(file, facts, tokens);
  return {
    identity: identityOfToken(created),
    isOf: ({ token }) => token === created.id,
    async renew() {
      created = await leave(file, facts, tokens);
    },
    async close() {
      // Another API may have taken its place.
      if ((await idIn(file)) === created.id) await rm(file, { force: true });
      await revoke(created.id, tokens);
    },
  };
}

async function leave(
  file: string,
  { host, name = 'local' }: LocalTokenFacts,
  tokens: Pick<Tokens, 'create' | 'revoke'>,
): Promise<CreatedToken> {
  await revoke(await idIn(file), tokens);
  const { address } = await lookup(host);
  const created = await tokens.create({ name, role: 'admin' });
  const { id, secret: token } = created;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    // Written anew under another name: what lies there may be readable by others.
    const fresh = `${file}.${process.pid}`;
    await rm(fresh, { force: true });
    const text = JSON.stringify({ id, token, address } satisfies Static<typeof FileSchema>);
    await writeFile(fresh, text, { mode: 0o600, flag: 'wx' });
    await rename(fresh, file);
  } catch (error) {
    await revoke(id, tokens);
    throw notWritable(file, error);
  }
  return created;
}

async function idIn(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw notWritable(file, error);
  });
  return text === undefined ? undefined : parsed(text)?.id;
}

function notWritable(file: string, cause: unknown): RondelError {
  return new RondelError(
    'SERVICE_UNAVAILABLE',
    `The token of this server cannot be kept in ${file}: ${toFailure(cause).message} Set another --token-file.`,
    { cause },
  );
}

function parsed(text: string): Static<typeof FileSchema> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Check(FileSchema, value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function revoke(id: string | undefined, tokens: Pick<Tokens, 'revoke'>): Promise<void> {
  if (id === undefined) return;
  await tokens.revoke(id).catch((error: unknown) => {
    if (!isRondelError(error) || error.code !== 'NOT_FOUND') throw error;
  });
}
