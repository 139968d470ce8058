import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRedisProgram, freePort } from '@rondel/local';
import { withRedis } from '@rondel/jobs/redis';
import { eventually } from './stack.js';

export interface RedisServer {
  readonly port: number;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

/** A real server on a free loopback port with the given lines of configuration, in a folder of its own. */
export async function startRedisServer(
  lines: readonly string[],
  { sentinel = false }: { readonly sentinel?: boolean } = {},
): Promise<RedisServer> {
  const program = await findRedisProgram(process.env);
  if (program === undefined) throw new Error('There is no redis-server on the PATH.');
  const directory = await mkdtemp(join(tmpdir(), 'rondel-server-'));
  const port = await freePort();
  const configuration = join(directory, 'redis.conf');
  const common = ['bind 127.0.0.1', `port ${port}`, `dir ${directory}`, 'save ""', 'maxmemory-policy noeviction'];
  await writeFile(configuration, [...(sentinel ? common.slice(0, 3) : common), ...lines, ''].join('\n'));
  const child = spawn(program, [configuration, ...(sentinel ? ['--sentinel'] : [])], { stdio: 'ignore' });
  const answers = () =>
    withRedis(`redis://127.0.0.1:${port}`, (redis) => redis.ping()).then(
      () => true,
      // One that asks for a password, or for other credentials, has started.
      (error: unknown) => /NOAUTH|NOPERM/.test(String(error)),
    );
  await eventually(answers, () => 'redis-server did not start.');
  return {
    port,
    process: child,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }
      await rm(directory, { recursive: true, force: true });
    },
  };
}
