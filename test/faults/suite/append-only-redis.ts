import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureRedisProgram, freePort } from '@rondel/local';
import { Redis } from 'ioredis';

/**
 * When Redis flushes its append-only file. `always`: what was answered is on the disk, so a SIGKILL may lose nothing.
 * `everysec`: up to two seconds of what was answered may be lost.
 */
export type Flush = 'always' | 'everysec';

/** A Redis that can be killed and comes back at the same port with what its append-only file holds. */
export interface AppendOnlyRedis {
  readonly port: number;
  readonly url: string;
  start(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

export async function prepareRedis(directory: string, flush: Flush): Promise<AppendOnlyRedis> {
  const { REDIS_URL: _, ...environment } = process.env;
  const program = await ensureRedisProgram({ environment, say: (line) => console.error(line) });
  await mkdir(directory, { recursive: true });
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let server: ChildProcess | undefined;
  process.once('exit', () => server?.kill('SIGKILL'));
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: directory,
    appendonly: 'yes',
    appendfsync: flush,
    save: '',
    'maxmemory-policy': 'noeviction',
    logfile: 'redis.log',
  };
  return {
    port,
    url,
    async start() {
      const options = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
      server = spawn(program, options, { stdio: 'ignore' });
      await untilItAnswers(server, url);
    },
    async kill() {
      if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
      const exited = once(server, 'exit');
      server.kill('SIGKILL');
      await exited;
    },
  };
}

/** It also says PING is too early while it loads the file. */
async function untilItAnswers(server: ChildProcess, url: string): Promise<void> {
  const connection = new Redis(url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
  connection.on('error', () => undefined);
  try {
    while (server.exitCode === null) {
      const answer = await Promise.race([connection.ping().catch(() => ''), sleep(500)]);
      if (answer === 'PONG') return;
    }
  } finally {
    connection.disconnect();
  }
  throw new Error(`Redis did not start: exit code ${server.exitCode}. See redis.log in its folder.`);
}
