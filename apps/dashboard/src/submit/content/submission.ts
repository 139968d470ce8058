import type { Problem, Submission } from '@rondel/contracts';
import { readField } from '../../fields/field-kind.js';
import { readOptions } from './read-options.js';
import { varyFieldName } from './vary-field.js';
import type { ChosenPlan } from './chosen-plan.js';
import type { FieldGroup, PlanField } from '../../fields/plan-fields.js';
import type { JobFields, NamedArray, TextFieldName } from './job-fields.js';

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
    if ('problem' in read) {
      problems[field.path] = read.problem;
      continue;
    }
    // Nodes that stand there by default are not in the plan before they are set.
    for (const { path, type } of field.within) parameters[path] ??= { _type: type };
    parameters[field.path] = read.value;
  }
  if (source === undefined) problems.plan = 'Drop a plan file, or paste a plan that can be read.';
  if (job.data.trim() === '') problems.data = 'Drop a file here, or write a data reference.';
  const options = readOptions(job);
  const submission: Submission = {
    plan: source ?? '',
    data: dataOf(job),
    ...(job.dataName !== '' && { dataNames: { data: job.dataName } }),
    pool: job.pool,
    ...(Object.keys(parameters).length > 0 && { parameters }),
    ...options.given,
  };
  return { submission, problems: { ...problems, ...arrayProblems(job), ...options.problems } };
}

function dataOf({ data, arrays }: JobFields): Submission['data'] {
  if (arrays.length === 0) return data.trim();
  const named = arrays.map(({ name, reference }) => [name.trim(), reference.trim()] as const);
  return { data: data.trim(), ...Object.fromEntries(named) };
}

export function arrayFieldName(position: number): string {
  return `array-${position}`;
}

function arrayProblems({ arrays }: JobFields): Record<string, string> {
  const problems: Record<string, string> = {};
  for (const [position, { name, reference }] of arrays.entries()) {
    const twice = name.trim() === 'data' || arrays.some((other, index) => index < position && other.name === name);
    const field = arrayFieldName(position);
    if (!/^[A-Za-z][A-Za-z0-9_]{0,62}$/.test(name.trim())) problems[field] = 'Name it, e.g. dark, white or angles.';
    else if (twice) problems[field] = `There are two arrays of the name ${name}.`;
    else if (reference.trim() === '') problems[field] = 'Write a data reference.';
  }
  return problems;
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

/** Where the form shows problems. */
export interface ProblemPlaces {
  readonly groups: readonly FieldGroup[];
  readonly arrays?: readonly NamedArray[];
  /** Paths that are varied, in the order of their rows. */
  readonly varied?: readonly string[];
}

/** Each problem at the field it names, a varied property at its row; those that name none are in `others`. */
export function placeProblems(problems: readonly Problem[], { groups, arrays = [], varied = [] }: ProblemPlaces) {
  const places = new Map<string, string>();
  for (const { fields } of groups) for (const { path } of fields) places.set(path, path);
  for (const [position, { name }] of arrays.entries()) places.set(`data.${name}`, arrayFieldName(position));
  for (const [position, path] of varied.entries()) places.set(path, varyFieldName(position));
  const placed: Record<string, string> = {};
  const others: Problem[] = [];
  for (const problem of problems) {
    const { at = '', code } = problem;
    // The field of a list is that of its items.
    const place = places.get(at) ?? places.get(at.replace(/\[\d+\]$/, '')) ?? fieldOfCode(code);
    if (place === undefined) others.push(problem);
    else placed[place] ??= problem.message;
  }
  return { placed, others };
}

function fieldOfCode(code: Problem['code']): TextFieldName | undefined {
  if (code === 'POOL_UNKNOWN') return 'pool';
  return code.startsWith('DATA_') ? 'data' : undefined;
}
