import {
  hidePaths,
  isRondelError,
  RondelError,
  sweepLabel,
  throwProblems,
  type SweepRecord,
  type SweepSubmission,
} from '@rondel/contracts';
import { subjobPlace, type NewJob, type Reach } from '@rondel/jobs';
import { checkPlan, printPlan, sweepInSteps, toTree, withDefaults, type PlanNode, type PlanSweep } from '@rondel/plan';
import { inTurns, mapInTurns, turns } from '../http/in-turns.js';
import { titleOf, withNamesAllowed } from '../jobs/job-title.js';
import { filesAmong } from '../jobs/submission/file-data.js';
import { resolveData } from '../jobs/submission/job-data.js';
import { readPlanWith } from '../jobs/submission/plan-source.js';
import type { SeenServices } from '../services.js';
import { defaultPool, jobMaker, type AcceptedSubmission, type JobMaker } from '../jobs/submission/submission.js';
import { sweepJobId } from './sweep-job-id.js';

/** Jobs of one batch, and characters of their plans from which on a batch is full. */
const batchJobs = 200;
const batchCharacters = 2 ** 20;
/** Characters of all plans of a sweep together: they lie in Redis, each with its job. */
const mostCharacters = 256 * 2 ** 20;
/** The record is kept as one document. */
const mostRecordBytes = 4_000_000;

export interface AcceptedSweep {
  readonly record: SweepRecord;
  /** Checks combination after combination while it is read. */
  readonly batches: AsyncIterable<readonly NewJob[]>;
}

/**
 * Checks a sweep and makes it jobs.
 *
 * Throws as `acceptSubmission`, now or while the batches are read: `details.assignments` and `details.combination`, from
 * 0, say which combination is wrong. Also throws what `sweepInSteps` throws, and `QUOTA_EXCEEDED` for plans that are too large
 * together.
 */
export async function acceptSweep(
  given: SweepSubmission,
  { id, createdAt }: { readonly id: string; readonly createdAt: string },
  services: SeenServices,
): Promise<AcceptedSweep> {
  const submission = withNamesAllowed(given, services);
  const { vary, combine = 'product', parameters = {}, ...common } = submission;
  const labels = labelsOf(submission, id);
  const { catalog, linkFunctions: functions } = services.registry;
  const isNamed = typeof common.data !== 'string' && Object.keys(filesAmong(common.data, catalog)).length > 0;
  const data = isNamed ? await resolveData(common.data, services, { mayWait: true }) : undefined;
  const files = data && { files: filesAmong(data, catalog) };
  const template = await readPlanWith({ plan: common.plan, parameters, ...files }, services);
  throwProblems(template.problems);
  const links = { functions, released: template.released };
  const sweep = await inTurns(sweepInSteps(template.plan, { vary, combine }, catalog, links));
  const fleet = await services.fleet.freshFacts();
  const resolved = data === undefined ? resolveData(common.data, services, { mayWait: true }) : Promise.resolve(data);
  const makeJob = await jobMaker({ lane: 'batch', ...common, resolved }, services, fleet);
  const { name } = typeof common.plan === 'object' && 'name' in common.plan ? common.plan : {};
  const pool = common.pool ?? defaultPool;
  const reach = mayRunElsewhere(template.plan, given) ? subjobPlace.anywhere : pool;
  const record: SweepRecord = {
    id,
    createdAt,
    ...(common.project !== undefined && { project: common.project }),
    title: titleOf(common, template.plan, services),
    plan: typeof name === 'string' ? { name } : {},
    planToml: printPlan(template.plan, 'toml'),
    data: common.data,
    ...(common.dataNames !== undefined && { dataNames: common.dataNames }),
    pool,
    vary,
    combine,
    items: await mapInTurns(Array.from({ length: sweep.length }), (_, index) => ({
      assignments: assignmentsAt(sweep, index),
      job: sweepJobId(id, index, reach),
    })),
  };
  checkRecord(record);
  const kept = services.hidesNames === true ? hidePaths(record) : record;
  return { record: kept, batches: batchesOf(sweep, { record, reach, parameters, labels, makeJob }) };
}

/** The ids are there before the jobs are made, so whatever may set the property `worker` of one counts. */
function mayRunElsewhere(plan: PlanNode, { worker, vary }: SweepSubmission): boolean {
  return worker !== undefined || /\bworker\b/.test(JSON.stringify([toTree(plan), vary]));
}

interface SweepParts {
  readonly record: SweepRecord;
  readonly reach: Reach;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly makeJob: JobMaker;
}

async function* batchesOf(sweep: PlanSweep, parts: SweepParts): AsyncGenerator<readonly NewJob[]> {
  let batch: NewJob[] = [];
  let characters = 0;
  let total = 0;
  const giveWay = turns();
  for (let index = 0; index < sweep.length; index += 1) {
    const job = await jobAt(sweep, index, parts);
    batch.push(job);
    characters += 2 * job.work.planToml.length;
    if (batch.length === batchJobs || characters >= batchCharacters) {
      total += characters;
      checkTotal(total, index + 1, sweep.length);
      yield batch;
      [batch, characters] = [[], 0];
    }
    await giveWay();
  }
  if (batch.length > 0) yield batch;
}

async function jobAt(
  sweep: PlanSweep,
  index: number,
  { record, reach, parameters, labels, makeJob }: SweepParts,
): Promise<AcceptedSubmission> {
  const assignments = assignmentsAt(sweep, index);
  try {
    const { plan } = sweep.at(index);
    throwProblems(checkPlan(plan, sweep.catalog));
    return await makeJob(withDefaults(plan, sweep.catalog), {
      idFor: () => sweepJobId(record.id, index, reach),
      createdAt: record.createdAt,
      parameters: { ...parameters, ...assignments },
      labels,
    });
  } catch (error) {
    throw isRondelError(error) ? inCombination(error, index, assignments) : error;
  }
}

/** The same failure, with the combination that it is about. */
function inCombination(
  { failure }: RondelError,
  combination: number,
  assignments: Record<string, unknown>,
): RondelError {
  const { code, message, details, ...rest } = failure;
  const words = Object.entries(assignments).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  const text = words.join(', ').slice(0, 300);
  return new RondelError(code, `${message} This is combination ${combination}: ${text}.`, {
    ...rest,
    details: { ...details, combination, assignments },
  });
}

function assignmentsAt(sweep: PlanSweep, index: number): Record<string, unknown> {
  return Object.fromEntries(sweep.assignmentsAt(index).map(({ name, value }) => [name, value]));
}

function labelsOf({ labels = {} }: SweepSubmission, id: string): Record<string, string> {
  const most = 31;
  if (sweepLabel in labels || Object.keys(labels).length > most) {
    throw new RondelError(
      'INVALID_REQUEST',
      `Jobs of a sweep get the label "${sweepLabel}" with its id; give at most ${most} others and not that one.`,
    );
  }
  return { ...labels, [sweepLabel]: id };
}

function checkRecord(record: SweepRecord): void {
  const bytes = Buffer.byteLength(JSON.stringify(record));
  if (bytes <= mostRecordBytes) return;
  throw new RondelError(
    'QUOTA_EXCEEDED',
    `The plan and what is varied take ${bytes} bytes, ${mostRecordBytes} are allowed. Put large arrays into files, or vary less at once.`,
  );
}

function checkTotal(characters: number, made: number, length: number): void {
  if (characters <= mostCharacters) return;
  throw new RondelError(
    'QUOTA_EXCEEDED',
    `The plans of the first ${made} of ${length} combinations take ${characters} characters, a sweep may have ${mostCharacters}. Put large arrays into files, or vary less at once.`,
  );
}
