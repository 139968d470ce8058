import type { ErasedSelection, JobCounts, JobFilter, JobSelection, JobState, SelectionAnswer } from '@rondel/contracts';
import { call } from './call.js';
import type { CallOptions } from './call-options.js';
import type { Connection } from './connection.js';

/** Which jobs: those for which everything given holds. */
export interface JobFilterQuery {
  /** One state, or any of several. @default any */
  readonly state?: JobState | readonly JobState[] | undefined;
  /** `name` or `name=value`. @default any */
  readonly label?: string | undefined;
  /** @default any */
  readonly pool?: string | undefined;
  /** @default any */
  readonly submitter?: string | undefined;
  /** The completed job that they run again. @default any, or none */
  readonly rerunOf?: string | undefined;
  /** Words that title, plan, what was set or submitter hold, or that the id begins with. @default any */
  readonly q?: string | undefined;
}

/** Jobs by id, or all that a filter finds. */
export type JobsMeant = { readonly ids: readonly string[] } | { readonly filter: JobFilterQuery };

/** How a call for many jobs has ended. */
export type JobsAnswer = Pick<SelectionAnswer, 'done' | 'refused'>;

export type ErasedJobs = JobsAnswer & Pick<ErasedSelection, 'kept'>;

/** The calls of a client that are about many jobs at once. */
export interface SelectionCalls {
  /** How many jobs are in each state. */
  jobCounts(query?: JobFilterQuery & CallOptions): Promise<JobCounts>;
  /** Cancels jobs; those that have ended stay as they are and are among `refused`. */
  cancelJobs(jobs: JobsMeant, options?: CallOptions): Promise<JobsAnswer>;
  /**
   * Runs jobs again, of a filter without `state` those that have failed or were cancelled. A completed one stays as it is and
   * a new job names it as `rerunOf`.
   */
  retryJobs(jobs: JobsMeant, options?: CallOptions): Promise<JobsAnswer>;
  /** Erases jobs for good, each as `erase` does; `kept` is what they have named and what stays. */
  eraseJobs(jobs: JobsMeant, options?: CallOptions): Promise<ErasedJobs>;
}

/** Jobs of one request. */
const idsAtOnce = 500;

export function selectionCalls(connection: Connection): SelectionCalls {
  return {
    jobCounts: ({ signal, ...filter } = {}) =>
      call(connection, 'get /v1/jobs/counts', { query: filterOf(filter), signal }),
    cancelJobs: (jobs, { signal } = {}) =>
      inBatches(jobs, (body) => call(connection, 'post /v1/jobs/cancel', { body, signal })),
    retryJobs: (jobs, { signal } = {}) =>
      inBatches(jobs, (body) => call(connection, 'post /v1/jobs/retry', { body, signal })),
    async eraseJobs(jobs, { signal } = {}) {
      const kept = new Map<string, ErasedJobs['kept'][number]>();
      const answer = await inBatches(jobs, async (body) => {
        const erased = await call(connection, 'post /v1/jobs/erase', { body, signal });
        for (const each of erased.kept) kept.set(each.artifact, each);
        return erased;
      });
      return { ...answer, kept: [...kept.values()] };
    },
  };
}

/** As the server takes it. */
export function filterOf({ state, ...others }: JobFilterQuery): JobFilter {
  const states = typeof state === 'string' ? [state] : state;
  const given = Object.entries({ ...others, state: states && [...states] }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}

/** Asks for batch after batch, as the server takes a bounded number at a time. */
async function inBatches(
  jobs: JobsMeant,
  ask: (selection: JobSelection) => Promise<SelectionAnswer>,
): Promise<JobsAnswer> {
  let done = 0;
  const refused: SelectionAnswer['refused'] = [];
  const add = (answer: SelectionAnswer) => {
    done += answer.done;
    refused.push(...answer.refused);
    return answer.cursor;
  };
  if ('ids' in jobs) {
    const ids = [...new Set(jobs.ids)];
    for (let start = 0; start < ids.length; start += idsAtOnce) {
      add(await ask({ ids: ids.slice(start, start + idsAtOnce) }));
    }
    return { done, refused };
  }
  const filter = filterOf(jobs.filter);
  let cursor = add(await ask({ filter }));
  while (cursor !== undefined) cursor = add(await ask({ filter, cursor }));
  return { done, refused };
}
