import { toFailure, type Catalog, type Problem } from '@rondel/contracts';
import { useMutation } from '@tanstack/preact-query';
import { useMemo, useState } from 'preact/hooks';
import { ProblemText } from '../job/failure-panel.js';
import { jobAddress, sweepAddress } from '../routing/route.js';
import { useServer } from '../server/server-context.js';
import { choosePlan, livePlanChoice, ownPlan, planProblems, planWarnings, type SessionPlan } from './chosen-plan.js';
import { DataInput } from './data-input.js';
import { FieldInput } from './field-input.js';
import { FieldProblem } from './field-problem.js';
import { JobOptions } from './job-options.js';
import { OwnPlan } from './own-plan.js';
import type { FieldGroup } from './plan-fields.js';
import { PlanChoice } from './plan-choice.js';
import { PlanWarnings } from './plan-warnings.js';
import { changedFields, placeProblems, prepareSubmission, type JobFields, type PlanTexts } from './submission.js';
import { prepareSweep, type VaryFields } from './vary.js';
import { VaryInput } from './vary-input.js';

interface SubmitFormProps {
  readonly catalog: Catalog;
  readonly pools: readonly string[];
  readonly plan: string | undefined;
  readonly data: string | undefined;
  readonly session: SessionPlan | undefined;
}

type Problems = Readonly<Record<string, string>>;

/** The form of a job, or of a sweep as soon as a property is varied. */
export function SubmitForm({ catalog, pools, plan, data, session }: SubmitFormProps) {
  const server = useServer();
  const [job, setJob] = useState<JobFields>(() => firstFields(catalog, { plan, data, session }));
  const [vary, setVary] = useState<VaryFields>({ rows: [], combine: 'product' });
  const [texts, setTexts] = useState<PlanTexts>({});
  const [problems, setProblems] = useState<Problems>({});
  const [others, setOthers] = useState<readonly Problem[]>([]);
  const { plan: name, planText } = job;
  const chosen = useMemo(
    () => choosePlan({ plan: name, planText }, catalog, session),
    [name, planText, catalog, session],
  );
  const warnings = useMemo(() => planWarnings(chosen, catalog), [chosen, catalog]);
  const { groups } = chosen;
  const prepared = prepareSubmission(job, chosen, texts);
  const sweep = vary.rows.length === 0 ? undefined : prepareSweep(prepared, vary);
  const found = sweep?.problems ?? prepared.problems;

  const submission = useMutation({
    mutationFn: async () =>
      sweep === undefined
        ? jobAddress((await server.submit(prepared.submission)).id)
        : sweepAddress((await server.submitSweep(sweep.submission)).id),
    networkMode: 'always',
    onSuccess: (address) => window.location.assign(address),
    onError: (error) => {
      const failure = toFailure(error);
      const { placed, others: rest } = placeProblems(failure.problems ?? [failure], groups);
      setProblems(placed);
      setOthers(rest);
    },
  });
  const submit = () => {
    setProblems(found);
    setOthers([]);
    if (Object.keys(found).length === 0) submission.mutate();
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
        <PlanChoice
          plans={catalog.plans}
          value={job.plan}
          session={session?.id}
          onChange={(value) => edit('plan', value)}
        />
        {job.plan === ownPlan && (
          <OwnPlan
            text={planText}
            problems={
              planText.trim() === '' ? undefined : planProblems(chosen, prepared.submission.parameters ?? {}, catalog)
            }
            onChange={(value) => edit('planText', value)}
          />
        )}
        <PlanWarnings warnings={warnings} />
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
      <VaryInput
        vary={vary}
        groups={groups}
        problems={problems}
        onChange={(value) => {
          setVary(value);
          setProblems((now) => withoutVary(now));
        }}
      />
      <JobOptions job={job} pools={pools} problems={problems} onChange={edit} />
      <div class="submit-bar">
        <button type="submit" class="primary" disabled={submission.isPending}>
          {sweep === undefined ? 'Submit' : sweepWord(sweep.count)}
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
  { plan, data, session }: Pick<SubmitFormProps, 'plan' | 'data' | 'session'>,
): JobFields {
  const known = catalog.plans.find(({ name }) => name === plan) ?? catalog.plans[0];
  return {
    plan: session === undefined ? (known?.name ?? ownPlan) : livePlanChoice,
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

function withoutVary(problems: Problems): Problems {
  return Object.fromEntries(Object.entries(problems).filter(([key]) => !key.startsWith('vary-')));
}

function sweepWord(count: number | undefined): string {
  if (count === undefined) return 'Submit the sweep';
  return count === 1 ? 'Submit a sweep of one job' : `Submit a sweep of ${count} jobs`;
}

function changedText(count: number): string {
  if (count === 0) return 'No parameter differs from the plan.';
  return count === 1 ? 'One parameter differs from the plan.' : `${count} parameters differ from the plan.`;
}
