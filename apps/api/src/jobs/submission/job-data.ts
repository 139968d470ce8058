import {
  isRondelError,
  isTerminal,
  parseDataReference,
  RondelError,
  type Job,
  type Submission,
} from '@rondel/contracts';
import { fileNames } from '@rondel/plan';
import { filesIn, type PlanTree } from '@rondel/reco';
import { allChecks } from '../../http/all-problems.js';
import { findJob } from '../job-view.js';
import type { RouteServices, Services } from '../../services.js';

/**
 * Names and references of a submission's data, as workers read them: of a job its image. Throws `DATA_*`.
 *
 * @param mayWait Leaves references to jobs that have not ended; a job with such data waits for them.
 */
export async function resolveData(
  data: Submission['data'],
  services: RouteServices,
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

/** Throws `DATA_NOT_FOUND` for a file in the store that a property of the plan names and that is not there. */
export async function requireFiles(tree: PlanTree, services: RouteServices): Promise<void> {
  const checks = filesIn(tree, services.registry.catalog).map(async ({ path, reference: text }) => {
    const reference = parseDataReference(text);
    if (reference.scheme === 'artifact') await placedAt(path, mustExist(reference.sha256, text, services));
  });
  await allChecks(checks);
}

/** Only what the API can know is checked here; data roots and the files in them are the workers' business. */
async function resolveOne(
  { name, text, mayWait }: { readonly name: string; readonly text: string; readonly mayWait: boolean },
  services: RouteServices,
): Promise<string> {
  const reference = parseDataReference(text);
  switch (reference.scheme) {
    case 'artifact':
      await mustExist(reference.sha256, text, services);
      return text;
    case 'root':
      return text;
    case 'job':
      return resultOf({ id: reference.job, name, mayWait }, services);
  }
}

async function mustExist(sha256: string, text: string, { store, touches }: RouteServices): Promise<void> {
  if ((await touches.touch(sha256)) !== undefined) return;
  const removed = await store.removedAt(sha256);
  const problem = removed === undefined ? `There is no ${text}` : `${text} was removed on ${removed.toISOString()}`;
  throw new RondelError('DATA_NOT_FOUND', `${problem}. Upload it first with PUT /v1/data or rondel data put.`);
}

interface ReferredJob {
  readonly id: string;
  /** Of the data that it is to be. */
  readonly name: string;
  readonly mayWait: boolean;
}

async function resultOf({ id, name, mayWait }: ReferredJob, services: Services): Promise<string> {
  const { state, result } = await referredJob(id, name, services);
  if (result === undefined) {
    // A property of the plan is part of what the job is known by.
    const isFile = fileNames(services.registry.catalog).has(name);
    if (mayWait && !isTerminal(state) && !isFile) return `job:${id}`;
    const advice = isTerminal(state) ? 'Run it again first.' : 'Wait until it has completed.';
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

async function referredJob(id: string, name: string, services: Services): Promise<Job> {
  try {
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
