import type { Redis } from 'ioredis';
import type { BegunAttempt, Restart } from '../../record/subjob-attempts.js';
import { guarded } from '../../redis/connection.js';
import { jsonOrEmpty } from '../../record/job-fields.js';
import { keys } from '../../redis/keys.js';
import { jobLine } from '../../line/line.js';
import { transitionConstants } from '../transition-constants.js';
import { asYesOrNo } from '../../lua/answers.js';
import { luaScript } from '../../lua/lua-script.js';
import { subjobName } from '../../stages/stage-fields.js';

export const restartScript = luaScript('transitions/job/restart.lua', {
  keys: ['job', 'events'],
  args: ['id', 'subjob', 'attempt', 'channel', 'line', 'stage', 'head', 'work', 'extra', 'failure'],
  constants: transitionConstants,
  read: asYesOrNo,
});

/**
 * Begins the job again from a stage whose input is there, the sub-job's own or the first one, as a new generation: sub-jobs of the
 * present one have no effect any more. False when the attempt no longer counts.
 */
export function restartJob(
  redis: Redis,
  { subjob, attempt, head, work }: BegunAttempt,
  { stage, stages = head.stages, halvings, unlearnt, counts, error }: Restart,
): Promise<boolean> {
  const restarted = { ...head, stages };
  const changed = { ...work, ...(halvings !== undefined && { halvings }), ...(unlearnt && { unlearnt }) };
  return guarded(
    restartScript.run(redis, {
      keys: { job: keys.job(subjob.job), events: keys.events(subjob.job) },
      args: {
        id: subjob.job,
        subjob: subjobName(subjob),
        attempt,
        // Workers that run other blocks must hear of it.
        channel: keys.workerNews,
        line: JSON.stringify(jobLine(restarted, stage)),
        stage,
        head: JSON.stringify(restarted),
        work: JSON.stringify(changed),
        extra: counts ? 0 : 1,
        failure: jsonOrEmpty(error),
      },
    }),
  );
}
