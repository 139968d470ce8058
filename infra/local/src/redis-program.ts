import { homedir } from 'node:os';
import { join } from 'node:path';
import { unpackDebianRedis } from './debian-redis.js';
import { findOnPath, firstExecutable } from './executable.js';
import { missingRedis, type InstallOptions } from './missing-redis.js';
import { installHint, installWithManager } from './package-manager.js';

/** Programs that serve as Redis, best first. */
export const redisProgramNames = ['valkey-server', 'redis-server'] as const;

/** Path of a Redis server on the PATH or unpacked by an earlier run; nothing when there is none. */
export async function findRedisProgram(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  return (await findOnPath(redisProgramNames, environment)) ?? firstExecutable([unpackedProgram(environment)]);
}

/**
 * Path of a Redis server, installed with the system's package manager when there is none and no question has to be
 * asked for it.
 *
 * Throws `SERVICE_UNAVAILABLE` with the command to type when that is not possible.
 */
export async function ensureRedisProgram(options: InstallOptions): Promise<string> {
  const { environment } = options;
  const present = await findRedisProgram(environment);
  if (present !== undefined) return present;
  if ((await findOnPath(['apt-get'], environment)) !== undefined) {
    return unpackDebianRedis(unpackDirectory(environment), options);
  }
  const failed = await installWithManager(options);
  const installed = await findRedisProgram(environment);
  if (installed !== undefined) return installed;
  throw missingRedis(await installHint(environment), failed);
}

/** Where packages are unpacked: `RONDEL_CACHE`, else the user's cache folder (XDG base directories). */
function unpackDirectory(environment: NodeJS.ProcessEnv): string {
  const cache = environment.RONDEL_CACHE ?? join(environment.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'rondel');
  return join(cache, 'redis');
}

function unpackedProgram(environment: NodeJS.ProcessEnv): string {
  return join(unpackDirectory(environment), 'bin', 'redis-server');
}
