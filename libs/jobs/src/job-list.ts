import type { Job, JobState } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import { jobFromHash } from './job-fields.js';
import { keys } from './keys.js';

export interface JobFilter {
  readonly state?: JobState;
  readonly pool?: string;
  /** `key` or `key=value` */
  readonly label?: string;
  readonly limit: number;
  /** Id of the last job of the page before. */
  readonly cursor?: string;
}

const scanPage = 200;

/** Walks the index from the newest job on until a page is full. */
export async function listJobs(redis: Redis, filter: JobFilter): Promise<{ jobs: Job[]; cursor?: string }> {
  const jobs: Job[] = [];
  const start = filter.cursor === undefined ? 0 : ((await redis.zrevrank(keys.jobs, filter.cursor)) ?? -1) + 1;
  for (let offset = start; ; offset += scanPage) {
    const ids = await redis.zrevrange(keys.jobs, offset, offset + scanPage - 1);
    const pipeline = redis.pipeline();
    for (const id of ids) pipeline.hgetall(keys.job(id));
    const answers = (await pipeline.exec()) ?? [];
    for (const [error, value] of answers) {
      if (error) throw error;
      const fields = value as Record<string, string>;
      if (fields.head === undefined) continue;
      const job = jobFromHash(fields);
      if (!matches(job, filter)) continue;
      if (jobs.length === filter.limit) return { jobs, cursor: jobs.at(-1)?.id };
      jobs.push(job);
    }
    if (ids.length < scanPage) return { jobs };
  }
}

function matches(job: Job, { state, pool, label }: JobFilter): boolean {
  if (state !== undefined && job.state !== state) return false;
  if (pool !== undefined && job.pool !== pool) return false;
  if (label === undefined) return true;
  const [name = '', value] = label.split(/=(.*)/s);
  return value === undefined ? name in job.labels : job.labels[name] === value;
}
