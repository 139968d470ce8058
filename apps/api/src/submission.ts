import { parseDataReference, RondelError, throwProblems, type JsonValue, type Submission } from '@rondel/contracts';
import { poolUnknown, type JobHead, type JobWork } from '@rondel/jobs';
import { applyParameters, checkPlan, planHash, printPlan, toTree, withDefaults, type PlanNode } from '@rondel/plan';
import { ulid } from 'ulid';
import { rootsOf, stagePlacer } from './placement.js';
import { readPlan } from './plan-source.js';
import type { RouteServices, Services } from './services.js';

export const defaultPool = 'default';
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
export async function acceptSubmission(submission: Submission, services: RouteServices): Promise<AcceptedSubmission> {
  const plan = await preparePlan(submission, services);
  const makeJob = await jobMaker(submission, services);
  const { parameters = {}, labels = {} } = submission;
  return makeJob(plan, { id: ulid(), createdAt: new Date().toISOString(), parameters, labels });
}

/** What jobs of one submission need not have in common. */
export interface JobOwn {
  readonly id: string;
  readonly createdAt: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** Makes a complete plan a job. Throws `PLAN_*`, `POOL_UNKNOWN`, and `QUOTA_EXCEEDED` for a plan that is too large. */
export type JobMaker = (plan: PlanNode, own: JobOwn) => AcceptedSubmission;

/** Checks what all jobs of a submission have in common. Throws `POOL_UNKNOWN` and `DATA_*`. */
export async function jobMaker(submission: Submission, services: Services): Promise<JobMaker> {
  const { plan: source, timeoutSeconds, attempts, priority, pool = defaultPool } = submission;
  await checkPool(pool, services);
  const { axis, size } = parseSplit(submission.split);
  const { worker, engine } = submission;
  const data = await resolveData(submission.data, services);
  const placeStages = await stagePlacer({ pool, worker, engine, roots: rootsOf(data), axis }, services);
  const { name } = typeof source === 'object' && 'name' in source ? source : {};
  return (plan, { id, createdAt, parameters, labels }) => {
    const tree = toTree(plan);
    const work: JobWork = {
      plan: tree,
      planToml: printPlan(plan, 'toml'),
      // Came out of JSON.parse, so it can only hold JSON values.
      parameters: parameters as Record<string, JsonValue>,
      data,
      ...(timeoutSeconds !== undefined && { timeoutSeconds }),
      ...(size !== undefined && { blockSize: size }),
    };
    checkSize(work);
    return {
      head: {
        id,
        pool,
        priority: priority ?? defaultPriority,
        attemptsPerRun: attempts ?? defaultAttempts,
        labels,
        plan: { sha256: planHash(plan), ...(typeof name === 'string' && { name }) },
        data: submission.data,
        createdAt,
        stages: placeStages(tree).map(({ head }) => head),
      },
      work,
    };
  };
}

/** The complete plan that will run: read, parameters applied, checked, defaults filled in. */
export async function preparePlan(
  { plan, parameters }: Pick<Submission, 'plan' | 'parameters'>,
  services: RouteServices,
): Promise<PlanNode> {
  const { registry } = services;
  const template = await readPlan(plan, services);
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

/** What lies in Redis and in the job's record stays small; large values belong into files that the plan refers to. */
export function checkSize(work: Omit<JobWork, 'data'>): void {
  const characters = JSON.stringify(work).length;
  if (characters <= largestWork) return;
  throw new RondelError(
    'QUOTA_EXCEEDED',
    `The plan with its parameters takes ${characters} characters, ${largestWork} are allowed. Put large arrays into files.`,
  );
}

/** Throws `POOL_UNKNOWN`. */
export async function checkPool(pool: string, { jobs }: Services): Promise<void> {
  const pools = await jobs.fleet.pools();
  if (pools.includes(pool)) return;
  throw poolUnknown(pool, pools);
}

/** Names and references of a submission's data, as workers read them. Throws `DATA_*`. */
export async function resolveData(data: Submission['data'], services: Services): Promise<Record<string, string>> {
  const references = typeof data === 'string' ? { data } : data;
  if (references.data === undefined) {
    throw new RondelError('DATA_NOT_FOUND', 'One of the data references must be named "data".');
  }
  const resolved = Object.entries(references).map(async ([name, text]) => {
    return [name, await resolveOne(name, text, services)] as const;
  });
  return Object.fromEntries(await Promise.all(resolved));
}

/** Only what the API can know is checked here; data roots and the files in them are the workers' business. */
async function resolveOne(name: string, text: string, services: Services): Promise<string> {
  const reference = parseDataReference(text);
  switch (reference.scheme) {
    case 'artifact':
      await mustExist(reference.sha256, text, services);
      return text;
    case 'root':
      return text;
    case 'job':
      return resultOf(reference.job, name, services);
  }
}

async function mustExist(sha256: string, text: string, { store }: Services): Promise<void> {
  if (await store.stat(sha256)) return;
  throw new RondelError('DATA_NOT_FOUND', `There is no ${text}. Upload it first with PUT /v1/data or rondel data put.`);
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
