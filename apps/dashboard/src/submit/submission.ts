import type { Problem, Submission } from '@rondel/contracts';
import { readField } from './field-kind.js';
import type { ChosenPlan } from './chosen-plan.js';
import type { FieldGroup, PlanField } from './plan-fields.js';

/** What stands in the form apart from the fields of the plan. */
export interface JobFields {
  /** Name of a built-in plan, or `ownPlan`. */
  readonly plan: string;
  /** The plan that the person brings, TOML or JSON. */
  readonly planText: string;
  readonly data: string;
  readonly pool: string;
  readonly priority: string;
  /** `key=value`, separated by commas. */
  readonly labels: string;
  /** Empty, or `slice`, `frame:2`, ... */
  readonly split: string;
}

export type PlanTexts = Readonly<Record<string, string>>;

export interface PreparedSubmission {
  readonly submission: Submission;
  /** Path of a field, or name of one of `JobFields`, to what is wrong with it. */
  readonly problems: Readonly<Record<string, string>>;
}

/** The body of the request, with only those parameters that differ from the plan. */
export function prepareSubmission(
  job: JobFields,
  { source, groups }: Pick<ChosenPlan, 'source' | 'groups'>,
  texts: PlanTexts,
): PreparedSubmission {
  const parameters: Record<string, unknown> = {};
  const problems: Record<string, string> = {};
  for (const field of changedFields(groups, texts)) {
    const read = readField(field.kind, texts[field.path] ?? '');
    if ('problem' in read) problems[field.path] = read.problem;
    else parameters[field.path] = read.value;
  }
  if (source === undefined) problems.plan = 'Drop a plan file, or paste a plan that can be read.';
  if (job.data.trim() === '') problems.data = 'Drop a file here, or write a data reference.';
  const labels = readLabels(job.labels);
  if (labels === undefined) problems.labels = 'Write key=value, separated by commas.';
  const submission: Submission = {
    plan: source ?? '',
    data: job.data.trim(),
    pool: job.pool,
    ...(Object.keys(parameters).length > 0 && { parameters }),
    ...(job.priority.trim() !== '' && { priority: Number(job.priority) }),
    ...(job.split.trim() !== '' && { split: job.split.trim() }),
    ...(labels !== undefined && Object.keys(labels).length > 0 && { labels }),
  };
  return { submission, problems };
}

/** Fields that were edited to something else. Emptying a field that has no other way to say so leaves it to the plan. */
export function changedFields(groups: readonly FieldGroup[], texts: PlanTexts): PlanField[] {
  return groups
    .flatMap(({ fields }) => fields)
    .filter(({ path, initial }) => {
      const text = texts[path];
      return text !== undefined && text !== initial && text.trim() !== '';
    });
}

/** Each problem of the API at the field it names; those that name none are in `others`. */
export function placeProblems(problems: readonly Problem[], groups: readonly FieldGroup[]) {
  const paths = new Set(groups.flatMap(({ fields }) => fields.map(({ path }) => path)));
  const placed: Record<string, string> = {};
  const others: Problem[] = [];
  for (const problem of problems) {
    const place = problem.at !== undefined && paths.has(problem.at) ? problem.at : fieldOfCode(problem.code);
    if (place === undefined) others.push(problem);
    else placed[place] = problem.message;
  }
  return { placed, others };
}

function fieldOfCode(code: Problem['code']): keyof JobFields | undefined {
  if (code === 'POOL_UNKNOWN') return 'pool';
  return code.startsWith('DATA_') ? 'data' : undefined;
}

/** Nothing when a part of the text is not `key=value`. */
function readLabels(text: string): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  for (const pair of text.split(',')) {
    if (pair.trim() === '') continue;
    const [, key, value] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
    if (key === undefined || value === undefined) return undefined;
    labels[key] = value;
  }
  return labels;
}
