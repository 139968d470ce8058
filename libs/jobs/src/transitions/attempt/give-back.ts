import type { Failure } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import type { Attempt, Subjob } from '../../record/subjob-attempts.js';
import { guarded } from '../../redis/connection.js';
import { jsonOrEmpty } from '../../record/job-fields.js';
import { keys } from '../../redis/keys.js';
import { countedConstants } from '../transition-constants.js';
import { asYesOrNo } from '../../lua/answers.js';
import { luaScript } from '../../lua/lua-script.js';
import { blockField, subjobName } from '../../stages/stage-fields.js';

export const giveBackScript = luaScript('transitions/attempt/give-back.lua', {
  keys: ['job', 'events'],
  args: ['id', 'subjob', 'attempt', 'channel', 'state', 'extra', 'failure'],
  constants: countedConstants,
  read: asYesOrNo,
});

interface GivenBack {
  readonly subjob: Subjob;
  readonly attempt: number;
  readonly channel: string;
  readonly state: 'queued' | 'waiting';
  readonly extra: 0 | 1;
  readonly error?: Failure | undefined;
}

function giveBackAs(redis: Redis, { subjob, attempt, channel, state, extra, error }: GivenBack): Promise<boolean> {
  const { job: id } = subjob;
  return guarded(
    giveBackScript.run(redis, {
      keys: { job: keys.job(id), events: keys.events(id) },
      args: { id, subjob: subjobName(subjob), attempt, channel, state, extra, failure: jsonOrEmpty(error) },
    }),
  );
}

/** Back to the queue: `lost` counts as an attempt, `drained` does not. False when the attempt no longer counts. */
export function giveBack(
  redis: Redis,
  { subjob, attempt }: Pick<Attempt, 'subjob' | 'attempt'>,
  why: 'lost' | 'drained',
  error?: Failure,
): Promise<boolean> {
  const how = why === 'drained' ? ({ state: 'queued', extra: 1 } as const) : ({ state: 'waiting', extra: 0 } as const);
  return giveBackAs(redis, { subjob, attempt, channel: keys.news, ...how, error });
}

/** Takes a sub-job from the attempt that runs, which does not count then. False when none runs. */
export async function takeBack(redis: Redis, subjob: Subjob): Promise<boolean> {
  const attempt = await guarded(redis.hget(keys.job(subjob.job), blockField(subjob, 'attempt')));
  if (attempt === null) return false;
  // Its worker must hear of it.
  const channel = keys.workerNews;
  return giveBackAs(redis, { subjob, attempt: Number(attempt), channel, state: 'queued', extra: 1 });
}

/** Whether the sub-job was taken back or handed back and nobody has begun it since. */
export async function isHandedBack(redis: Redis, subjob: Subjob): Promise<boolean> {
  const fields = ['generation', 'stage', blockField(subjob, 'state')];
  const [generation, stage, state] = await guarded(redis.hmget(keys.job(subjob.job), ...fields));
  if (Number(generation) !== subjob.generation || Number(stage) !== subjob.stage) return false;
  return state === 'queued' || state === 'waiting';
}
