import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, readTokenFile, type Client } from '@rondel/client';
import type { WorkerRecord } from '@rondel/contracts';
import { freePort } from '@rondel/local';
import { startRondel } from './rondel-command.js';
import { startTestRedis, type TestRedis } from './redis.js';
import { addRedisUsers, type RedisUsers } from './redis-users.js';

/** A process takes a second or two to start, and many times that on a machine with much else to do. */
const longestStartMs = 90_000;

export interface WorkerProcess {
  readonly child: ChildProcess;
  readonly record: WorkerRecord;
}

/** Redis, one API and any number of workers, each a real process, on free loopback ports and in a folder of its own. */
export interface Stack {
  readonly client: Client;
  readonly redis: TestRedis;
  readonly directory: string;
  /** For `rondel` commands against this stack. */
  readonly environment: NodeJS.ProcessEnv;
  /** Everything that the processes have logged. */
  readonly log: () => string;
  /** Of an admin, in a stack with a token. */
  readonly token: () => Promise<string>;
  startWorker(...args: string[]): Promise<WorkerProcess>;
  /** Ends every worker that still runs. */
  stopWorkers(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * API and workers each are a user of Redis that may do no more than they need: `stop` throws where one of them wanted more.
 *
 * @param apiParameters Further parameters of `rondel api`.
 */
export async function startStack(...apiParameters: string[]): Promise<Stack> {
  return startForUsers(() => apiParameters);
}

/** As `startStack`, and as `rondel up` has it: the token that lets in lies where command line and SDK look for it. */
export async function startStackWithToken(...apiParameters: string[]): Promise<Stack> {
  return startForUsers((tokenFile) => ['--auth', 'token', '--token-file', tokenFile, ...apiParameters]);
}

/** Parameters of `rondel api`, by the file in which programs look for its token. */
type ApiParameters = (tokenFile: string) => readonly string[];

async function startForUsers(apiParameters: ApiParameters): Promise<Stack> {
  const redis = await startTestRedis();
  const users = await addRedisUsers(redis.url);
  const stack = await startAs(redis, users, apiParameters);
  return {
    ...stack,
    async stop() {
      const refused = await users.refused();
      await stack.stop();
      if (refused.length > 0)
        throw new Error(`libs/jobs/src/redis/acl.ts forbids what is needed: ${refused.join('; ')}`);
    },
  };
}

/** As `startStack`, on a Redis that goes with it when it stops, where everybody may do everything. */
export async function startStackOn(redis: TestRedis, ...apiParameters: string[]): Promise<Stack> {
  return startAs(redis, { api: redis.url, worker: redis.url }, () => apiParameters);
}

async function startAs(
  redis: TestRedis,
  users: Pick<RedisUsers, 'api' | 'worker'>,
  apiParameters: ApiParameters,
): Promise<Stack> {
  const directory = await mkdtemp(join(tmpdir(), 'rondel-stack-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const environment = {
    REDIS_URL: redis.url,
    RONDEL_HOME: directory,
    RONDEL_URL: url,
    XDG_STATE_HOME: join(directory, 'state'),
  };
  const children = new Set<ChildProcess>();
  let log = '';
  const start = (args: string[], redisUrl: string) => {
    const child = startRondel(args, { ...environment, REDIS_URL: redisUrl });
    child.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
    child.stdout?.resume();
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  };
  const tokenFile = join(environment.XDG_STATE_HOME, 'rondel', 'tokens', `${port}.json`);
  const parameters = apiParameters(tokenFile);
  const token = () => Promise.resolve(readTokenFile(tokenFile)?.token ?? '');
  const client = createClient({ url, token: parameters.includes(tokenFile) ? token : undefined });
  const api = start(['api', '--port', String(port), ...parameters], users.api);
  await eventually(
    async () => (await client.health()).status === 'ready',
    () => log,
    longestStartMs,
  );

  return {
    client,
    redis,
    directory,
    environment,
    log: () => log,
    token,
    async startWorker(...args) {
      const child = start(['worker', '--engine', 'wasm', ...args], users.worker);
      let record: WorkerRecord | undefined;
      await eventually(
        async () => (record = (await client.workers()).find(({ pid }) => pid === child.pid)) !== undefined,
        () => log,
        longestStartMs,
      );
      if (record === undefined) throw new Error('unreachable');
      return { child, record };
    },
    async stopWorkers() {
      await Promise.all([...children].filter((child) => child !== api).map(stopChild));
    },
    async stop() {
      await Promise.all([...children].map(stopChild));
      await redis.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await exited;
  clearTimeout(timer);
}

/** Asks until the answer is yes. Connection failures count as no. */
export async function eventually(
  question: () => boolean | Promise<boolean>,
  explain: () => string,
  timeoutMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let last = '';
  while (Date.now() < deadline) {
    try {
      if (await question()) return;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`It did not happen within ${timeoutMs} ms. ${last}\n${explain().slice(-3000)}`);
}

/** Pids of a process's children, from /proc or ps. */
export async function childrenOf(pid: number): Promise<number[]> {
  const { execFile } = await import('node:child_process');
  const { promisify } = await import('node:util');
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid)
    .map(([child = 0]) => child);
}
