import { isRondelError, projectOf, RondelError } from '@rondel/contracts';
import type { RouteServices } from '../services.js';
import type { JobBounds } from '../server/limits.js';

export async function jobBounds(
  owned: { readonly project?: string | undefined },
  { jobs: { quotas }, limits }: Pick<RouteServices, 'jobs' | 'limits'>,
): Promise<JobBounds> {
  const project = projectOf(owned);
  const [outputBytes, attemptSeconds] = await Promise.all([
    quotas.limit(project, 'outputBytes'),
    quotas.limit(project, 'attemptSeconds'),
  ]);
  const narrowed = {
    ...(outputBytes !== undefined && outputBytes < limits.maxOutputBytes && { outputBytes }),
    ...(attemptSeconds !== undefined && attemptSeconds < limits.maxSeconds && { attemptSeconds }),
  };
  return {
    ...limits,
    maxOutputBytes: narrowed.outputBytes ?? limits.maxOutputBytes,
    maxSeconds: narrowed.attemptSeconds ?? limits.maxSeconds,
    narrowed,
  };
}

/** Names the quota where a job is refused as it takes more than its project may. Waiting does not help against that. */
export function namingQuota({ narrowed }: JobBounds, error: unknown): unknown {
  if (!isRondelError(error) || error.code !== 'QUOTA_EXCEEDED') return error;
  const { details = {}, message, at } = error.failure;
  const limit = narrowed.outputBytes;
  if (limit === undefined || details.limit !== 'maxOutputBytes') return error;
  return new RondelError('QUOTA_EXCEEDED', `${message} It is the project's quota outputBytes: rondel quota.`, {
    at,
    details: { ...details, quota: 'outputBytes', of: 'project', limit },
    cause: error,
  });
}
