import { maxWarnings, type Result } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import type { EndingAttempt, FinishAnswer } from '../../record/subjob-attempts.js';
import { guarded } from '../../redis/connection.js';
import { hashOf, jsonOrEmpty, outcomeFields, warningsText } from '../../record/job-fields.js';
import type { JobHash, JobOutcome } from '../../record/job-parts.js';
import { endedNews, heldNews, keys } from '../../redis/keys.js';
import { countedConstants } from '../transition-constants.js';
import { asWordOrWords } from '../../lua/answers.js';
import { luaScript } from '../../lua/lua-script.js';
import { recordVersions } from '../../stored/versions.js';
import { subjobName } from '../../stages/stage-fields.js';

/** Ended jobs stay in Redis this long; their records stay in the artifact store. */
export const retentionSeconds = 7 * 24 * 3600;

export const finishScript = luaScript('transitions/job/finish.lua', {
  keys: ['job', 'events'],
  args: [
    'id',
    'subjob',
    'attempt',
    'channel',
    'state',
    'finishedAt',
    'keptSeconds',
    'steps',
    'workerChannel',
    'news',
    'warnings',
    'stored',
  ],
  rest: true,
  // Lists that workers change and must not read: a key that is declared has to be open for both.
  constants: {
    ...countedConstants,
    maxWarnings,
    knownJobs: recordVersions.job,
    live: keys.live,
    unrecorded: keys.unrecorded,
    heldKey: keys.held,
    heldNews,
  },
  read: readEnding,
});

/** The ended job's fields when this call ended it. */
export function readEnding(answer: unknown): JobHash | FinishAnswer {
  const said = asWordOrWords(answer);
  return typeof said === 'string' ? (said as FinishAnswer) : hashOf(said);
}

/** @param attempt Absent: the job ends whatever runs. */
export function finishCall(id: string, outcome: JobOutcome, attempt?: EndingAttempt) {
  return {
    keys: { job: keys.job(id), events: keys.events(id) },
    args: {
      id,
      subjob: attempt ? subjobName(attempt.subjob) : '',
      attempt: attempt?.attempt ?? '',
      channel: keys.news,
      state: outcome.state,
      finishedAt: new Date().toISOString(),
      keptSeconds: retentionSeconds,
      steps: jsonOrEmpty(outcome.steps),
      workerChannel: keys.workerNews,
      news: endedNews(id),
      warnings: warningsText(outcome.warnings),
      stored: outcome.result === undefined ? 0 : bytesOf(outcome.result),
    },
    rest: Object.entries(outcomeFields(outcome)).flat(),
  };
}

/** Of its image, without what stands before it in the file: what is stored is measured now and then. */
function bytesOf({ shape, dtype }: Pick<Result, 'shape' | 'dtype'>): number {
  const bits = Number(/\d+$/.exec(dtype)?.[0] ?? 32);
  return Math.round(shape.reduce((product, extent) => product * extent, bits / 8));
}

/** Ends a job. Returns its fields when this call ended it, else why not. */
export function finishJob(
  redis: Redis,
  id: string,
  outcome: JobOutcome,
  attempt: EndingAttempt | undefined,
): Promise<JobHash | FinishAnswer> {
  return guarded(finishScript.run(redis, finishCall(id, outcome, attempt)));
}
