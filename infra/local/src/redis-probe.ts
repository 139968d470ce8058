import type { Redis } from 'ioredis';
import { RondelError } from '@rondel/contracts';

/** Facts that a Redis (or Valkey) server tells about itself. */
export interface RedisFacts {
  /** Version of the Redis protocol and command set it implements, e.g. `7.0.15`. */
  readonly version: string;
  /** e.g. `valkey 8.1.1`; the name and version of the program itself. */
  readonly program: string;
  /** `maxmemory-policy` */
  readonly evictionPolicy: string;
  /** Whether what it holds outlives it. */
  readonly appendOnly: boolean;
}

/** Oldest version that has the commands Rondel's queues need. */
const oldestVersion = [6, 2] as const;

const answerMilliseconds = 5000;

/** Asks the server for its facts. Throws `SERVICE_UNAVAILABLE` when it does not answer within 5 s. */
export async function probeRedis(url: string): Promise<RedisFacts> {
  const info = await withRedis(url, (redis) => redis.info());
  const version = infoField(info, 'redis_version') ?? 'unknown';
  const valkey = infoField(info, 'valkey_version');
  return {
    version,
    program: valkey === undefined ? `redis ${version}` : `valkey ${valkey}`,
    evictionPolicy: infoField(info, 'maxmemory_policy') ?? 'unknown',
    appendOnly: infoField(info, 'aof_enabled') === '1',
  };
}

/**
 * Throws `SERVICE_UNAVAILABLE` when Rondel can't work with this server: too old, or allowed to evict keys, which would
 * lose jobs without a trace.
 */
export function requireUsable(facts: RedisFacts, url: string): void {
  const [major = 0, minor = 0] = facts.version.split('.').map(Number);
  if (major < oldestVersion[0] || (major === oldestVersion[0] && minor < oldestVersion[1])) {
    throw new RondelError(
      'SERVICE_UNAVAILABLE',
      `The Redis at ${withoutPassword(url)} has version ${facts.version}, and Rondel needs ${oldestVersion.join('.')} or newer. Update it, or unset REDIS_URL to let Rondel start its own.`,
      { retryable: false },
    );
  }
  if (facts.evictionPolicy !== 'noeviction') {
    throw new RondelError(
      'SERVICE_UNAVAILABLE',
      `The Redis at ${withoutPassword(url)} has maxmemory-policy ${facts.evictionPolicy}: when memory runs short it would drop jobs. Run \`redis-cli config set maxmemory-policy noeviction\` there and put the same into its configuration.`,
      { retryable: false },
    );
  }
}

/**
 * Runs commands on a connection of their own. Throws `SERVICE_UNAVAILABLE`, with the address but never the password,
 * when the server does not answer.
 */
export async function withRedis<T>(url: string, commands: (redis: Redis) => Promise<T>): Promise<T> {
  const { Redis } = await import('ioredis');
  const redis = new Redis(checkedUrl(url), {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: answerMilliseconds,
    commandTimeout: answerMilliseconds,
  });
  let trouble: Error | undefined;
  redis.on('error', (error: Error) => {
    trouble = error;
  });
  try {
    await redis.connect();
    return await commands(redis);
  } catch (error) {
    const reason = trouble ?? error;
    throw new RondelError(
      'SERVICE_UNAVAILABLE',
      `No Redis answers at ${withoutPassword(url)} (${reason instanceof Error ? reason.message : String(reason)}). Start it, or unset REDIS_URL to let Rondel start its own.`,
      { cause: error },
    );
  } finally {
    redis.disconnect();
  }
}

/** The address for messages and logs. */
export function withoutPassword(url: string): string {
  const parsed = new URL(url);
  parsed.password = '';
  parsed.username = '';
  return parsed.href;
}

function checkedUrl(url: string): string {
  const protocol = URL.canParse(url) ? new URL(url).protocol : '';
  if (protocol === 'redis:' || protocol === 'rediss:') return url;
  throw new RondelError(
    'INVALID_REQUEST',
    'The address of Redis (REDIS_URL) must read redis://HOST:PORT or rediss://HOST:PORT.',
  );
}

function infoField(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim();
}
