import { toFailure, type Catalog, type Problem } from '@rondel/contracts';
import { useMutation } from '@tanstack/preact-query';
import { useMemo, useState } from 'preact/hooks';
import { ProblemText } from '../job/failure-panel.js';
import { jobAddress } from '../routing/route.js';
import { useServer } from '../server/server-context.js';
import { choosePlan, ownPlan, planProblems } from './chosen-plan.js';
import { DataInput } from './data-input.js';
import { FieldInput } from './field-input.js';
import { FieldProblem } from './field-problem.js';
import { JobOptions } from './job-options.js';
import { OwnPlan } from './own-plan.js';
import type { FieldGroup } from './plan-fields.js';
import { PlanChoice } from './plan-choice.js';
import { changedFields, placeProblems, prepareSubmission, type JobFields, type PlanTexts } from './submission.js';

interface SubmitFormProps {
  readonly catalog: Catalog;
  readonly pools: readonly string[];
  readonly plan: string | undefined;
  readonly data: string | undefined;
}

type Problems = Readonly<Record<string, string>>;

export function SubmitForm({ catalog, pools, plan, data }: SubmitFormProps) {
  const server = useServer();
  const [job, setJob] = useState<JobFields>(() => firstFields(catalog, { plan, data }));
  const [texts, setTexts] = useState<PlanTexts>({});
  const [problems, setProblems] = useState<Problems>({});
  const [others, setOthers] = useState<readonly Problem[]>([]);
  const { plan: name, planText } = job;
  const chosen = useMemo(() => choosePlan({ plan: name, planText }, catalog), [name, planText, catalog]);
  const { groups } = chosen;
  const prepared = prepareSubmission(job, chosen, texts);

  const submission = useMutation({
    mutationFn: () => server.submit(prepared.submission),
    networkMode: 'always',
    onSuccess: ({ id }) => window.location.assign(jobAddress(id)),
    onError: (error) => {
      const failure = toFailure(error);
      const { placed, others: rest } = placeProblems(failure.problems ?? [failure], groups);
      setProblems(placed);
      setOthers(rest);
    },
  });
  const submit = () => {
    setProblems(prepared.problems);
    setOthers([]);
    if (Object.keys(prepared.problems).length === 0) submission.mutate();
  };
  const edit = (name: keyof JobFields, value: string) => {
    setJob((now) => ({ ...now, [name]: value }));
    setProblems((now) => without(now, name === 'planText' ? 'plan' : name));
  };
  return (
    <form
      class="submit"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <fieldset>
        <legend>Data</legend>
        <DataInput value={job.data} problem={problems.data} onChange={(value) => edit('data', value)} />
      </fieldset>
      <fieldset>
        <legend>Plan</legend>
        <PlanChoice plans={catalog.plans} value={job.plan} onChange={(value) => edit('plan', value)} />
        {job.plan === ownPlan && (
          <OwnPlan
            text={planText}
            problems={
              planText.trim() === '' ? undefined : planProblems(chosen, prepared.submission.parameters ?? {}, catalog)
            }
            onChange={(value) => edit('planText', value)}
          />
        )}
        <FieldProblem name="plan" problem={problems.plan} />
      </fieldset>
      {groups.map((group) => (
        <PlanGroup
          key={group.path}
          group={group}
          texts={texts}
          problems={problems}
          onChange={(path, text) => {
            setTexts((now) => ({ ...now, [path]: text }));
            setProblems((now) => without(now, path));
          }}
        />
      ))}
      <JobOptions job={job} pools={pools} problems={problems} onChange={edit} />
      <div class="submit-bar">
        <button type="submit" class="primary" disabled={submission.isPending}>
          Submit
        </button>
        <span class="faint">{changedText(changedFields(groups, texts).length)}</span>
        <div role="alert">
          {others.map((problem, position) => (
            <ProblemText key={position} problem={problem} />
          ))}
          {Object.keys(problems).length > 0 && (
            <p class="bad-text">Some fields need another value; each says what is wrong.</p>
          )}
        </div>
      </div>
    </form>
  );
}

interface PlanGroupProps {
  readonly group: FieldGroup;
  readonly texts: PlanTexts;
  readonly problems: Problems;
  readonly onChange: (path: string, text: string) => void;
}

function PlanGroup({ group: { path, node, fields }, texts, problems, onChange }: PlanGroupProps) {
  return (
    <fieldset>
      <legend>
        {path} <span class="faint">{node.type}</span>
      </legend>
      <p class="faint about">{node.description}</p>
      {fields.map((field) => (
        <FieldInput
          key={field.path}
          field={field}
          text={texts[field.path] ?? field.initial}
          problem={problems[field.path]}
          onChange={(text) => onChange(field.path, text)}
        />
      ))}
    </fieldset>
  );
}

function firstFields(
  catalog: Catalog,
  { plan, data }: { readonly plan: string | undefined; readonly data: string | undefined },
): JobFields {
  const known = catalog.plans.find(({ name }) => name === plan) ?? catalog.plans[0];
  return {
    plan: known?.name ?? ownPlan,
    planText: '',
    data: data ?? '',
    pool: 'default',
    priority: '',
    labels: '',
    split: '',
  };
}

function without(problems: Problems, name: string): Problems {
  return Object.fromEntries(Object.entries(problems).filter(([key]) => key !== name));
}

function changedText(count: number): string {
  if (count === 0) return 'No parameter differs from the plan.';
  return count === 1 ? 'One parameter differs from the plan.' : `${count} parameters differ from the plan.`;
}
