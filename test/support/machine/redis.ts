import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureRedis } from '@rondel/local';
import { Redis } from 'ioredis';

export interface TestRedis {
  readonly url: string;
  /** The server stops answering, as a stalled machine does. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

/** A real, private Redis in a folder of its own, whatever REDIS_URL says. */
export async function startTestRedis(): Promise<TestRedis> {
  const directory = await mkdtemp(join(tmpdir(), 'rondel-redis-'));
  const { REDIS_URL: _, ...environment } = process.env;
  const redis = await ensureRedis({ directory, environment });
  const pid = await serverPid(redis.url);
  return {
    url: redis.url,
    pause: () => void process.kill(pid, 'SIGSTOP'),
    resume: () => void process.kill(pid, 'SIGCONT'),
    async stop() {
      process.kill(pid, 'SIGCONT');
      await redis.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function serverPid(url: string): Promise<number> {
  const connection = new Redis(url);
  const info = await connection.info('server');
  connection.disconnect();
  const pid = Number(/^process_id:(\d+)/m.exec(info)?.[1]);
  if (Number.isInteger(pid)) return pid;
  throw new Error('Redis did not tell its process id.');
}
