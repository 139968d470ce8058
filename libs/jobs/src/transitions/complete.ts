import type { StepRecord } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import type { Attempt } from '../attempts.js';
import { guarded } from '../connection.js';
import { hashOf } from '../job-fields.js';
import { type JobHash } from '../job-parts.js';
import { keys } from '../keys.js';
import { asNumber, asWords } from '../redis/answers.js';
import { luaScript } from '../redis/lua-script.js';
import { legName } from '../stage-fields.js';
import { type LegOutput } from '../attempts.js';

export type CompleteAnswer =
  | { readonly answer: 'stale' | 'complete' }
  /** The job as it is then, for `advance`. */
  | { readonly answer: 'stage-complete'; readonly job: JobHash };

export const completeScript = luaScript('transitions/complete.lua', {
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
