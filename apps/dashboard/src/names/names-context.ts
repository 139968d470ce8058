import type { Failure, Job, Warning } from '@rondel/contracts';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { planName } from '../jobs/job-facts.js';
import { hidden, withoutNames, withoutPath, withoutPaths, type Named } from './hidden-names.js';

/** Whether names are hidden: for a screen that others see, too. */
export const NamesHidden = createContext(false);

/** How the page calls what people have named. */
export interface Names {
  readonly areHidden: boolean;
  readonly ofJob: (job: Pick<Job, 'title' | 'plan'>) => string;
  /** Of a data reference. */
  readonly ofData: (reference: string) => string;
  /** Of the value of a label, of a file. */
  readonly of: (name: string) => string;
  /** A plan, or a line of one. */
  readonly inPlan: (text: string) => string;
  /** A sentence about a job. */
  readonly in: (text: string, job: Named) => string;
  readonly inFailure: (failure: Failure, job: Named) => Failure;
  readonly inWarnings: (warnings: readonly Warning[] | undefined, job: Named) => readonly Warning[] | undefined;
}

const shown: Names = {
  areHidden: false,
  ofJob: planName,
  ofData: (reference) => reference,
  of: (name) => name,
  inPlan: (text) => text,
  in: (text) => text,
  inFailure: (failure) => failure,
  inWarnings: (warnings) => warnings,
};

const concealed: Names = {
  areHidden: true,
  ofJob: ({ plan }) => planName({ plan }),
  ofData: withoutPath,
  of: () => hidden,
  inPlan: withoutPaths,
  in: withoutNames,
  inFailure: (failure, job) => ({
    ...failure,
    message: withoutNames(failure.message, job),
    ...(failure.problems && {
      problems: failure.problems.map((one) => ({ ...one, message: withoutNames(one.message, job) })),
    }),
  }),
  inWarnings: (warnings, job) => warnings?.map((one) => ({ ...one, message: withoutNames(one.message, job) })),
};

export function useNames(): Names {
  return useContext(NamesHidden) ? concealed : shown;
}
