import type { Warning } from '@rondel/contracts';
import type { Attempt } from './attempts.js';
import { outcomeFields, type JobHash, type JobHead, type JobOutcome, type JobWork } from './job-fields.js';
import { endedNews, keys } from './keys.js';
import { jobLine } from './line.js';
import { legName } from './stage-fields.js';

/** Ended jobs stay in Redis this long; their records stay in the artifact store. */
export const retentionSeconds = 7 * 24 * 3600;

/** Keys and arguments with which a script writes a new job down, see `createJobLua`. */
export function creation(head: JobHead, work: JobWork): { keys: string[]; args: (string | number)[] } {
  const line = JSON.stringify(jobLine(head, 0));
  const texts = [JSON.stringify(head), JSON.stringify(work)];
  return {
    keys: [keys.job(head.id), keys.events(head.id), keys.jobs, keys.live],
    args: [head.id, Date.parse(head.createdAt), line, ...texts, head.attemptsPerRun],
  };
}

/** Keys and arguments with which a script ends a job, see `finishScript`. */
export function ending(
  id: string,
  outcome: JobOutcome,
  attempt?: Pick<Attempt, 'leg' | 'attempt'>,
): { keys: string[]; args: (string | number)[] } {
  return {
    keys: [keys.job(id), keys.events(id), keys.live, keys.unrecorded],
    args: [
      id,
      attempt ? legName(attempt.leg) : '',
      attempt?.attempt ?? '',
      keys.news,
      outcome.state,
      new Date().toISOString(),
      retentionSeconds,
      jsonOrEmpty(outcome.steps),
      keys.workerNews,
      endedNews(id),
      warningsText(outcome.warnings),
      ...Object.entries(outcomeFields(outcome)).flat(),
    ],
  };
}

/** What HGETALL answers within a script: names and values in turn. */
export function hashOf(flat: readonly string[]): JobHash {
  const fields: Record<string, string> = {};
  for (let index = 0; index + 1 < flat.length; index += 2) fields[flat[index] ?? ''] = flat[index + 1] ?? '';
  return fields;
}

export function jsonOrEmpty(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value);
}

/** Empty where there are none: a job without warnings has no such field. */
export function warningsText(warnings: readonly Warning[] = []): string {
  return warnings.length === 0 ? '' : JSON.stringify(warnings);
}
