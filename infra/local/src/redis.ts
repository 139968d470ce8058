import { mkdir } from 'node:fs/promises';
import { namedRedis, withoutPassword } from '@rondel/jobs/redis-address';
import { startPrivateRedis } from './private-redis.js';
import { probeRedis, requireUsable } from './redis-probe.js';
import { ensureRedisProgram } from './redis-program.js';
import { clearLeftover } from './redis-record.js';

export interface EnsureRedisOptions {
  /** Folder of a private server: its append-only file, its log and the record of the running process. */
  readonly directory: string;
  /** Default `process.env`; read are `REDIS_URL`, `REDIS_SENTINEL_…`, `PATH`, `RONDEL_CACHE`, `XDG_CACHE_HOME`. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Receives one line per thing that takes a while or goes wrong later. */
  readonly say?: (line: string) => void;
}

/** A Redis that Rondel can use. */
export interface AvailableRedis {
  /** May hold a password. */
  readonly url: string;
  /** For people: the address without the password. */
  readonly address: string;
  readonly version: string;
  /** e.g. `valkey 8.1.1` */
  readonly program: string;
  /** `external`: from REDIS_URL, left alone by `stop`. `private`: started here. */
  readonly origin: 'external' | 'private';
  stop(): Promise<void>;
}

/**
 * The Redis of `REDIS_URL` when that is set, else a private one that is started here and ends with this process;
 * its program is installed first when the machine has none and that needs no question.
 *
 * Throws `SERVICE_UNAVAILABLE` when the server of `REDIS_URL` does not answer, is older than 6.2 or may evict keys, and
 * when no program can be had; `CONFLICT` when another living process has its private server in the same folder.
 */
export async function ensureRedis({
  directory,
  environment = process.env,
  say = () => undefined,
}: EnsureRedisOptions): Promise<AvailableRedis> {
  const external = namedRedis(environment);
  if (external !== undefined) return useExternal(external);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await clearLeftover(directory);
  const program = await ensureRedisProgram({ environment, say });
  const redis = await startPrivateRedis({ program, directory, say });
  const { version, program: name } = redis.facts;
  try {
    await requireUsable(redis.facts, redis.url);
  } catch (error) {
    await redis.stop();
    throw error;
  }
  return {
    url: redis.url,
    address: withoutPassword(redis.url),
    version,
    program: name,
    origin: 'private',
    stop: () => redis.stop(),
  };
}

async function useExternal(url: string): Promise<AvailableRedis> {
  const facts = await probeRedis(url);
  await requireUsable(facts, url);
  return {
    url,
    address: withoutPassword(url),
    version: facts.version,
    program: facts.program,
    origin: 'external',
    stop: () => Promise.resolve(),
  };
}
