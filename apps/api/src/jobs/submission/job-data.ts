import {
  hiddenPath,
  isRondelError,
  isTerminal,
  parseDataReference,
  RondelError,
  type Job,
  type Submission,
} from '@rondel/contracts';
import { filesIn, type PlanTree } from '@rondel/reco';
import { allChecks } from '../../http/all-problems.js';
import { findJob } from '../job-view.js';
import type { SeenServices } from '../../services.js';

/**
 * Names and references of a submission's data, as workers read them: of a job its image. Throws `DATA_*`.
 *
 * @param mayWait Leaves references to jobs that have not ended; a job with such data waits for them.
 */
export async function resolveData(
  data: Submission['data'],
  services: SeenServices,
  { mayWait = false }: { readonly mayWait?: boolean } = {},
): Promise<Record<string, string>> {
  const references = typeof data === 'string' ? { data } : data;
  if (references.data === undefined) {
    throw new RondelError('DATA_NOT_FOUND', 'One of the data references must be named "data".');
  }
  const resolved = Object.entries(references).map(async ([name, text]) => {
    const at = typeof data === 'string' ? 'data' : `data.${name}`;
    return [name, await placedAt(at, resolveOne({ name, text, mayWait }, services))] as const;
  });
  return Object.fromEntries(await allChecks(resolved));
}

/** A failure of a reference says which one it is about. */
async function placedAt<T>(at: string, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (!isRondelError(error) || error.failure.at !== undefined) throw error;
    const { code, message, details } = error.failure;
    throw new RondelError(code, message, { at, details, cause: error });
  });
}

/**
 * Throws `DATA_NOT_FOUND` for a file that a property of the plan names and that is not there: one in the store, or the result of
 * a job that has ended without one.
 *
 * @param mayWait Whether it may be the result of a job at all, which takes the place of the reference once it is there.
 */
export async function requireFiles(
  tree: PlanTree,
  services: SeenServices,
  { mayWait = false }: { readonly mayWait?: boolean } = {},
): Promise<void> {
  const checks = filesIn(tree, services.registry.catalog).map(async ({ path, reference: text }) => {
    const reference = parseDataReference(text);
    if (reference.scheme === 'artifact') await placedAt(path, mustExist(reference.sha256, text, services));
    if (reference.scheme === 'root') requirePath(reference.path, text);
    if (reference.scheme === 'job') await placedAt(path, mustCome(reference.job, { path, mayWait }, services));
  });
  await allChecks(checks);
}

async function mustCome(
  id: string,
  { path, mayWait }: { readonly path: string; readonly mayWait: boolean },
  services: SeenServices,
): Promise<void> {
  const found = await resultOf({ id, name: path, mayWait }, services);
  if (found.startsWith('job:')) return;
  // The job that waits reads it where jobs that are done lie for some weeks.
  if (mayWait && (await services.jobs.ledger.head(id)) !== undefined) return;
  throw new RondelError(
    'DATA_NOT_FOUND',
    `${path} names job ${id}, which has completed. Write its image instead: ${found}`,
  );
}

/** Only what the API can know is checked here; data roots and the files in them are the workers' business. */
async function resolveOne(
  { name, text, mayWait }: { readonly name: string; readonly text: string; readonly mayWait: boolean },
  services: SeenServices,
): Promise<string> {
  const reference = parseDataReference(text);
  switch (reference.scheme) {
    case 'artifact':
      await mustExist(reference.sha256, text, services);
      return text;
    case 'root':
      requirePath(reference.path, text);
      return text;
    case 'job':
      return resultOf({ id: reference.job, name, mayWait }, services);
  }
}

/** Throws `DATA_NOT_FOUND` for what is shown of a reference whose path is hidden. */
function requirePath(path: string, text: string): void {
  if (path !== hiddenPath) return;
  throw new RondelError(
    'DATA_NOT_FOUND',
    `${text} leads to no file: paths in data roots are not shown here, nor kept in records. Write the path itself.`,
  );
}

async function mustExist(sha256: string, text: string, { store, touches, visible }: SeenServices): Promise<void> {
  const isSeen = await visible.isSeen('artifact', sha256);
  if (isSeen && (await touches.touch(sha256)) !== undefined) return;
  const removed = isSeen ? await store.removedAt(sha256) : undefined;
  const problem = removed === undefined ? `There is no ${text}` : `${text} was removed on ${removed.toISOString()}`;
  throw new RondelError('DATA_NOT_FOUND', `${problem}. Upload it first with PUT /v1/data or rondel data put.`);
}

interface ReferredJob {
  readonly id: string;
  /** Of the data that it is to be. */
  readonly name: string;
  readonly mayWait: boolean;
}

async function resultOf({ id, name, mayWait }: ReferredJob, services: SeenServices): Promise<string> {
  const { state, result } = await referredJob(id, name, services);
  if (result === undefined) {
    if (mayWait && !isTerminal(state)) return `job:${id}`;
    const advice = isTerminal(state)
      ? 'Run it again first.'
      : 'A warm algorithm waits for no job: what it is made of is there when it is built, and its inputs run in the order in which they are put. Wait until that job has completed, or submit the plan as a job, which waits.';
    throw new RondelError(
      'DATA_NOT_FOUND',
      `Job ${id} is ${state} and has no result that ${name} could refer to. ${advice}`,
    );
  }
  if (await services.store.touch(result.artifact.replace('artifact:sha256-', ''))) return result.artifact;
  throw new RondelError(
    'DATA_NOT_FOUND',
    `The image of job ${id}, which ${name} refers to, was removed from the store as old ones are. Run that job again.`,
  );
}

async function referredJob(id: string, name: string, services: SeenServices): Promise<Job> {
  try {
    await services.visible.require('job', id);
    return await findJob(id, services);
  } catch (error) {
    if (!isRondelError(error) || error.code !== 'NOT_FOUND') throw error;
    const { message, details } = error.failure;
    const because = details === undefined ? `There is no job ${id}.` : message;
    throw new RondelError('DATA_NOT_FOUND', `${because} The reference "${name}" is to its result.`, {
      cause: error,
      details,
    });
  }
}
