import { RondelError } from '@rondel/contracts';
import { namedRedis, runningRedis } from '@rondel/local';
import type { StateFolders } from './state-folder.js';

/**
 * Address of the Redis that an API or worker of its own shall use: `REDIS_URL`, else the private one of a `rondel up`
 * that runs with the same state folder.
 *
 * Throws `SERVICE_UNAVAILABLE` when there is neither, `INVALID_REQUEST` when `REDIS_URL` is no address.
 */
export async function redisUrl(environment: NodeJS.ProcessEnv, { redis, home }: StateFolders): Promise<string> {
  const named = namedRedis(environment);
  if (named !== undefined) return named;
  const running = await runningRedis(redis);
  if (running !== undefined) return running.url;
  throw new RondelError(
    'SERVICE_UNAVAILABLE',
    `There is no Redis: REDIS_URL is not set and no \`rondel up\` runs with the folder ${home}. Set one of them up.`,
  );
}
