import type { Redis } from 'ioredis';
import type { StageHead } from '../../record/job-parts.js';
import type { BegunAttempt, DividedStages } from '../../record/subjob-attempts.js';
import { guarded } from '../../redis/connection.js';
import { keys } from '../../redis/keys.js';
import { asYesOrNo } from '../../lua/answers.js';
import { luaScript } from '../../lua/lua-script.js';
import { subjobName } from '../../stages/stage-fields.js';

export const divideScript = luaScript('transitions/attempt/divide.lua', {
  keys: ['job'],
  args: ['id', 'subjob', 'attempt', 'channel', 'seen', 'head', 'work'],
  read: asYesOrNo,
});

/**
 * The sub-job's stage, which has one block, becomes several while it runs: the sub-job goes on as the first of them. False when the
 * attempt no longer counts or the job was divided otherwise; harmless when done twice.
 */
export function divideJob(
  redis: Redis,
  { subjob, attempt, head, work }: BegunAttempt,
  into: DividedStages,
): Promise<boolean> {
  const { blockSize } = into;
  const all = dividedStages({ subjob, head }, into);
  return guarded(
    divideScript.run(redis, {
      keys: { job: keys.job(subjob.job) },
      args: {
        id: subjob.job,
        subjob: subjobName(subjob),
        attempt,
        channel: keys.news,
        seen: JSON.stringify(head),
        head: JSON.stringify({ ...head, stages: all }),
        work: JSON.stringify({ ...work, blockSize, halvings: 0 }),
      },
    }),
  );
}

/** All stages of the job then. */
export function dividedStages(
  { subjob, head: { stages: before } }: Pick<BegunAttempt, 'subjob' | 'head'>,
  { stages }: Pick<DividedStages, 'stages'>,
): StageHead[] {
  return [...before.slice(0, subjob.stage), ...stages, ...before.slice(subjob.stage + 1)];
}
