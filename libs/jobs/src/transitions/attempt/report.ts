import { maxWarnings } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import type { Attempt, AttemptReport } from '../../record/subjob-attempts.js';
import { guarded } from '../../redis/connection.js';
import { jsonOrEmpty, warningsText } from '../../record/job-fields.js';
import type { CurvePoint } from '../../record/job-parts.js';
import { keys } from '../../redis/keys.js';
import { asYesOrNo } from '../../lua/answers.js';
import { luaScript } from '../../lua/lua-script.js';
import { subjobName } from '../../stages/stage-fields.js';

/** Points that the curve of a job's residual has at most. */
const longestCurve = 256;

export const reportScript = luaScript('transitions/attempt/report.lua', {
  keys: ['job', 'events'],
  args: [
    'id',
    'subjob',
    'attempt',
    'channel',
    'progress',
    'steps',
    'log',
    'start',
    'length',
    'preview',
    'warnings',
    'points',
  ],
  constants: { maxWarnings, longestCurve },
  read: asYesOrNo,
});

/** False when the attempt no longer counts and must stop. */
export function report(
  redis: Redis,
  { subjob, attempt, share }: Attempt,
  { progress, preview, steps, log, warnings, residuals = [] }: AttemptReport,
): Promise<boolean> {
  const points = residuals.map(({ iteration, residual }): CurvePoint => [iteration, residual]);
  return guarded(
    reportScript.run(redis, {
      keys: { job: keys.job(subjob.job), events: keys.events(subjob.job) },
      args: {
        id: subjob.job,
        subjob: subjobName(subjob),
        attempt,
        channel: keys.news,
        progress: jsonOrEmpty(progress),
        steps: jsonOrEmpty(steps),
        log: jsonOrEmpty(log),
        ...share,
        preview: jsonOrEmpty(preview),
        warnings: warningsText(warnings),
        points: jsonOrEmpty(points.length > 0 ? points : undefined),
      },
    }),
  );
}
