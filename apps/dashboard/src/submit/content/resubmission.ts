import { sweepLabel, type Catalog, type Submission } from '@rondel/contracts';
import type { PlanNode } from '@rondel/plan';
import { choosePlan, livePlanChoice, ownPlan } from './chosen-plan.js';
import { formOfPlan, type FieldGroup } from '../../fields/plan-fields.js';
import type { PlanTexts } from './submission.js';
import { emptyJob, type JobFields } from './job-fields.js';

/** What stands in the form. */
export interface FormContent {
  readonly job: JobFields;
  readonly texts: PlanTexts;
}

interface OldJob {
  readonly submission: Submission;
  /** The plan that ran, parameters applied. */
  readonly applied: PlanNode;
  /** The same as TOML. */
  readonly toml: string;
  /** Whether another plan, a live one, takes its place. */
  readonly live: boolean;
}

/**
 * The form with everything that a job was submitted with. Where the parameters have only changed values of a built-in plan
 * that plan is chosen and they stand in its fields; else the whole plan is the person's own.
 */
export function contentOf({ submission, applied, toml, live }: OldJob, catalog: Catalog): FormContent {
  const job = { ...jobOf(submission), ...(live ? { plan: livePlanChoice } : { plan: ownPlan, planText: toml }) };
  const { plan } = submission;
  if (live || typeof plan !== 'object' || !('name' in plan) || typeof plan.name !== 'string') return { job, texts: {} };
  const { groups } = choosePlan({ plan: plan.name, planText: '' }, catalog);
  const [before, now] = [fieldTexts(groups), fieldTexts(formOfPlan(applied, catalog))];
  if ([...now.keys()].join() !== [...before.keys()].join()) return { job, texts: {} };
  const changed = [...now].filter(([path, text]) => text !== before.get(path));
  return { job: { ...job, plan: plan.name, planText: '' }, texts: Object.fromEntries(changed) };
}

function jobOf({ data, dataNames, labels = {}, ...given }: Submission): JobFields {
  const { data: main = '', ...others } = typeof data === 'string' ? { data } : data;
  const own = Object.entries(labels).filter(([key]) => key !== sweepLabel);
  const text = (value: string | number | undefined) => (value === undefined ? '' : String(value));
  return {
    ...emptyJob,
    data: main,
    dataName: dataNames?.data ?? '',
    arrays: Object.entries(others).map(([name, reference]) => ({ name, reference })),
    title: text(given.title),
    pool: given.pool ?? emptyJob.pool,
    lane: text(given.lane),
    priority: text(given.priority),
    labels: own.map(([key, value]) => `${key}=${value}`).join(', '),
    split: text(given.split),
    worker: text(given.worker),
    engine: text(given.engine),
    attempts: text(given.attempts),
    timeoutSeconds: text(given.timeoutSeconds),
    strict: given.strict === true ? 'yes' : '',
  };
}

function fieldTexts(groups: readonly FieldGroup[], texts: PlanTexts = {}): Map<string, string> {
  return new Map(groups.flatMap(({ fields }) => fields.map(({ path, initial }) => [path, texts[path] ?? initial])));
}

/** Everything that the form says, by the name under which it is compared. */
export function statements({ job, texts }: FormContent, groups: readonly FieldGroup[]): ReadonlyMap<string, string> {
  const { plan, planText: _, arrays, ...options } = job;
  const said: [string, string][] = [
    ['plan', plan === ownPlan ? 'your own' : plan],
    ...Object.entries(options),
    ...arrays.map(({ name, reference }): [string, string] => [`data ${name}`, reference]),
    ...fieldTexts(groups, texts),
  ];
  return new Map(said.filter(([, text]) => text !== ''));
}

export interface Difference {
  readonly name: string;
  /** Empty where only one of the two says anything. */
  readonly before: string;
  readonly now: string;
}

/** What has been changed against the job before. */
export function differences(
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): readonly Difference[] {
  const names = [...new Set([...before.keys(), ...now.keys()])];
  return names
    .map((name) => ({ name, before: before.get(name) ?? '', now: now.get(name) ?? '' }))
    .filter((one) => one.before !== one.now);
}
