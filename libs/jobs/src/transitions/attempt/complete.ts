import type { StepRecord } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import type { Attempt } from '../../record/subjob-attempts.js';
import { guarded } from '../../redis/connection.js';
import { hashOf } from '../../record/job-fields.js';
import type { JobHash } from '../../record/job-parts.js';
import { keys } from '../../redis/keys.js';
import { asNumber, asWords } from '../../lua/answers.js';
import { quotaConstants } from '../../quotas/quota-constants.js';
import { luaScript } from '../../lua/lua-script.js';
import { subjobName } from '../../stages/stage-fields.js';
import type { SubjobOutput } from '../../record/subjob-attempts.js';

export type CompleteAnswer =
  | { readonly answer: 'stale' | 'complete' }
  /** The job as it is then, for `advance`. */
  | { readonly answer: 'stage-complete'; readonly job: JobHash };

export const completeScript = luaScript('transitions/attempt/complete.lua', {
  keys: ['job'],
  args: ['subjob', 'attempt', 'output', 'steps', 'stage'],
  constants: quotaConstants,
  read: (answer): CompleteAnswer => {
    if (Array.isArray(answer)) return { answer: 'stage-complete', job: hashOf(asWords(answer)) };
    return { answer: asNumber(answer) === 0 ? 'stale' : 'complete' };
  },
});

/** A sub-job of a stage that is not the last one hands in its part. */
export function completeSubjob(
  redis: Redis,
  { subjob, attempt }: Attempt,
  output: SubjobOutput,
  steps: readonly StepRecord[],
): Promise<CompleteAnswer> {
  return guarded(
    completeScript.run(redis, {
      keys: { job: keys.job(subjob.job) },
      args: {
        subjob: subjobName(subjob),
        attempt,
        output: JSON.stringify(output),
        steps: JSON.stringify(steps),
        stage: subjob.stage,
      },
    }),
  );
}
