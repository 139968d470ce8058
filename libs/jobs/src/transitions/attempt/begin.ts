import type { Redis } from 'ioredis';
import type { BeginAnswer, Subjob } from '../../record/subjob-attempts.js';
import { guarded } from '../../redis/connection.js';
import { isForbidden } from '../../redis/redis-trouble.js';
import { headFrom, zipped } from '../../record/job-fields.js';
import { keys } from '../../redis/keys.js';
import { countedConstants } from '../transition-constants.js';
import { luaScript } from '../../lua/lua-script.js';
import { begunAttempt, subjobName } from '../../stages/stage-fields.js';
import { DamagedRecord, isOfOtherType, parseJson } from '../../stored/stored.js';
import { recordVersions, versionOf } from '../../stored/versions.js';

/** What `begin-attempt.lua` needs beside the job. */
export const beginArgs = ['worker', 'startedAt', 'channel'] as const;
export const beginConstants = { ...countedConstants, heldKey: keys.held, knownJobs: recordVersions.job } as const;

export const beginScript = luaScript('transitions/attempt/begin.lua', {
  keys: ['job', 'events'],
  args: ['id', 'subjob', 'generation', 'stage', ...beginArgs],
  constants: beginConstants,
  read: (answer) => answer,
});

/** Of whoever begins something now. */
export function beginValues(worker: string) {
  return { worker, startedAt: new Date().toISOString(), channel: keys.news };
}

/** A worker begins an attempt at a sub-job that it has taken. */
export async function beginSubjob(redis: Redis, subjob: Subjob, worker: string): Promise<BeginAnswer> {
  const { job: id, generation, stage } = subjob;
  const call = {
    keys: { job: keys.job(id), events: keys.events(id) },
    args: { id, subjob: subjobName(subjob), generation, stage, ...beginValues(worker) },
  };
  try {
    return readBeginning(subjob, await guarded(beginScript.run(redis, call)));
  } catch (error) {
    if (isForbidden(error)) return { answer: 'forbidden' };
    if (!isOfOtherType(error, keys.job(id))) throw error;
    return { answer: 'damaged', reason: error.message };
  }
}

/** What `begin-attempt.lua` answers. */
export function readBeginning(subjob: Subjob, answer: unknown): BeginAnswer {
  if (answer === 'missing' || answer === 'held') return { answer };
  if (!Array.isArray(answer)) return { answer: 'ended' };
  const [first, second] = answer as ['exhausted', number] | ['later', string] | [number, (string | null)[]];
  if (first === 'later') return { answer: first, version: versionOf(parseJson(second)) ?? 1 };
  if (first === 'exhausted') return { answer: first, attempts: second };
  const fields = zipped(begunFields(subjobName(subjob)), second);
  try {
    return { answer: 'begun', attempt: begunAttempt({ subjob, head: headFrom(fields.head), fields, attempt: first }) };
  } catch (error) {
    if (!(error instanceof DamagedRecord)) throw error;
    return { answer: 'damaged', reason: error.message };
  }
}

/** What the script reads of a job, in this order. Of many blocks nobody wants to read what the others have done. */
function begunFields(subjob: string): string[] {
  return ['head', 'work', 'inputs', 'run', 'allowed', `b:${subjob}:allowed`, 'warrant', 'workBefore'];
}
