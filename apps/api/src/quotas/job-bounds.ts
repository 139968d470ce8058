import { isRondelError, projectOf, RondelError } from '@rondel/contracts';
import { namingOutputQuota } from '@rondel/jobs';
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

/** Names the quota where a job is refused as it takes more than its project may. */
export function namingQuota({ narrowed }: JobBounds, error: unknown): unknown {
  if (!isRondelError(error) || narrowed.outputBytes === undefined) return error;
  const named = namingOutputQuota(error.failure);
  return named === error.failure ? error : RondelError.from(named);
}

/** What workers are told of the bounds of a job. */
export function outputBounds({ maxOutputBytes, narrowed }: JobBounds) {
  return { maxOutputBytes, ...(narrowed.outputBytes !== undefined && { outputQuota: true }) };
}
