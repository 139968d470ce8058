import {
  carriedFields,
  givenOf,
  isRondelError,
  RondelError,
  sweepLabel,
  type Job,
  type Submission,
} from '@rondel/contracts';
import { artifactsIn, type JobArchive } from '@rondel/jobs';
import { planFromTree } from '@rondel/plan';
import { isMadeTitle, titleOf } from './job-title.js';
import { findArchive, presentJob, presentSubmitted } from './job-view.js';
import type { RouteServices, SeenServices } from '../services.js';
import { acceptSubmission, type AcceptedSubmission } from './submission/submission.js';

/** Labels that say of which whole a job is a part; a job that is run again is none. */
const labelsOfParts: readonly string[] = [sweepLabel, 'algorithm'];

/**
 * Runs a job again. One that has failed or was cancelled goes on under its id as long as Redis holds it, as it was signed; otherwise its record
 * stays as it is, with image and provenance, and a new job runs that names it.
 *
 * Throws `DATA_NOT_FOUND` when data of the job was removed, `CONFLICT` for one that has not ended and for an input of a warm
 * algorithm, `NOT_FOUND`. Nothing has changed then.
 */
export async function runAgain(id: string, services: SeenServices): Promise<Job> {
  const { jobs } = services;
  const archive = await findArchive(id, services);
  await requireData(archive, services);
  const head = await jobs.ledger.head(id);
  const goesOn = head !== undefined && (archive.job.state !== 'completed' || head.algorithm !== undefined);
  if (goesOn) {
    const again = await jobs.retry(id).catch(unlessUnsigned);
    if (again !== undefined) return presentJob(again, services);
  }
  const accepted = await acceptAgain(archive, services);
  return presentSubmitted(await jobs.submit(accepted.head, accepted.work), accepted.head, services);
}

/** What nobody has signed, as before an update, or a key that is not trusted any more, is checked and signed as a new job. */
function unlessUnsigned(error: unknown): undefined {
  if (isRondelError(error) && error.code === 'WARRANT_REFUSED') return undefined;
  throw error;
}

/** Also keeps the data from being removed for its age now. */
async function requireData({ job, work }: JobArchive, { store }: RouteServices): Promise<void> {
  const named = Object.entries(work.data).map(([name, reference]) => [`data "${name}"`, reference] as const);
  for (const [what, text] of [...named, ['a file in its plan', JSON.stringify(work.plan)] as const]) {
    for (const sha256 of artifactsIn(text)) {
      if (await store.touch(sha256)) continue;
      const removed = await store.removedAt(sha256);
      throw new RondelError(
        'DATA_NOT_FOUND',
        `Job ${job.id} cannot run again: ${what}, artifact:sha256-${sha256}, ${removed === undefined ? 'is not in the store' : `was removed from the store on ${removed.toISOString()}`}. Upload the file again with rondel data put FILE; the job and what it made stay as they are.`,
        { details: { sha256 } },
      );
    }
  }
}

/** A new job with the plan and data of an old one. */
async function acceptAgain({ job, work }: JobArchive, services: SeenServices): Promise<AcceptedSubmission> {
  const { id, pool, lane, priority, set, dataNames } = job;
  const { plan, data, parameters, timeoutSeconds } = work;
  // What a job gets by itself is not asked for again; older records do not tell the two apart.
  const asked = work.asked ?? (timeoutSeconds === undefined ? {} : { timeoutSeconds });
  const labels = Object.entries(job.labels).filter(([name]) => !labelsOfParts.includes(name));
  const again = titleAgain({ job, work }, services);
  const submission: Submission = {
    plan: { ...plan, _type: typeof plan._type === 'string' ? plan._type : '' },
    data,
    pool,
    priority,
    ...(lane !== undefined && { lane }),
    ...(again !== undefined && { title: again }),
    ...givenOf(job, carriedFields),
    ...(dataNames !== undefined && { dataNames }),
    ...asked,
    labels: Object.fromEntries(labels),
  };
  const { head, work: accepted } = await acceptSubmission(submission, services);
  const name = job.plan.name === undefined ? {} : { name: job.plan.name };
  return {
    head: { ...head, rerunOf: id, plan: { ...head.plan, ...name }, data: job.data, ...(set !== undefined && { set }) },
    work: { ...accepted, parameters },
  };
}

/** The title of a job, without the name of its file where that was no person's word and names are hidden since. */
function titleAgain({ job, work }: JobArchive, services: RouteServices): string | undefined {
  const { title, data, dataNames } = job;
  if (title === undefined) return undefined;
  const plan = job.plan.name === undefined ? work.planToml : { name: job.plan.name };
  const about = { plan, data, ...(dataNames && { dataNames }) };
  const tree = planFromTree(work.plan);
  return isMadeTitle(title, about, tree) ? titleOf(about, tree, services) : title;
}
