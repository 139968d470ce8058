import { projectOf, RondelError, type ErasureOutlook } from '@rondel/contracts';
import { whileHeld } from '@rondel/jobs';
import { randomUUID } from 'node:crypto';
import { keptElsewhere, neededBy, openNamed } from './erase-job.js';
import { findArchive } from './job-view.js';
import type { Services } from '../services.js';

const leaseMs = 60_000;

/**
 * What `eraseJob` would take along now, and what would stay and why; nothing is changed. Reads the records of all jobs, so there
 * is one at a time. Throws `NOT_FOUND`, and `CONFLICT` (to be tried again) while another one is asked for.
 */
export async function erasureOutlook(id: string, services: Services): Promise<ErasureOutlook> {
  const archive = await findArchive(id, services);
  const project = projectOf(archive.job);
  const named = openNamed([{ text: JSON.stringify(archive), project }]);
  const lease = { name: 'erasure-outlook', holder: randomUUID(), milliseconds: leaseMs };
  const needed = await whileHeld(services.jobs.leases, lease, {
    work: () => neededBy(new Set([id]), named, services),
    busy: undefined,
  });
  if (needed === undefined) {
    throw new RondelError('CONFLICT', 'What another job would leave is being looked up. Ask again in a moment.', {
      retryable: true,
    });
  }
  const artifacts: string[] = [];
  const kept: ErasureOutlook['kept'] = [];
  for (const sha256 of named.keys()) {
    const artifact = `artifact:sha256-${sha256}`;
    const reason = needed.reason(sha256, project);
    if (reason !== undefined) kept.push({ artifact, reason });
    else if ((await services.store.stat(sha256)) !== undefined) artifacts.push(artifact);
  }
  return { id, artifacts, kept: [...kept, ...keptElsewhere(archive)] };
}
