import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { DeviceLoginSchema, RondelError } from '@rondel/contracts';
import { Check, Type, type Static } from '@rondel/contracts/schema';

/** Who somebody has logged in as at one server, as the identity provider has it. */
const StoredLoginSchema = Type.Object({
  server: Type.String(),
  ...DeviceLoginSchema.properties,
  /** Sent to the server. */
  token: Type.String(),
  /** Milliseconds since 1970. */
  expiresAt: Type.Number(),
  /** With which another is got. */
  refreshToken: Type.Optional(Type.String()),
});
export type StoredLogin = Readonly<Static<typeof StoredLoginSchema>>;

/**
 * One for each server, below `XDG_STATE_HOME` or `~/.local/state`. Throws `INVALID_REQUEST` for what is no address of one, and for
 * an account without a home.
 */
export function loginFile(server: string, environment: NodeJS.ProcessEnv): string {
  const folder = environment.XDG_STATE_HOME || join(home(), '.local', 'state');
  const name = createHash('sha256').update(serverName(server)).digest('hex').slice(0, 32);
  return join(folder, 'rondel', 'logins', `${name}.json`);
}

function home(): string {
  try {
    return homedir();
  } catch (cause) {
    const sentence = 'Your account has no home folder in which a log-in could lie: set HOME or XDG_STATE_HOME.';
    throw new RondelError('INVALID_REQUEST', sentence, { cause });
  }
}

/** As two ways to write one address are the same. */
export function serverName(server: string): string {
  if (!URL.canParse(server)) {
    throw new RondelError(
      'INVALID_REQUEST',
      `"${server.slice(0, 200)}" is not the address of a server: write http://HOST:PORT.`,
    );
  }
  return new URL(server).href.replace(/\/+$/, '');
}

/** Undefined where nobody has logged in there, or a file of another version lies. */
export function readLogin(file: string): StoredLogin | undefined {
  try {
    const found: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Check(StoredLoginSchema, found) ? found : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      return undefined;
    throw error;
  }
}

/** Readable by this account alone, whatever lay there. */
export async function writeLogin(file: string, login: StoredLogin): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${process.pid}`;
  await rm(fresh, { force: true });
  await writeFile(fresh, JSON.stringify(login), { mode: 0o600, flag: 'wx' });
  await rename(fresh, file);
}
