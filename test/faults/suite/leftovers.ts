import { readdir, utimes } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { openArtifactStore } from '@rondel/store';
import type { Redis } from 'ioredis';

/** What BullMQ keeps of a queue that nothing lies on. */
const emptyQueue = /:(meta|id|events|marker|pc|stalled-check)$/;

/** Ended jobs, and the jobs of sweeps whose API was killed before they were accepted. */
const expiring = /^\{rondel\}:(job:[^:]+(:events)?|sweep:[^:]+:jobs)$/;

/** What Redis holds of jobs although all of them have ended. */
export async function redisLeftovers(redis: Redis): Promise<string[]> {
  const left: string[] = [];
  for (const key of await allKeys(redis)) {
    if (isOwedToNobody(key)) left.push(`Redis holds ${key} though every job has ended`);
    else if (expiring.test(key) && (await redis.ttl(key)) < 0) {
      left.push(`Redis would keep ${key} for ever`);
    }
  }
  return left;
}

/** Empty sets are no keys, so it is enough to look at names. */
function isOwedToNobody(key: string): boolean {
  if (key.startsWith('{rondel}:legs:')) return !emptyQueue.test(key);
  return (
    ['{rondel}:live', '{rondel}:unrecorded', '{rondel}:sweeps:unsettled'].includes(key) ||
    ['{rondel}:queued:', '{rondel}:results:lease:', '{rondel}:drain:'].some((prefix) => key.startsWith(prefix))
  );
}

async function allKeys(redis: Redis): Promise<string[]> {
  const keys: string[] = [];
  let cursor = '0';
  do {
    const [next, found] = await redis.scan(cursor, 'COUNT', 1000);
    keys.push(...found);
    cursor = next;
  } while (cursor !== '0');
  return [...new Set(keys)].sort();
}

/** Previews of jobs of which the store has no record although every job has ended. */
export async function previewsLeft(folder: string): Promise<string[]> {
  const store = openArtifactStore(folder);
  const left: string[] = [];
  for (const job of await store.listPreviews()) {
    if ((await store.getRecord(job)) === undefined) left.push(`the preview of job ${job} is left`);
  }
  return left;
}

export interface TemporaryFiles {
  readonly broken: readonly string[];
  /** Files that killed processes were writing, which the store's sweep has removed. */
  readonly swept: number;
}

/** Folders whose files are not to stay. */
const passing = ['incoming', 'checkpoints'];
const twoDaysMs = 2 * 24 * 3600 * 1000;

/**
 * Looks for files that were being written when their process was killed. Nobody can tell them from files that a slow
 * process is still writing but by their age: they are made old here, and the sweep that every API does must remove them.
 *
 * @param kills How many processes were killed or had no space left: as many files may lie there, no more.
 */
export async function sweepTemporaryFiles(store: string, kills: number): Promise<TemporaryFiles> {
  const broken: string[] = [];
  const before = await temporaryFiles(store);
  if (before.length > kills) broken.push(`${before.length} temporary files are left, by ${kills} killed processes`);
  const old = new Date(Date.now() - twoDaysMs);
  for (const name of before) await utimes(join(store, name), old, old);
  await openArtifactStore(store).collectUnfinished();
  const after = await temporaryFiles(store);
  broken.push(...after.map((name) => `the temporary file ${name} is left and is not swept`));
  return { broken, swept: before.length - after.length };
}

async function temporaryFiles(store: string): Promise<string[]> {
  const entries = await readdir(store, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(store.length + 1))
    .filter((name) => name.split(sep).some((folder) => passing.includes(folder)));
}
