import type { Job, Preview } from '@rondel/contracts';
import { archiveFromJson, jobNotFound, sweepFromJson, type JobArchive } from '@rondel/jobs';
import type { Services } from './services.js';
import { waitingExplainer } from './waiting.js';

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
  // Records of sweeps lie beside those of jobs.
  if (record !== undefined && sweepFromJson(record) === undefined) return archiveFromJson(id, record);
  throw jobNotFound(id);
}

/** Adds what is derived: links to results, and why a job waits. */
export async function presentJob(job: Job, services: Services): Promise<Job> {
  const [presented = job] = await presentJobs([job], services);
  return presented;
}

/** `presentJob` for many; the fleet is asked once. */
export async function presentJobs(found: readonly Job[], services: Services): Promise<Job[]> {
  const explain = waitingExplainer(services);
  return Promise.all(
    found.map(async (job) => {
      if (job.result) return { ...job, result: { ...job.result, links: resultLinks(job) } };
      const shown = job.preview ? { ...job, preview: presentPreview(job.id, job.preview) } : job;
      const waiting = await explain(job);
      return waiting === undefined ? shown : { ...shown, waiting };
    }),
  );
}

/** The hash in the link makes a browser fetch anew what has changed. */
export function presentPreview(id: string, preview: Preview): Preview {
  return { ...preview, links: { image: `/v1/jobs/${id}/preview?sha256=${preview.sha256}` } };
}

export function resultLinks({ id, result }: Pick<Job, 'id' | 'result'>): Record<string, string> {
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
