import { RondelError, type Job, type Preview, type Result } from '@rondel/contracts';
import {
  archiveFromJson,
  jobNotFound,
  sweepFromJson,
  type JobArchive,
  type JobHead,
  type SubmittedJob,
} from '@rondel/jobs';
import { encodeTime } from 'ulid';
import { lossText } from '../server/presence.js';
import type { RouteServices, Services } from '../services.js';
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

/** By its record alone; undefined when there is none any more. */
export async function findRecordedJob(id: string, { store }: Services): Promise<Job | undefined> {
  const record = await store.getRecord(id);
  return record === undefined ? undefined : archiveFromJson(id, record).job;
}

async function findRecord(id: string, services: Services): Promise<JobArchive> {
  const { store } = services;
  const erasedAt = await store.erasedAt(id);
  if (erasedAt !== undefined) {
    throw new RondelError('NOT_FOUND', `Job ${id} was erased on ${erasedAt}.`, { details: { id, erasedAt } });
  }
  const record = await store.getRecord(id);
  // Records of sweeps lie beside those of jobs.
  if (record !== undefined && sweepFromJson(record) === undefined) return archiveFromJson(id, record);
  throw (await lostJob(id, services)) ?? jobNotFound(id);
}

/** Of a job that Redis may have lost with all that it held; undefined where its id is younger than that, or nothing was lost. */
async function lostJob(
  id: string,
  { jobs, dataRun = () => undefined }: Pick<Services, 'jobs' | 'dataRun'>,
): Promise<RondelError | undefined> {
  const run = await jobs.dataRun(dataRun()?.id);
  if (!run.afterLoss || id >= encodeTime(Date.parse(run.since))) return undefined;
  return new RondelError('NOT_FOUND', `There is no job ${id} any more, if there was one: ${lossText(run)}`, {
    details: { id, lostAt: run.since },
  });
}

/** Adds what is derived: links to results, and why a job waits. */
export async function presentJob(job: Job, services: RouteServices): Promise<Job> {
  const [presented = job] = await presentJobs([job], services);
  return presented;
}

/** `presentJob` for what `submit` returned; less has to be asked of a job that is new. */
export async function presentSubmitted(
  { job, before }: SubmittedJob,
  head: JobHead,
  services: RouteServices,
): Promise<Job> {
  // An idempotency key may stand for an older job.
  if (before === undefined) return presentJob(job, services);
  const waiting = await waitingExplainer(services)(job, { head, before });
  return waiting === undefined ? job : { ...job, waiting };
}

/** `presentJob` for many; the fleet is asked once. */
export async function presentJobs(found: readonly Job[], services: RouteServices): Promise<Job[]> {
  const explain = waitingExplainer(services);
  return Promise.all(
    found.map(async (job) => {
      const shown = job.preview ? { ...job, preview: presentPreview(job.id, job.preview) } : job;
      if (job.result) return { ...shown, result: await presentResult(job, job.result, services) };
      const waiting = await explain(job);
      return waiting === undefined ? shown : { ...shown, waiting };
    }),
  );
}

/** No artifact is removed before it is a day old, so nobody has to look for newer ones. */
const neverCollectedMs = 24 * 3600 * 1000;

async function presentResult(job: Job, result: Result, services: Services): Promise<Result> {
  const collectedAt = await collectionTime(job, services);
  if (collectedAt === undefined) return { ...result, links: resultLinks(job) };
  return { ...result, collectedAt, links: { provenance: `/v1/jobs/${job.id}/provenance` } };
}

/** When the job's image was removed from the store; undefined while it is there. */
async function collectionTime(
  { result, finishedAt }: Pick<Job, 'result' | 'finishedAt'>,
  { store, jobs }: Pick<Services, 'store' | 'jobs'>,
): Promise<string | undefined> {
  if (result === undefined || finishedAt === undefined) return undefined;
  if (jobs.clock() - Date.parse(finishedAt) < neverCollectedMs) return undefined;
  return (await store.removedAt(result.artifact.replace('artifact:sha256-', '')))?.toISOString();
}

/** Throws `NOT_FOUND` when the job's image was removed from the store, saying when and what to do. */
export async function requireImage(job: Pick<Job, 'id' | 'result' | 'finishedAt'>, services: Services): Promise<void> {
  const collectedAt = await collectionTime(job, services);
  if (collectedAt === undefined) return;
  const { id } = job;
  throw new RondelError(
    'NOT_FOUND',
    `The image of job ${id} was removed from the store on ${collectedAt}, as old ones are; its record is kept. Make it anew with \`rondel retry ${id}\` or POST /v1/jobs/${id}/retry.`,
    { details: { collectedAt } },
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
    tif: `${base}/result?format=tif`,
    dcm: `${base}/result?format=dcm`,
    png: `${base}/result?format=png`,
    provenance: `${base}/provenance`,
    ...(preview !== undefined && { preview }),
  };
}
