import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { RondelError } from '@rondel/contracts';
import { freePort } from './free-port.js';
import { lastLines } from './process-output.js';
import type { RedisFacts } from '@rondel/jobs/redis';
import { probeRedis } from './redis-probe.js';
import { forgetRedis, recordRedis } from './redis-record.js';
import { exitReason, hasEnded, supervise } from './supervision.js';

export interface PrivateRedisOptions {
  /** Path of redis-server or valkey-server. */
  readonly program: string;
  /** Holds the append-only file, the log and the record of the running server. */
  readonly directory: string;
  readonly say: (line: string) => void;
}

export interface PrivateRedis {
  /** With its password: for the environment of child processes, never for a log. */
  readonly url: string;
  readonly facts: RedisFacts;
  stop(): Promise<void>;
}

const graceMilliseconds = 10_000;
/** It answers well before that, while it loads its append-only file as well. */
const startMilliseconds = 60_000;

/**
 * Starts a Redis of our own on a free loopback port, with a password that only this user can read, an append-only file
 * and no eviction. It is started again when it dies, and it dies with this process.
 */
export async function startPrivateRedis({ program, directory, say }: PrivateRedisOptions): Promise<PrivateRedis> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const home = await realpath(directory);
  const port = await freePort();
  const password = randomBytes(24).toString('base64url');
  const url = `redis://:${password}@127.0.0.1:${port}`;
  const configuration = join(home, 'redis.conf');
  await writeFile(configuration, configurationText({ home, port, password }), { mode: 0o600 });
  await recordRedis(home, { url, owner: process.pid, at: Date.now() });
  const server = await supervise({
    name: 'redis',
    graceMilliseconds,
    say,
    start: () => startGuarded(program, configuration),
    ready: (child) => answers(child, url, join(home, 'redis.log')),
    requestStop: closeLifeline,
  });
  return {
    url,
    facts: server.facts,
    async stop() {
      await server.stop();
      await forgetRedis(home);
    },
  };
}

function configurationText({ home, port, password }: { home: string; port: number; password: string }): string {
  return [
    'bind 127.0.0.1',
    'protected-mode yes',
    `port ${port}`,
    `requirepass ${password}`,
    `dir ${quoted(home)}`,
    `logfile ${quoted(join(home, 'redis.log'))}`,
    'daemonize no',
    'appendonly yes',
    'appendfsync everysec',
    'save ""',
    'maxmemory-policy noeviction',
    '',
  ].join('\n');
}

/** Redis reads double quotes with backslash escapes, as JSON writes them for every path without control characters. */
function quoted(path: string): string {
  return JSON.stringify(path);
}

/**
 * Runs the server beside a watcher that holds the read end of a pipe. When this process closes the pipe, or dies in
 * whatever way, the watcher reads its end and asks the server to stop.
 */
const guard = `
"$@" 3<&- &
server=$!
( read -r _ <&3; kill -TERM "$server" 2>/dev/null ) &
watcher=$!
exec 3<&-
wait "$server"
status=$?
kill "$watcher" 2>/dev/null
exit "$status"
`;

function startGuarded(program: string, configuration: string): ChildProcess {
  return spawn('/bin/sh', ['-c', guard, 'rondel-redis', program, configuration], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
}

function closeLifeline(child: ChildProcess): void {
  const lifeline = child.stdio[3] as Writable;
  lifeline.destroy();
}

async function answers(child: ChildProcess, url: string, log: string): Promise<RedisFacts> {
  const deadline = performance.now() + startMilliseconds;
  for (;;) {
    try {
      const facts = await probeRedis(url);
      // However large its append-only file is.
      if (facts.loadedPercent === undefined) return facts;
    } catch (error) {
      if (hasEnded(child)) throw await startFailure(exitReason(child), log);
      if (performance.now() > deadline) throw error;
    }
    await sleep(50);
  }
}

async function startFailure(reason: string, log: string): Promise<RondelError> {
  const text = await readFile(log, 'utf8').catch(() => '');
  const tail = text === '' ? '' : `: ${lastLines(text, 3)}`;
  return new RondelError('SERVICE_UNAVAILABLE', `The private Redis ended while it started (${reason})${tail}.`, {
    retryable: false,
  });
}
