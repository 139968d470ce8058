import type { Job, Preview, WorkerRecord } from '@rondel/contracts';
import { archiveFromJson, jobNotFound, type JobArchive } from '@rondel/jobs';
import type { Services } from './services.js';

/** Where a job stands, in Redis while it is kept there and in the artifact store for ever. Throws `NOT_FOUND`. */
export async function findJob(id: string, services: Services): Promise<Job> {
  const live = await services.jobs.ledger.get(id);
  if (live) return live;
  return (await findRecord(id, services)).job;
}

/** The job with its plan and provenance. Throws `NOT_FOUND`. */
export async function findArchive(id: string, services: Services): Promise<JobArchive> {
  return (await services.jobs.ledger.archive(id)) ?? (await findRecord(id, services));
}

async function findRecord(id: string, { store }: Services): Promise<JobArchive> {
  const record = await store.getRecord(id);
  if (record !== undefined) return archiveFromJson(id, record);
  throw jobNotFound(id);
}

/** Adds what is derived: links to results, and why a queued job waits. */
export async function presentJob(job: Job, services: Services): Promise<Job> {
  if (job.result) return { ...job, result: { ...job.result, links: resultLinks(job) } };
  if (job.preview) return { ...job, preview: presentPreview(job.id, job.preview) };
  if (job.state !== 'queued' && job.state !== 'waiting') return job;
  return { ...job, waiting: await waitingFor(job, services) };
}

/** The hash in the link makes a browser fetch anew what has changed. */
export function presentPreview(id: string, preview: Preview): Preview {
  return { ...preview, links: { image: `/v1/jobs/${id}/preview?sha256=${preview.sha256}` } };
}

function resultLinks({ id, result }: Job): Record<string, string> {
  const base = `/v1/jobs/${id}`;
  const preview = result?.preview?.replace('artifact:sha256-', '/v1/data/');
  return {
    npy: `${base}/result?format=npy`,
    h5: `${base}/result?format=h5`,
    'nii.gz': `${base}/result?format=nii.gz`,
    png: `${base}/result?format=png`,
    provenance: `${base}/provenance`,
    ...(preview !== undefined && { preview }),
  };
}

async function waitingFor(job: Job, { jobs }: Services): Promise<NonNullable<Job['waiting']>> {
  const position = await jobs.ledger.position(job.pool, job.id);
  const workers = (await jobs.fleet.workers()).filter((worker) => serves(worker, job.pool));
  return { reason: waitingReason(job, workers, position), ...(position !== undefined && { position }) };
}

function serves(worker: WorkerRecord, pool: string): boolean {
  return worker.state === 'running' && worker.pools.includes(pool);
}

function waitingReason(job: Job, workers: readonly WorkerRecord[], position: number | undefined): string {
  if (workers.length === 0)
    return `No worker serves pool "${job.pool}" now. Start one with: rondel worker --pool ${job.pool}`;
  if (job.state === 'waiting') return `Attempt ${job.attempts.made} was lost; the next one starts in a moment.`;
  if (position === undefined || position === 0) return 'Next in line for a free worker.';
  return `${position} job${position === 1 ? '' : 's'} of pool "${job.pool}" run${position === 1 ? 's' : ''} before this one.`;
}
