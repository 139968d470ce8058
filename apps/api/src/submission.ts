import { parseDataReference, RondelError, throwProblems, type JsonValue, type Submission } from '@rondel/contracts';
import { poolUnknown, type JobHead, type JobWork } from '@rondel/jobs';
import {
  applyParameters,
  checkPlan,
  parsePlan,
  planFromTree,
  planHash,
  printPlan,
  toTree,
  withDefaults,
} from '@rondel/plan';
import { ulid } from 'ulid';
import { placeStages } from './placement.js';
import type { Services } from './services.js';

const defaultPool = 'default';
const defaultPriority = 100;
const defaultAttempts = 3;
const largestWork = 2 * 2 ** 20;

export interface AcceptedSubmission {
  readonly head: JobHead;
  readonly work: JobWork;
}

/**
 * Checks a submission and makes it a job. All that is wrong with the plan is reported at once.
 *
 * Throws `PLAN_*`, `POOL_UNKNOWN`, and `DATA_*` for references that can be known to lead nowhere.
 */
export async function acceptSubmission(submission: Submission, services: Services): Promise<AcceptedSubmission> {
  const plan = preparePlan(submission, services);
  const pool = submission.pool ?? defaultPool;
  await checkPool(pool, services);
  const { axis, size } = parseSplit(submission.split);
  const stages = await placeStages(toTree(plan), { pool, worker: submission.worker, axis }, services);
  const data = await resolveData(submission.data, pool, services);
  const work: JobWork = {
    plan: toTree(plan),
    planToml: printPlan(plan, 'toml'),
    // Came out of JSON.parse, so it can only hold JSON values.
    parameters: (submission.parameters ?? {}) as Record<string, JsonValue>,
    data,
    ...(submission.timeoutSeconds !== undefined && { timeoutSeconds: submission.timeoutSeconds }),
    ...(size !== undefined && { blockSize: size }),
  };
  checkSize(work);
  const { name } = typeof submission.plan === 'object' && 'name' in submission.plan ? submission.plan : {};
  return {
    head: {
      id: ulid(),
      pool,
      priority: submission.priority ?? defaultPriority,
      attemptsPerRun: submission.attempts ?? defaultAttempts,
      labels: submission.labels ?? {},
      plan: { sha256: planHash(plan), ...(typeof name === 'string' && { name }) },
      data: submission.data,
      createdAt: new Date().toISOString(),
      stages,
    },
    work,
  };
}

/** The complete plan that will run: read, parameters applied, checked, defaults filled in. */
function preparePlan({ plan, parameters }: Submission, { registry }: Services) {
  const template = readPlan(plan, registry);
  const applied = applyParameters(template, parameters ?? {}, registry.catalog);
  throwProblems([...applied.problems, ...checkPlan(applied.plan, registry.catalog)]);
  return withDefaults(applied.plan, registry.catalog);
}

/** `slice:8` as axis and extent of a block. */
function parseSplit(split: string | undefined): { axis?: string; size?: number } {
  if (split === undefined) return {};
  const [axis = '', size] = split.split(':');
  return { axis, ...(size !== undefined && { size: Number(size) }) };
}

function readPlan(plan: Submission['plan'], registry: Services['registry']) {
  if (typeof plan === 'string') return parsePlan(plan, { format: 'toml' });
  if ('name' in plan && typeof plan.name === 'string')
    return parsePlan(registry.plan(plan.name).toml, { format: 'toml' });
  return planFromTree(plan);
}

/** What lies in Redis and in the job's record stays small; large values belong into files that the plan refers to. */
function checkSize(work: JobWork): void {
  const characters = JSON.stringify(work).length;
  if (characters <= largestWork) return;
  throw new RondelError(
    'QUOTA_EXCEEDED',
    `The plan with its parameters takes ${characters} characters, ${largestWork} are allowed. Put large arrays into files.`,
  );
}

async function checkPool(pool: string, { jobs }: Services): Promise<void> {
  const pools = await jobs.fleet.pools();
  if (pools.includes(pool)) return;
  throw poolUnknown(pool, pools);
}

async function resolveData(
  data: Submission['data'],
  pool: string,
  services: Services,
): Promise<Record<string, string>> {
  const references = typeof data === 'string' ? { data } : data;
  if (references.data === undefined) {
    throw new RondelError('DATA_NOT_FOUND', 'One of the data references must be named "data".');
  }
  const resolved = Object.entries(references).map(async ([name, text]) => {
    return [name, await resolveOne(name, text, pool, services)] as const;
  });
  return Object.fromEntries(await Promise.all(resolved));
}

/** Only what the API can know is checked here; files in data roots are the workers' business. */
async function resolveOne(name: string, text: string, pool: string, services: Services): Promise<string> {
  const reference = parseDataReference(text);
  switch (reference.scheme) {
    case 'artifact':
      await mustExist(reference.sha256, text, services);
      return text;
    case 'root':
      await checkRoot(reference.root, pool, services);
      return text;
    case 'job':
      return resultOf(reference.job, name, services);
  }
}

async function mustExist(sha256: string, text: string, { store }: Services): Promise<void> {
  if (await store.stat(sha256)) return;
  throw new RondelError('DATA_NOT_FOUND', `There is no ${text}. Upload it first with PUT /v1/data or rondel data put.`);
}

async function checkRoot(root: string, pool: string, { jobs }: Services): Promise<void> {
  const workers = (await jobs.fleet.workers()).filter(({ state, pools }) => state !== 'lost' && pools.includes(pool));
  // With nobody there yet the job waits for a worker, which will know.
  if (workers.length === 0 || workers.some(({ roots }) => roots.includes(root))) return;
  const known = [...new Set(workers.flatMap(({ roots }) => roots))].sort();
  throw new RondelError(
    'DATA_NOT_FOUND',
    `No worker of pool "${pool}" has a data root "${root}". Known roots: ${known.join(', ') || 'none'}. Start a worker with --data-root ${root}=DIR.`,
  );
}

async function resultOf(id: string, name: string, { jobs }: Services): Promise<string> {
  const job = await jobs.ledger.get(id);
  if (job?.result) return job.result.artifact;
  throw new RondelError(
    'DATA_NOT_FOUND',
    job === undefined
      ? `There is no job ${id}, which ${name} refers to.`
      : `Job ${id} is ${job.state} and has no result that ${name} could refer to. Wait until it has completed.`,
  );
}
