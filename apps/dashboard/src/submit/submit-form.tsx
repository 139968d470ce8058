import { quantity, type Catalog } from '@rondel/contracts';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { HelpText } from '../display/help-text.js';
import { typeTitle } from '../display/type-title.js';
import { FieldInput } from '../fields/field-input.js';
import { FieldProblem } from '../fields/field-problem.js';
import type { FieldGroup } from '../fields/plan-fields.js';
import { ProblemText } from '../job/failure-panel.js';
import { ownPlan, planProblems, planWarnings, type SessionPlan } from './content/chosen-plan.js';
import { differences, statements, type FormContent } from './content/resubmission.js';
import { changedFields, type PlanTexts } from './content/submission.js';
import { DataInput } from './data/data-input.js';
import { MoreArrays } from './data/more-arrays.js';
import { DifferenceList } from './difference-list.js';
import { JobOptions } from './job-options.js';
import { OwnPlan } from './own-plan.js';
import { PlanChoice } from './plan-choice.js';
import { PlanWarnings } from './plan-warnings.js';
import { useSubmitForm, type FormBegin, type Problems, type SubmitFormState } from './use-submit-form.js';
import { VaryInput } from './vary-input.js';

/** A job that is submitted again. */
export interface Before {
  readonly id: string;
  readonly content: FormContent;
  /** What its form said, see `statements`. */
  readonly said: ReadonlyMap<string, string>;
}

interface SubmitFormProps extends Omit<FormBegin, 'content'> {
  readonly pools: readonly string[];
  readonly before: Before | undefined;
}

/** The form of a job, or of a sweep as soon as a property is varied. */
export function SubmitForm({ pools, before, ...begin }: SubmitFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const state = useSubmitForm({ ...begin, content: before?.content });
  const { job, texts, vary, problems, refusals } = state;
  const { groups } = state.chosen;
  // Each time that something is found wrong, the first field of those gets the focus.
  useEffect(() => {
    if (refusals > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refusals]);
  return (
    <form
      ref={form}
      class="submit"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void state.submit();
      }}
    >
      {before !== undefined && (
        <DifferenceList job={before.id} differences={differences(before.said, statements({ job, texts }, groups))} />
      )}
      <DataFields state={state} />
      <PlanFields state={state} catalog={begin.catalog} session={begin.session} />
      {groups.map((group) => (
        <PlanGroup key={group.path} group={group} texts={texts} problems={problems} onChange={state.editText} />
      ))}
      <VaryInput vary={vary} groups={groups} problems={problems} onChange={state.editVary} />
      <JobOptions
        job={job}
        pools={pools}
        problems={problems}
        onChange={(field, value) => state.editJob({ [field]: value })}
      />
      <SubmitBar state={state} />
    </form>
  );
}

interface PartProps {
  readonly state: SubmitFormState;
}

function DataFields({ state: { job, problems, editJob } }: PartProps) {
  return (
    <fieldset>
      <legend>Data</legend>
      <DataInput
        value={job.data}
        problem={problems.data}
        onChange={(value, fileName) => editJob({ data: value, dataName: fileName ?? '' })}
      />
      <MoreArrays arrays={job.arrays} problems={problems} onChange={(arrays) => editJob({ arrays })} />
    </fieldset>
  );
}

interface PlanFieldsProps extends PartProps {
  readonly catalog: Catalog;
  readonly session: SessionPlan | undefined;
}

function PlanFields({ state, catalog, session }: PlanFieldsProps) {
  const { job, chosen, prepared, problems, editJob } = state;
  const warnings = useMemo(() => planWarnings(chosen, catalog), [chosen, catalog]);
  const isWritten = job.planText.trim() !== '';
  return (
    <fieldset>
      <legend>Plan</legend>
      <PlanChoice
        plans={catalog.plans}
        value={job.plan}
        session={session?.id}
        onChange={(value) => editJob({ plan: value })}
      />
      {job.plan === ownPlan && (
        <OwnPlan
          text={job.planText}
          problems={isWritten ? planProblems(chosen, prepared.submission.parameters ?? {}, catalog) : undefined}
          onChange={(value) => editJob({ planText: value })}
        />
      )}
      <PlanWarnings warnings={warnings} />
      <FieldProblem name="plan" problem={problems.plan} />
    </fieldset>
  );
}

function SubmitBar({ state: { chosen, texts, sweep, problems, others, isPending, isKept, forget } }: PartProps) {
  return (
    <div class="submit-bar">
      <button type="submit" class="primary" disabled={isPending}>
        {sweep === undefined ? 'Submit' : sweepWord(sweep.count)}
      </button>
      {isKept && (
        <button type="button" onClick={forget}>
          Start over
        </button>
      )}
      <span class="faint">{changedText(changedFields(chosen.groups, texts).length)}</span>
      <div role="alert">
        {others.map((problem, position) => (
          <ProblemText key={position} problem={problem} />
        ))}
        {Object.keys(problems).length > 0 && (
          <p class="bad-text">Some fields need another value; each says what is wrong.</p>
        )}
      </div>
    </div>
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

function sweepWord(count: number | undefined): string {
  if (count === undefined) return 'Submit the sweep';
  return `Submit a sweep of ${quantity(count, 'job')}`;
}

function changedText(count: number): string {
  if (count === 0) return 'No parameter differs from the plan.';
  return `${quantity(count, 'parameter differs', 'parameters differ')} from the plan.`;
}
