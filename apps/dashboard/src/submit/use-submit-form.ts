import { toFailure, type Catalog, type Problem } from '@rondel/contracts';
import { useMutation } from '@tanstack/preact-query';
import { useMemo, useState } from 'preact/hooks';
import { jobAddress, sweepAddress } from '../routing/route.js';
import { useServer } from '../server/server-context.js';
import { checkForm } from './content/check-form.js';
import {
  choosePlan,
  livePlanChoice,
  ownPlan,
  withTexts,
  type ChosenPlan,
  type SessionPlan,
} from './content/chosen-plan.js';
import { readDraft, type FormDraft } from './content/form-draft.js';
import { emptyJob, type JobFields } from './content/job-fields.js';
import type { FormContent } from './content/resubmission.js';
import { placeProblems, prepareSubmission, type PreparedSubmission } from './content/submission.js';
import { prepareSweep, type PreparedSweep, type VaryFields } from './content/vary.js';
import { missingData } from './data/missing-data.js';
import { useDraft } from './use-draft.js';

const noVary: VaryFields = { rows: [], combine: 'product' };

/** By the names of the fields. */
export type Problems = Readonly<Record<string, string>>;

/** What the form begins with. */
export interface FormBegin {
  readonly catalog: Catalog;
  /** The address of the page, by which the form is kept. */
  readonly address: string;
  readonly plan: string | undefined;
  readonly data: string | undefined;
  readonly session: SessionPlan | undefined;
  /** Of a job that is submitted again. */
  readonly content: FormContent | undefined;
}

/** What stands in the form, what is wrong with it, and what can be done with it. */
export interface SubmitFormState extends FormDraft {
  readonly chosen: ChosenPlan;
  readonly prepared: PreparedSubmission;
  /** Undefined while nothing is varied. */
  readonly sweep: PreparedSweep | undefined;
  readonly problems: Problems;
  /** Problems that concern no field. */
  readonly others: readonly Problem[];
  /** How often something was found wrong. */
  readonly refusals: number;
  readonly isPending: boolean;
  /** There is something that `forget` would take back. */
  readonly isKept: boolean;
  readonly forget: () => void;
  readonly editJob: (changed: Partial<JobFields>) => void;
  readonly editText: (path: string, text: string) => void;
  readonly editVary: (vary: VaryFields) => void;
  readonly submit: () => Promise<void>;
}

/** The form of a job, or of a sweep as soon as a property is varied. */
export function useSubmitForm({ catalog, address, plan, data, session, content }: FormBegin): SubmitFormState {
  const server = useServer();
  const begin = useMemo(
    () => ({ ...(content ?? { job: firstFields(catalog, { plan, data, session }), texts: {} }), vary: noVary }),
    [content, catalog, plan, data, session],
  );
  const { draft, setDraft, isKept, forget } = useDraft<FormDraft>(address, { begin, read: readDraft });
  const { job, texts, vary } = draft;
  const { problems, others, refusals, refuse, settle, clear } = useProblems();
  const { plan: name, planText } = job;
  const plain = useMemo(
    () => choosePlan({ plan: name, planText }, catalog, session),
    [name, planText, catalog, session],
  );
  const chosen = useMemo(() => withTexts(plain, texts, catalog), [plain, texts, catalog]);
  const prepared = prepareSubmission(job, chosen, texts);
  const sweep = vary.rows.length === 0 ? undefined : prepareSweep(prepared, vary);
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
      const fields = { groups: chosen.groups, arrays: job.arrays, varied: vary.rows.map(({ path }) => path) };
      const found = placeProblems(failure.problems ?? [failure], fields);
      refuse({ problems: found.placed, others: found.others });
    },
  });
  return {
    ...{ job, texts, vary, chosen, prepared, sweep, problems, others, refusals, isKept, forget },
    isPending: submission.isPending,
    editJob(changed) {
      setDraft((now) => ({ ...now, job: { ...now.job, ...changed } }));
      const names = Object.keys(changed).map((field) => (field === 'planText' ? 'plan' : field));
      settle((key) => names.includes(key) || (names.includes('arrays') && key.startsWith('array-')));
    },
    editText(path, text) {
      setDraft((now) => ({ ...now, texts: { ...now.texts, [path]: text } }));
      settle((key) => key === path);
    },
    editVary(value) {
      setDraft((now) => ({ ...now, vary: value }));
      settle((key) => key.startsWith('vary-'));
    },
    async submit() {
      const found = checkForm({ job, chosen, prepared, sweep }, catalog);
      // What only the server knows is said together with the rest.
      const all = { ...(await missingData(server, job)), ...found.problems };
      if (Object.keys(all).length + found.others.length > 0) {
        refuse({ problems: all, others: found.others });
        return;
      }
      clear();
      submission.mutate();
    },
  };
}

interface Found {
  readonly problems: Problems;
  readonly others: readonly Problem[];
}

/** What was found wrong when somebody last submitted, without that which has been edited since. */
function useProblems() {
  const [{ problems, others }, setFound] = useState<Found>({ problems: {}, others: [] });
  const [refusals, setRefusals] = useState(0);
  return {
    problems,
    others,
    refusals,
    refuse: (found: Found) => {
      setFound(found);
      setRefusals((count) => count + 1);
    },
    /** Takes back what is no longer so of the fields that somebody edits. */
    settle: (isGone: (name: string) => boolean) => {
      setFound((now) => ({
        ...now,
        problems: Object.fromEntries(Object.entries(now.problems).filter(([key]) => !isGone(key))),
      }));
    },
    clear: () => setFound({ problems: {}, others: [] }),
  };
}

function firstFields(
  catalog: Catalog,
  { plan, data, session }: Pick<FormBegin, 'plan' | 'data' | 'session'>,
): JobFields {
  const known = catalog.plans.find(({ name }) => name === plan) ?? catalog.plans[0];
  return {
    ...emptyJob,
    plan: session === undefined ? (known?.name ?? ownPlan) : livePlanChoice,
    data: data ?? '',
  };
}
