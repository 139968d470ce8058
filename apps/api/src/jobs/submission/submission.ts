import {
  AskedSchema,
  carriedFields,
  givenOf,
  isRondelError,
  parseDataReference,
  rootsOf,
  RondelError,
  throwProblems,
  type Job,
  type JsonValue,
  type Submission,
} from '@rondel/contracts';
import { poolUnknown, type JobHead, type JobWork } from '@rondel/jobs';
import { checkPlan, withDefaults, type PlanNode } from '@rondel/plan';
import { attemptSeconds } from '../../server/limits.js';
import type { FleetFacts } from '../../fleet/fleet-view.js';
import { allChecks } from '../../http/all-problems.js';
import { findJob } from '../job-view.js';
import { setText, titleOf, withNamesAllowed } from '../job-title.js';
import { stagePlacer, stagePlan } from './stage-placement.js';
import { openOutputBound } from './output-bound.js';
import { readPlanWith, type PlanWithParameters } from './plan-source.js';
import { openArrayNames } from './array-names.js';
import { checkStrict, planWarnings } from './plan-warnings.js';
import type { RouteServices, Services } from '../../services.js';

export const defaultPool = 'default';
const defaultPriority = 100;
const defaultAttempts = 3;
const largestWork = 2 * 2 ** 20;

export interface AcceptedSubmission {
  readonly head: JobHead;
  readonly work: JobWork;
}

/**
 * Checks a submission and makes it a job. All that is wrong with its plan, its pool and its data is reported at once.
 *
 * Throws `PLAN_*`, `POOL_UNKNOWN`, and `DATA_*` for references that can be known to lead nowhere.
 */
export async function acceptSubmission(given: Submission, services: RouteServices): Promise<AcceptedSubmission> {
  const submission = withNamesAllowed(given, services);
  const { fleet, prepared, newJobId } = services;
  const { parameters = {}, labels = {} } = submission;
  const makeIn = async (facts: FleetFacts) => {
    const [plan, makeJob] = await allChecks([
      prepared.plan(submission, () => preparePlan(submission, services)),
      jobMaker(submission, services, facts),
    ]);
    return makeJob(plan, {
      id: newJobId(),
      createdAt: new Date().toISOString(),
      parameters,
      labels,
    });
  };
  // What was not there a moment ago may have come.
  return makeIn(await fleet.facts()).catch(async (error: unknown) => {
    if (isRondelError(error) && saysPoolUnknown(error)) return makeIn(await fleet.freshFacts());
    throw error;
  });
}

function saysPoolUnknown({ failure }: RondelError): boolean {
  return (failure.problems ?? [failure]).some(({ code }) => code === 'POOL_UNKNOWN');
}

/** What jobs of one submission need not have in common. */
export interface JobOwn {
  readonly id: string;
  readonly createdAt: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Makes a complete plan a job. Throws `PLAN_*`, `POOL_UNKNOWN`, `QUOTA_EXCEEDED` for a plan or an image that is too large, and
 * `STRICT_WARNING` for a doubtful one of a strict submission.
 */
export type JobMaker = (plan: PlanNode, own: JobOwn) => Promise<AcceptedSubmission>;

/** Checks what all jobs of a submission have in common. Throws `POOL_UNKNOWN` and `DATA_*`. */
export async function jobMaker(submission: Submission, services: RouteServices, fleet: FleetFacts): Promise<JobMaker> {
  const {
    plan: source,
    timeoutSeconds,
    attempts,
    priority,
    pool = defaultPool,
    lane = 'normal',
    submitter,
    strict,
    dataNames,
  } = submission;
  const { axis, size, undivided } = parseSplit(submission.split);
  const { worker, engine } = submission;
  const inPool = Promise.resolve(fleet).then((facts) => checkPool(pool, facts));
  const [data] = await allChecks([resolveData(submission.data, services), inPool]);
  const { prepared, registry } = services;
  const placeStages = stagePlacer({ pool, worker, engine, roots: rootsOf(data), submitter }, fleet);
  const { name } = typeof source === 'object' && 'name' in source ? source : {};
  const seconds = attemptSeconds(timeoutSeconds, services.limits);
  const checkArrayNames = openArrayNames(Object.keys(data), registry);
  const checkOutput = openOutputBound(data, submission.output, services);
  return async (plan, { id, createdAt, parameters, labels }) => {
    const forms = prepared.forms(plan);
    const { tree, toml, characters } = forms;
    const set = setText(parameters);
    const warnings = prepared.warnings(plan, () => planWarnings(plan, registry.catalog));
    checkStrict(warnings, strict);
    checkWorkSize(characters + JSON.stringify(parameters).length);
    const work: JobWork = {
      plan: tree,
      planToml: toml,
      // Came out of JSON.parse, so it can only hold JSON values.
      parameters: parameters as Record<string, JsonValue>,
      data,
      timeoutSeconds: seconds,
      maxOutputBytes: services.limits.maxOutputBytes,
      ...(size !== undefined && { blockSize: size }),
      ...(undivided && { undivided }),
      asked: givenOf(submission, AskedSchema.properties),
    };
    const staged = prepared.staged(plan, axis, () => stagePlan(tree, registry, axis));
    checkArrayNames(staged);
    await checkOutput(staged);
    return {
      head: {
        id,
        title: titleOf(submission, plan, services),
        ...(set !== undefined && { set }),
        pool,
        lane,
        priority: priority ?? defaultPriority,
        ...givenOf(submission, carriedFields),
        ...(warnings.length > 0 && { warnings }),
        attemptsPerRun: attempts ?? defaultAttempts,
        labels,
        plan: { sha256: forms.sha256, ...(typeof name === 'string' && { name }) },
        data: submission.data,
        ...(dataNames !== undefined && { dataNames }),
        createdAt,
        stages: placeStages(staged).map(({ head }) => head),
      },
      work,
    };
  };
}

/** The complete plan that will run: read, parameters applied, checked, defaults filled in. */
export async function preparePlan(source: PlanWithParameters, services: RouteServices): Promise<PlanNode> {
  const { catalog } = services.registry;
  const applied = await readPlanWith(source, services);
  throwProblems([...applied.problems, ...checkPlan(applied.plan, catalog)]);
  return withDefaults(applied.plan, catalog);
}

/** `slice:8` as axis and extent of a block; `none` keeps workers from dividing the job by themselves. */
function parseSplit(split: string | undefined): { axis?: string; size?: number; undivided?: true } {
  if (split === undefined) return {};
  if (split === 'none') return { undivided: true };
  const [axis = '', size] = split.split(':');
  return { axis, ...(size !== undefined && { size: Number(size) }) };
}

/**
 * What lies in Redis and in the job's record stays small; large values belong into files that the plan refers to.
 *
 * @param characters Of the plan's forms and its parameters as JSON.
 */
export function checkWorkSize(characters: number): void {
  if (characters <= largestWork) return;
  throw new RondelError(
    'QUOTA_EXCEEDED',
    `The plan with its parameters takes ${characters} characters, ${largestWork} are allowed. Put large arrays into files.`,
  );
}

/** Throws `POOL_UNKNOWN`. */
export function checkPool(pool: string, { pools }: FleetFacts): void {
  if (pools.includes(pool)) return;
  throw poolUnknown(pool, pools);
}

/** Names and references of a submission's data, as workers read them. Throws `DATA_*`. */
export async function resolveData(data: Submission['data'], services: RouteServices): Promise<Record<string, string>> {
  const references = typeof data === 'string' ? { data } : data;
  if (references.data === undefined) {
    throw new RondelError('DATA_NOT_FOUND', 'One of the data references must be named "data".');
  }
  const resolved = Object.entries(references).map(async ([name, text]) => {
    const at = typeof data === 'string' ? 'data' : `data.${name}`;
    return [name, await placedAt(at, resolveOne(name, text, services))] as const;
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

/** Only what the API can know is checked here; data roots and the files in them are the workers' business. */
async function resolveOne(name: string, text: string, services: RouteServices): Promise<string> {
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

async function mustExist(sha256: string, text: string, { store, touches }: RouteServices): Promise<void> {
  if ((await touches.touch(sha256)) !== undefined) return;
  const removed = await store.removedAt(sha256);
  const problem = removed === undefined ? `There is no ${text}` : `${text} was removed on ${removed.toISOString()}`;
  throw new RondelError('DATA_NOT_FOUND', `${problem}. Upload it first with PUT /v1/data or rondel data put.`);
}

async function resultOf(id: string, name: string, services: Services): Promise<string> {
  const { state, result } = await referredJob(id, name, services);
  if (result === undefined) {
    throw new RondelError(
      'DATA_NOT_FOUND',
      `Job ${id} is ${state} and has no result that ${name} could refer to. Wait until it has completed.`,
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
