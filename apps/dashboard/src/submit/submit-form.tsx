import { quantity, toFailure, type Catalog, type Problem } from '@rondel/contracts';
import { useMutation } from '@tanstack/preact-query';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { HelpText } from '../display/help-text.js';
import { typeTitle } from '../display/type-title.js';
import { ProblemText } from '../job/failure-panel.js';
import { jobAddress, sweepAddress } from '../routing/route.js';
import { useServer } from '../server/server-context.js';
import { checkForm } from './content/check-form.js';
import {
  choosePlan,
  livePlanChoice,
  ownPlan,
  planProblems,
  planWarnings,
  type SessionPlan,
} from './content/chosen-plan.js';
import { DataInput } from './data/data-input.js';
import { DifferenceList } from './difference-list.js';
import { FieldInput } from '../fields/field-input.js';
import { FieldProblem } from '../fields/field-problem.js';
import { readDraft, type FormDraft } from './content/form-draft.js';
import { JobOptions } from './job-options.js';
import { missingData } from './data/missing-data.js';
import { MoreArrays } from './data/more-arrays.js';
import { OwnPlan } from './own-plan.js';
import type { FieldGroup } from '../fields/plan-fields.js';
import { PlanChoice } from './plan-choice.js';
import { PlanWarnings } from './plan-warnings.js';
import { differences, statements, type FormContent } from './content/resubmission.js';
import { changedFields, placeProblems, prepareSubmission, type PlanTexts } from './content/submission.js';
import { emptyJob, type JobFields, type TextFieldName } from './content/job-fields.js';
import { useDraft } from './use-draft.js';
import { prepareSweep, type VaryFields } from './content/vary.js';
import { VaryInput } from './vary-input.js';

const noVary: VaryFields = { rows: [], combine: 'product' };

/** A job that is submitted again. */
export interface Before {
  readonly id: string;
  readonly content: FormContent;
  /** What its form said, see `statements`. */
  readonly said: ReadonlyMap<string, string>;
}

interface SubmitFormProps {
  readonly catalog: Catalog;
  readonly pools: readonly string[];
  /** The address of the page, by which the form is kept. */
  readonly address: string;
  readonly plan: string | undefined;
  readonly data: string | undefined;
  readonly session: SessionPlan | undefined;
  readonly before: Before | undefined;
}

type Problems = Readonly<Record<string, string>>;

/** The form of a job, or of a sweep as soon as a property is varied. */
export function SubmitForm({ catalog, pools, address, plan, data, session, before }: SubmitFormProps) {
  const server = useServer();
  const form = useRef<HTMLFormElement>(null);
  const begin = useMemo(
    () => ({ ...(before?.content ?? { job: firstFields(catalog, { plan, data, session }), texts: {} }), vary: noVary }),
    [before, catalog, plan, data, session],
  );
  const { draft, setDraft, isKept, forget } = useDraft<FormDraft>(address, { begin, read: readDraft });
  const { job, texts, vary } = draft;
  const [problems, setProblems] = useState<Problems>({});
  const [others, setOthers] = useState<readonly Problem[]>([]);
  // Counts how often something was found wrong: each time the first field of those gets the focus.
  const [refusals, setRefusals] = useState(0);
  const { plan: name, planText } = job;
  const chosen = useMemo(
    () => choosePlan({ plan: name, planText }, catalog, session),
    [name, planText, catalog, session],
  );
  const warnings = useMemo(() => planWarnings(chosen, catalog), [chosen, catalog]);
  const { groups } = chosen;
  const prepared = prepareSubmission(job, chosen, texts);
  const sweep = vary.rows.length === 0 ? undefined : prepareSweep(prepared, vary);
  useEffect(() => {
    if (refusals > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refusals]);

  const refuse = (found: { readonly problems: Problems; readonly others: readonly Problem[] }) => {
    setProblems(found.problems);
    setOthers(found.others);
    setRefusals((count) => count + 1);
  };
  const submission = useMutation({
    mutationFn: async () =>
      sweep === undefined
        ? jobAddress((await server.submit(prepared.submission)).id)
        : sweepAddress((await server.submitSweep(sweep.submission)).id),
    networkMode: 'always',
    onSuccess: (goal) => {
      forget();
      window.location.assign(goal);
    },
    onError: (error) => {
      const failure = toFailure(error);
      const varied = vary.rows.map(({ path }) => path);
      const { placed, others } = placeProblems(failure.problems ?? [failure], { groups, arrays: job.arrays, varied });
      refuse({ problems: placed, others });
    },
  });
  const submit = async () => {
    const found = checkForm({ job, chosen, prepared, sweep }, catalog);
    // What only the server knows is said together with the rest.
    const all = { ...(await missingData(server, job)), ...found.problems };
    if (Object.keys(all).length + found.others.length > 0) {
      refuse({ problems: all, others: found.others });
      return;
    }
    setProblems({});
    setOthers([]);
    submission.mutate();
  };
  const editJob = (changed: Partial<JobFields>) => {
    setDraft((now) => ({ ...now, job: { ...now.job, ...changed } }));
    const names = Object.keys(changed).map((field) => (field === 'planText' ? 'plan' : field));
    setProblems((now) =>
      without(now, (key) => names.includes(key) || (names.includes('arrays') && key.startsWith('array-'))),
    );
  };
  const edit = (field: TextFieldName, value: string) => editJob({ [field]: value });
  return (
    <form
      ref={form}
      class="submit"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {before !== undefined && (
        <DifferenceList job={before.id} differences={differences(before.said, statements({ job, texts }, groups))} />
      )}
      <fieldset>
        <legend>Data</legend>
        <DataInput
          value={job.data}
          problem={problems.data}
          onChange={(value, fileName) => editJob({ data: value, dataName: fileName ?? '' })}
        />
        <MoreArrays arrays={job.arrays} problems={problems} onChange={(arrays) => editJob({ arrays })} />
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
            setDraft((now) => ({ ...now, texts: { ...now.texts, [path]: text } }));
            setProblems((now) => without(now, (key) => key === path));
          }}
        />
      ))}
      <VaryInput
        vary={vary}
        groups={groups}
        problems={problems}
        onChange={(value) => {
          setDraft((now) => ({ ...now, vary: value }));
          setProblems((now) => without(now, (key) => key.startsWith('vary-')));
        }}
      />
      <JobOptions job={job} pools={pools} problems={problems} onChange={edit} />
      <div class="submit-bar">
        <button type="submit" class="primary" disabled={submission.isPending}>
          {sweep === undefined ? 'Submit' : sweepWord(sweep.count)}
        </button>
        {isKept && (
          <button type="button" onClick={forget}>
            Start over
          </button>
        )}
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
        {typeTitle(node.type)}{' '}
        <span class="faint">
          {path} {node.type}
        </span>
      </legend>
      <p class="faint about">
        <HelpText text={node.description} />
      </p>
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
    ...emptyJob,
    plan: session === undefined ? (known?.name ?? ownPlan) : livePlanChoice,
    data: data ?? '',
  };
}

function without(problems: Problems, isGone: (name: string) => boolean): Problems {
  return Object.fromEntries(Object.entries(problems).filter(([key]) => !isGone(key)));
}

function sweepWord(count: number | undefined): string {
  if (count === undefined) return 'Submit the sweep';
  return `Submit a sweep of ${quantity(count, 'job')}`;
}

function changedText(count: number): string {
  if (count === 0) return 'No parameter differs from the plan.';
  return `${quantity(count, 'parameter differs', 'parameters differ')} from the plan.`;
}
