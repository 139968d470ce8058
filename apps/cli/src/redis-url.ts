import { RondelError } from '@rondel/contracts';
import { runningRedis } from '@rondel/local';
import type { StateFolders } from './state-folder.js';

/**
 * Address of the Redis that an API or worker of its own shall use: `REDIS_URL`, else the private one of a `rondel up`
 * that runs with the same state folder.
 *
 * Throws `SERVICE_UNAVAILABLE` when there is neither.
 */
export async function redisUrl(environment: NodeJS.ProcessEnv, { redis, home }: StateFolders): Promise<string> {
  if (environment.REDIS_URL) return environment.REDIS_URL;
  const running = await runningRedis(redis);
  if (running !== undefined) return running.url;
  throw new RondelError(
    'SERVICE_UNAVAILABLE',
    `There is no Redis: REDIS_URL is not set and no \`rondel up\` runs with the folder ${home}. Set one of them up.`,
  );
}
