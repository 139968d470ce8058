import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureRedis } from '@rondel/local';

export interface TestRedis {
  readonly url: string;
  stop(): Promise<void>;
}

/** A real, private Redis in a folder of its own, whatever REDIS_URL says. */
export async function startTestRedis(): Promise<TestRedis> {
  const directory = await mkdtemp(join(tmpdir(), 'rondel-redis-'));
  const { REDIS_URL: _, ...environment } = process.env;
  const redis = await ensureRedis({ directory, environment });
  return {
    url: redis.url,
    async stop() {
      await redis.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
