import { mkdir, rm, stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { RondelError } from '@rondel/contracts';
import { hasExpired, refreshed } from './device-flow.js';
import { loginFile, readLogin, writeLogin, type StoredLogin } from './stored-login.js';

/** Another process that has not let go of it after this time has ended. */
const longestLockMs = 30_000;

/**
 * The token of whoever has logged in at a server with `rondel login`, asked for anew before it ends; undefined where nobody has.
 */
export function loginToken(server: string, environment: NodeJS.ProcessEnv): (() => Promise<string>) | undefined {
  if (!URL.canParse(server)) return undefined;
  const file = loginFile(server, environment);
  if (readLogin(file) === undefined) return undefined;
  return async () => {
    const login = known(file, server);
    return hasExpired(login) ? alone(file, () => anotherToken(file, server)) : login.token;
  };
}

async function anotherToken(file: string, server: string): Promise<string> {
  const login = known(file, server);
  // Another command has got it meanwhile.
  if (!hasExpired(login)) return login.token;
  const fresh = { ...login, ...(await refreshed(login)) };
  await writeLogin(file, fresh);
  return fresh.token;
}

function known(file: string, server: string): StoredLogin {
  const login = readLogin(file);
  if (login !== undefined) return login;
  throw new RondelError('UNAUTHENTICATED', `You have logged out of ${server} meanwhile. Run \`rondel login\`.`);
}

/** A provider that sees one token for later used twice takes it for stolen and ends the log-in, so commands take turns. */
async function alone<T>(file: string, action: () => Promise<T>): Promise<T> {
  const lock = `${file}.lock`;
  while (!(await taken(lock))) {
    await pause(100);
    const since = await stat(lock).catch(unlessGone);
    if (since !== undefined && Date.now() - since.mtimeMs > longestLockMs)
      await rm(lock, { recursive: true, force: true });
  }
  try {
    return await action();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

/** Whoever had it has let it go. */
function unlessGone(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}

async function taken(lock: string): Promise<boolean> {
  try {
    await mkdir(lock);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
