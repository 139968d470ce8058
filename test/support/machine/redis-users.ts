import { rulesOfApi, rulesOfWorker } from '@rondel/local';
import { Redis } from 'ioredis';

/** A Redis in which API and workers may do what `rondel redis-acl` says, and no more. */
export interface RedisUsers {
  readonly api: string;
  readonly worker: string;
  /** What users wanted and were refused, each in a few words. */
  refused(): Promise<string[]>;
}

const password = 'for-a-test';

/** @param url Of a user that may do everything. */
export async function addRedisUser(url: string, name: string, rules: readonly string[]): Promise<string> {
  await asAdmin(url, (redis) => redis.call('ACL', 'SETUSER', name, 'reset', 'on', `>${password}`, ...rules));
  return url.replace(/^(rediss?:\/\/)(?:[^@/]*@)?/, `$1${name}:${password}@`);
}

/** @param url Of a user that may do everything. */
export async function addRedisUsers(url: string): Promise<RedisUsers> {
  return {
    api: await addRedisUser(url, 'an-api', rulesOfApi()),
    worker: await addRedisUser(url, 'a-worker', rulesOfWorker({ pools: [], workers: '' })),
    refused: () => refusedCommands(url),
  };
}

/** Of all users, since the server was started. */
export async function refusedCommands(url: string): Promise<string[]> {
  const log = (await asAdmin(url, (redis) => redis.call('ACL', 'LOG', '128'))) as string[][];
  return log
    .map((entry) => new Map(entry.map((name, index) => [name, entry[index + 1] ?? ''])))
    .filter((entry) => entry.get('reason') !== 'auth')
    .map((entry) => ['username', 'reason', 'object', 'context'].map((name) => entry.get(name)).join(' '));
}

async function asAdmin<T>(url: string, command: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url);
  try {
    return await command(redis);
  } finally {
    redis.disconnect();
  }
}
