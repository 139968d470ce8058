import { namingOutputQuota, type JobWork } from '@rondel/jobs';
import type { RunEnd } from '../process/executor-process.js';

/** How a run ended, with the quota by its name where the image is larger than its project may have. */
export function namingQuota(end: RunEnd, { outputQuota }: Pick<JobWork, 'outputQuota'>): RunEnd {
  return end.kind === 'failed' && outputQuota === true ? { ...end, failure: namingOutputQuota(end.failure) } : end;
}
