import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { guarded } from './connection.js';
import { asideOf, keys } from './keys.js';
import { asWords } from '../lua/answers.js';
import { luaScript } from '../lua/lua-script.js';

/** What Redis holds between two times that it has lost everything. */
export interface DataRun {
  readonly id: string;
  /** Since when, by the clock of Redis. */
  readonly since: string;
  /** Whether somebody knew of data that was there before and is gone. */
  readonly afterLoss: boolean;
}

export const dataRunScript = luaScript('redis/data-run.lua', {
  keys: ['run', 'aside'],
  args: ['id', 'known'],
  read: asWords,
});

/** @param known What the caller has seen last. */
export async function readDataRun(redis: Redis, known: string | undefined): Promise<DataRun> {
  const call = {
    keys: { run: keys.dataRun, aside: asideOf(keys.dataRun) },
    args: { id: randomUUID(), known: known ?? '' },
  };
  const [id = '', since = '', afterLoss = ''] = await guarded(dataRunScript.run(redis, call));
  return { id, since: new Date(Number(since)).toISOString(), afterLoss: afterLoss === '1' };
}
