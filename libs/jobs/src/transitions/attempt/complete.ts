import type { StepRecord } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import type { Attempt } from '../../record/attempts.js';
import { guarded } from '../../redis/connection.js';
import { hashOf } from '../../record/job-fields.js';
import { type JobHash } from '../../record/job-parts.js';
import { keys } from '../../redis/keys.js';
import { asNumber, asWords } from '../../lua/answers.js';
import { luaScript } from '../../lua/lua-script.js';
import { legName } from '../../stages/stage-fields.js';
import { type LegOutput } from '../../record/attempts.js';

export type CompleteAnswer =
  | { readonly answer: 'stale' | 'complete' }
  /** The job as it is then, for `advance`. */
  | { readonly answer: 'stage-complete'; readonly job: JobHash };

export const completeScript = luaScript('transitions/attempt/complete.lua', {
  keys: ['job'],
  args: ['leg', 'attempt', 'output', 'steps', 'stage'],
  read: (answer): CompleteAnswer => {
    if (Array.isArray(answer)) return { answer: 'stage-complete', job: hashOf(asWords(answer)) };
    return { answer: asNumber(answer) === 0 ? 'stale' : 'complete' };
  },
});

/** A leg of a stage that is not the last one hands in its part. */
export function completeLeg(
  redis: Redis,
  { leg, attempt }: Attempt,
  output: LegOutput,
  steps: readonly StepRecord[],
): Promise<CompleteAnswer> {
  return guarded(
    completeScript.run(redis, {
      keys: { job: keys.job(leg.job) },
      args: {
        leg: legName(leg),
        attempt,
        output: JSON.stringify(output),
        steps: JSON.stringify(steps),
        stage: leg.stage,
      },
    }),
  );
}
