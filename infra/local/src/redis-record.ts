import { readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRondelError, RondelError } from '@rondel/contracts';
import { queueSide } from './redis-probe.js';

/** What the folder of a private Redis remembers about the server that runs in it. */
export interface RedisRecord {
  readonly url: string;
  /** Process that started the server. */
  readonly owner: number;
  /** When it began to start, in ms since 1970. */
  readonly at: number;
}

const recordName = 'running.json';
const shutdownMilliseconds = 10_000;
/** Within this time after its claim a server that does not answer yet may still be starting. */
const startMilliseconds = 60_000;

/** Claims the folder for a server that is about to start. Throws `CONFLICT` when another process is faster. */
export async function recordRedis(directory: string, record: RedisRecord): Promise<void> {
  try {
    await writeFile(join(directory, recordName), `${JSON.stringify(record)}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (hasCode(error, 'EEXIST')) throw inUse(directory);
    throw error;
  }
}

export async function forgetRedis(directory: string): Promise<void> {
  await rm(join(directory, recordName), { force: true });
}

/** The private Redis that runs in this folder now; nothing when none does. */
export async function runningRedis(directory: string): Promise<RedisRecord | undefined> {
  const record = await readRecord(directory);
  if (record === undefined || !(await serves(record.url, directory))) return undefined;
  return record;
}

/**
 * Makes sure that no server uses the folder any more: one whose owner was killed is shut down.
 *
 * Throws `CONFLICT` when its owner is alive.
 */
export async function clearLeftover(directory: string): Promise<void> {
  const record = await readRecord(directory);
  if (record !== undefined && isAlive(record.owner) && Date.now() - record.at < startMilliseconds) {
    throw inUse(directory, record.owner);
  }
  if (record !== undefined && (await serves(record.url, directory))) {
    if (isAlive(record.owner)) throw inUse(directory, record.owner);
    await shutDown(record.url, directory);
  }
  await forgetRedis(directory);
}

function inUse(directory: string, owner?: number): RondelError {
  const who = owner === undefined ? 'Another Rondel' : `Another Rondel (process ${owner})`;
  return new RondelError(
    'CONFLICT',
    `${who} uses the folder ${directory}. Stop it, or set RONDEL_HOME to another folder.`,
  );
}

async function shutDown(url: string, directory: string): Promise<void> {
  // The server closes the connection instead of answering, which is what success looks like here.
  const { withRedis } = await queueSide();
  await withRedis(url, (redis) => redis.shutdown()).catch((error: unknown) => {
    if (!isUnreachable(error)) throw error;
  });
  const deadline = performance.now() + shutdownMilliseconds;
  while (await serves(url, directory)) {
    if (performance.now() > deadline) {
      throw new RondelError(
        'CONFLICT',
        `A Redis that an earlier Rondel left behind in ${directory} does not shut down. End it by hand.`,
      );
    }
    await sleep(50);
  }
}

/** Whether the server at this address is the one of this folder, and not another that got the port later. */
async function serves(url: string, directory: string): Promise<boolean> {
  try {
    const { withRedis } = await queueSide();
    const reply = await withRedis(url, (redis) => redis.config('GET', 'dir'));
    const values: unknown[] = Array.isArray(reply) ? reply : Object.values(reply);
    return values.includes(await realpath(directory));
  } catch (error) {
    if (isUnreachable(error)) return false;
    throw error;
  }
}

function isUnreachable(error: unknown): boolean {
  return isRondelError(error) && error.code === 'SERVICE_UNAVAILABLE';
}

async function readRecord(directory: string): Promise<RedisRecord | undefined> {
  let text: string;
  try {
    text = await readFile(join(directory, recordName), 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  return parseRecord(text);
}

/** A record that was cut off by a crash counts as none. */
function parseRecord(text: string): RedisRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('url' in value) || !('owner' in value) || !('at' in value))
      return undefined;
    const { url, owner, at } = value;
    const sound = typeof url === 'string' && typeof owner === 'number' && typeof at === 'number';
    return sound ? { url, owner, at } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
