import type { Redis } from 'ioredis';
import type { BeginAnswer, Leg } from '../../record/attempts.js';
import { guarded } from '../../redis/connection.js';
import { setConstants } from '../../index/set-constants.js';
import { headFrom, zipped } from '../../record/job-fields.js';
import { keys } from '../../redis/keys.js';
import { lineConstants } from '../../line/line-constants.js';
import { luaScript } from '../../lua/lua-script.js';
import { begunAttempt, legName } from '../../stages/stage-fields.js';
import { DamagedRecord, isOfOtherType } from '../../stored/stored.js';

/** What `begin-attempt.lua` needs beside the job. */
export const beginArgs = ['worker', 'startedAt', 'channel'] as const;
export const beginConstants = { ...setConstants, ...lineConstants } as const;

export const beginScript = luaScript('transitions/attempt/begin.lua', {
  keys: ['job', 'events'],
  args: ['id', 'leg', 'generation', 'stage', ...beginArgs],
  constants: beginConstants,
  read: (answer) => answer,
});

/** Of whoever begins something now. */
export function beginValues(worker: string) {
  return { worker, startedAt: new Date().toISOString(), channel: keys.news };
}

/** A worker begins an attempt at a leg that it has taken. */
export async function beginLeg(redis: Redis, leg: Leg, worker: string): Promise<BeginAnswer> {
  const { job: id, generation, stage } = leg;
  const call = {
    keys: { job: keys.job(id), events: keys.events(id) },
    args: { id, leg: legName(leg), generation, stage, ...beginValues(worker) },
  };
  try {
    return readBeginning(leg, await guarded(beginScript.run(redis, call)));
  } catch (error) {
    if (!isOfOtherType(error)) throw error;
    return { answer: 'damaged', reason: error.message };
  }
}

/** What `begin-attempt.lua` answers. */
export function readBeginning(leg: Leg, answer: unknown): BeginAnswer {
  if (answer === 'missing') return { answer };
  if (!Array.isArray(answer)) return { answer: 'ended' };
  const [first, second] = answer as ['exhausted', number] | [number, (string | null)[]];
  if (first === 'exhausted') return { answer: first, attempts: second };
  const fields = zipped(begunFields(legName(leg)), second);
  try {
    return { answer: 'begun', attempt: begunAttempt({ leg, head: headFrom(fields.head), fields, attempt: first }) };
  } catch (error) {
    if (!(error instanceof DamagedRecord)) throw error;
    return { answer: 'damaged', reason: error.message };
  }
}

/** What the script reads of a job, in this order. Of many blocks nobody wants to read what the others have done. */
function begunFields(leg: string): string[] {
  return ['head', 'work', 'inputs', 'run', 'allowed', `b:${leg}:allowed`];
}
