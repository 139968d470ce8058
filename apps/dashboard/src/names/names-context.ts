import type { Failure, Job, Sweep, Warning } from '@rondel/contracts';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { planName, sweepName } from '../jobs/job-facts.js';
import {
  hidden,
  withoutLabel,
  withoutNames,
  withoutPath,
  withoutPaths,
  withoutPathsIn,
  withoutValue,
  type Named,
} from './hidden-names.js';

/** Whether names are hidden: for a screen that others see, too. */
export const NamesHidden = createContext(false);

/** How the page calls what people have named. */
export interface Names {
  readonly areHidden: boolean;
  readonly ofJob: (job: Pick<Job, 'title' | 'plan'>) => string;
  /** Of a data reference. */
  readonly ofData: (reference: string) => string;
  readonly ofSweep: (sweep: Pick<Sweep, 'title' | 'plan'>) => string;
  /** Of a file, of a submitter. */
  readonly of: (name: string) => string;
  /** Of the value of a label. */
  readonly ofLabel: (value: string) => string;
  /** What a list is filtered by, `key` or `key=value`. */
  readonly ofFilter: (label: string) => string;
  /** A value of a plan, as in its tree. */
  readonly ofValue: (value: unknown) => unknown;
  /** A plan, or a line of one. */
  readonly inPlan: (text: string) => string;
  /** A sentence about a job, or one of which nobody knows which job it is about. */
  readonly in: (text: string, job?: Named) => string;
  readonly inFailure: (failure: Failure, job: Named) => Failure;
  readonly inWarnings: (warnings: readonly Warning[] | undefined, job?: Named) => readonly Warning[] | undefined;
}

const shown: Names = {
  areHidden: false,
  ofJob: planName,
  ofData: (reference) => reference,
  ofSweep: sweepName,
  of: (name) => name,
  ofLabel: (value) => value,
  ofFilter: (label) => label,
  ofValue: (value) => value,
  inPlan: (text) => text,
  in: (text) => text,
  inFailure: (failure) => failure,
  inWarnings: (warnings) => warnings,
};

const concealed: Names = {
  areHidden: true,
  ofJob: ({ plan }) => planName({ plan }),
  ofData: withoutPath,
  ofSweep: ({ plan }) => sweepName({ plan }),
  of: () => hidden,
  ofLabel: withoutLabel,
  ofFilter: withoutValue,
  ofValue: withoutPathsIn,
  inPlan: withoutPaths,
  in: withoutNamesOf,
  inFailure: (failure, job) => ({
    ...failure,
    message: withoutNames(failure.message, job),
    ...(failure.problems && {
      problems: failure.problems.map((one) => ({ ...one, message: withoutNames(one.message, job) })),
    }),
  }),
  inWarnings: (warnings, job) => warnings?.map((one) => ({ ...one, message: withoutNamesOf(one.message, job) })),
};

/** Of an unknown job only paths can be told from other words. */
function withoutNamesOf(text: string, job: Named | undefined): string {
  return job === undefined ? withoutPaths(text) : withoutNames(text, job);
}

export function useNames(): Names {
  return useContext(NamesHidden) ? concealed : shown;
}
