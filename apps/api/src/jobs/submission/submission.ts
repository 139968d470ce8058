import {
  AskedSchema,
  carriedFields,
  givenOf,
  isRondelError,
  rootsOf,
  RondelError,
  throwProblems,
  type JsonValue,
  type Submission,
} from '@rondel/contracts';
import { poolUnknown, reachOfStages, type JobHead, type JobWork, type Reach } from '@rondel/jobs';
import { jobBounds, namingQuota, outputBounds } from '../../quotas/job-bounds.js';
import { checkPlan, withDefaults, type PlanNode } from '@rondel/plan';
import { attemptSeconds } from '../../server/limits.js';
import type { FleetFacts } from '../../fleet/fleet-view.js';
import { allChecks } from '../../http/all-problems.js';
import { setText, titleOf, withNamesAllowed } from '../job-title.js';
import { filesAmong, sortData } from './file-data.js';
import { requireFiles, resolveData } from './job-data.js';
import { stagePlacer, stagePlan } from './stage-placement.js';
import { openOutputBound } from './output-bound.js';
import { readPlanWith, type PlanWithParameters } from './plan-source.js';
import { openArrayNames } from './array-names.js';
import { checkStrict, planWarnings } from './plan-warnings.js';
import type { SeenServices } from '../../services.js';

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
export async function acceptSubmission(given: Submission, services: SeenServices): Promise<AcceptedSubmission> {
  const submission = withNamesAllowed(given, services);
  const { fleet, newJobId } = services;
  const { parameters = {}, labels = {} } = submission;
  const makeIn = async (facts: FleetFacts) => {
    const data = resolveData(submission.data, services, { mayWait: true });
    const [plan, makeJob] = await allChecks([
      planWithFiles(submission, data, services),
      jobMaker({ ...submission, resolved: data }, services, facts),
    ]);
    return makeJob(plan, {
      idFor: newJobId,
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

/** The plan waits for the data where this may have files for it. */
async function planWithFiles(
  submission: Submission,
  data: Promise<Record<string, string>>,
  services: SeenServices,
): Promise<PlanNode> {
  const { catalog } = services.registry;
  const given = typeof submission.data === 'string' ? {} : submission.data;
  const isNamed = Object.keys(filesAmong(given, catalog)).length > 0;
  const { plan, parameters = {} } = submission;
  const source = { plan, parameters, ...(isNamed && { files: filesAmong(await data, catalog) }) };
  return services.prepared.plan(source, () => preparePlan(source, services));
}

function saysPoolUnknown({ failure }: RondelError): boolean {
  return (failure.problems ?? [failure]).some(({ code }) => code === 'POOL_UNKNOWN');
}

/** What jobs of one submission need not have in common. */
export interface JobOwn {
  /** Its id, by the workers that may open it. */
  readonly idFor: (reach: Reach) => string;
  readonly createdAt: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Makes a complete plan a job. Throws `PLAN_*`, `POOL_UNKNOWN`, `QUOTA_EXCEEDED` for a plan or an image that is too large, and
 * `STRICT_WARNING` for a doubtful one of a strict submission.
 */
export type JobMaker = (plan: PlanNode, own: JobOwn) => Promise<AcceptedSubmission>;

/** A submission whose data are being looked up. */
export interface LookedUp extends Submission {
  readonly resolved: Promise<Record<string, string>>;
}

/** Checks what all jobs of a submission have in common. Throws `POOL_UNKNOWN` and `DATA_*`. */
export async function jobMaker(submission: LookedUp, services: SeenServices, fleet: FleetFacts): Promise<JobMaker> {
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
  const [data, , bounds] = await allChecks([submission.resolved, inPool, jobBounds(submission, services)]);
  const { prepared, registry } = services;
  const placeStages = stagePlacer({ pool, worker, engine, submitter }, fleet);
  const { name } = typeof source === 'object' && 'name' in source ? source : {};
  const named = (error: unknown) => {
    throw namingQuota(bounds, error);
  };
  const seconds = attemptSeconds(timeoutSeconds, bounds);
  const checkArrayNames = openArrayNames(registry);
  const checkOutput = openOutputBound(data, submission.output, { ...services, limits: bounds });
  return async (plan, { idFor, createdAt, parameters, labels }) => {
    const forms = prepared.forms(plan);
    const { tree, toml, characters } = forms;
    const set = setText(parameters);
    const { arrays, files } = sortData(plan, data, registry.catalog);
    const warnings = prepared.warnings(plan, () => planWarnings(plan, registry.catalog));
    checkStrict(warnings, strict);
    checkWorkSize(characters + JSON.stringify(parameters).length);
    const work: JobWork = {
      plan: tree,
      planToml: toml,
      // Came out of JSON.parse, so it can only hold JSON values.
      parameters: parameters as Record<string, JsonValue>,
      data: arrays,
      timeoutSeconds: seconds,
      ...outputBounds(bounds),
      ...(size !== undefined && { blockSize: size }),
      ...(undivided && { undivided }),
      ...(services.hidesNames === true && { hidesPaths: true }),
      asked: givenOf(submission, AskedSchema.properties),
    };
    const staged = prepared.staged(plan, axis, () => stagePlan(tree, registry, axis));
    checkArrayNames(staged, { arrays: Object.keys(arrays), files });
    await allChecks([requireFiles(tree, services, { mayWait: true }), checkOutput(staged).catch(named)]);
    const stages = placeStages(staged, rootsOf(arrays)).map(({ head }) => head);
    return {
      head: {
        id: idFor(reachOfStages(stages)),
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
        stages,
      },
      work,
    };
  };
}

/** The complete plan that will run: read, parameters applied, checked, defaults filled in. */
export async function preparePlan(source: PlanWithParameters, services: SeenServices): Promise<PlanNode> {
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
