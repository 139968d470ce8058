import type { RedisFacts } from '@rondel/jobs/redis';
import { withoutPassword } from '@rondel/jobs/redis-address';

/** Asks the server for its facts. Throws `SERVICE_UNAVAILABLE` when it does not answer within 5 s. */
export async function probeRedis(url: string): Promise<RedisFacts> {
  const { redisFacts, withRedis } = await queueSide();
  return redisFacts(await withRedis(url, (redis) => redis.info()));
}

/** Throws `SERVICE_UNAVAILABLE`, with the address, when Rondel can't work with this server. */
export async function requireUsable(facts: RedisFacts, url: string): Promise<void> {
  const { requireUsable: require } = await queueSide();
  require(facts, `The Redis at ${withoutPassword(url)}`);
}

/** Opened late: commands that ask no Redis shall not open its library. */
export async function queueSide(): Promise<typeof import('@rondel/jobs/redis')> {
  return import('@rondel/jobs/redis');
}
