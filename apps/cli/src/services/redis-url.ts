import type { Command } from 'commander';
import { RondelError } from '@rondel/contracts';
import { namedRedis, redisReach, runningRedis, withoutPassword } from '@rondel/local';
import type { StateFolders } from './state-folder.js';

export interface RedisOptions {
  /** File with the certificate of the authority of Redis. @default what the system trusts */
  readonly redisCa?: string;
  /** Whatever goes to Redis beyond this machine need not be encrypted. @default false */
  readonly insecureRedis?: boolean;
}

export function addRedisOptions(command: Command): Command {
  return command
    .option('--redis-ca <file>', 'certificate of the authority of Redis, for rediss:// (REDIS_CA)')
    .option(
      '--insecure-redis',
      'use a Redis on another machine without TLS: whoever is on the way reads plans and can change what happens (RONDEL_INSECURE_REDIS=1)',
    );
}

/** The environment with what options say. */
export function redisEnvironment({ redisCa, insecureRedis }: RedisOptions, environment: NodeJS.ProcessEnv) {
  return {
    ...environment,
    ...(redisCa !== undefined && { REDIS_CA: redisCa }),
    ...(insecureRedis === true && { RONDEL_INSECURE_REDIS: '1' }),
  };
}

/**
 * `REDIS_URL` with what belongs to it; undefined where it is not set. Throws `INVALID_REQUEST` when it is no address, or leads
 * beyond this machine without TLS.
 */
export function safeRedis(environment: NodeJS.ProcessEnv): string | undefined {
  const named = namedRedis(environment);
  if (named === undefined) return undefined;
  const { encrypted, loopback } = redisReach(named);
  if (encrypted || loopback || environment.RONDEL_INSECURE_REDIS === '1') return named;
  throw new RondelError(
    'INVALID_REQUEST',
    `REDIS_URL is ${withoutPassword(named)}, which is not encrypted: whoever is on the way could read plans and passwords, and change what happens. Begin it with rediss:// (rediss+sentinel:// for Sentinels), with --redis-ca where its authority is your own; or add --insecure-redis if that is meant.`,
  );
}

/**
 * Address of the Redis that an API or worker of its own shall use: `REDIS_URL`, else the private one of a `rondel up`
 * that runs with the same state folder.
 *
 * Throws `SERVICE_UNAVAILABLE` when there is neither, `INVALID_REQUEST` as `safeRedis`.
 */
export async function redisUrl(environment: NodeJS.ProcessEnv, { redis, home }: StateFolders): Promise<string> {
  const named = safeRedis(environment);
  if (named !== undefined) return named;
  const running = await runningRedis(redis);
  if (running !== undefined) return running.url;
  throw new RondelError(
    'SERVICE_UNAVAILABLE',
    `There is no Redis: REDIS_URL is not set and no \`rondel up\` runs with the folder ${home}. Set one of them up.`,
  );
}
