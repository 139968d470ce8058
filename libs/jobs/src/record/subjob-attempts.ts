import type { Failure, JobState, Preview, Progress, ResidualPoint, StepRecord, Warning } from '@rondel/contracts';
import type { JobHead, JobWork, StageHead } from './job-parts.js';
import type { Provenance, ResolvedRemote } from '@rondel/contracts';

/** A queue job of one job: a block of a stage, both counted from 0, in one run of the job. */
export interface Subjob {
  readonly job: string;
  readonly generation: number;
  readonly stage: number;
  readonly block: number;
}

/** A sub-job that has to be on its queue. */
export interface OpenSubjob extends Subjob {
  /** Place in the order of the queue, see `line.ts`. */
  readonly priority: number;
}

/** One attempt at a sub-job. `attempt` is the fencing token: what carries an older one has no effect. */
export interface Attempt {
  readonly subjob: Subjob;
  readonly attempt: number;
  /** Part of the whole job's progress that the sub-job's stage makes up. */
  readonly share: { readonly start: number; readonly length: number };
}

export interface BegunAttempt extends Attempt {
  readonly head: JobHead;
  /** How often the job was run again after it had ended. */
  readonly run: number;
  readonly allowed: number;
  readonly work: JobWork;
  readonly inputs: SubjobInputs;
  /** What an API has signed of the job, as it stands in Redis; absent where nobody signs. */
  readonly warrant?: string;
  /** Its work as it was before images took the place of references to the jobs that it has waited for. */
  readonly workBefore?: JobWork;
}

/** What ends a job. Whoever knows its head saves the ledger from looking it up. */
export type EndingAttempt = Pick<Attempt, 'subjob' | 'attempt'> & { readonly head?: JobHead };

export type FinishAnswer = 'done' | 'stale' | 'missing' | 'later' | JobState;

export type BeginAnswer =
  | { readonly answer: 'begun'; readonly attempt: BegunAttempt }
  | { readonly answer: 'missing' }
  /** This user of Redis must not open the job. */
  | { readonly answer: 'forbidden' }
  /** Its project runs as many jobs as it may: it comes back to its queue when it may begin. */
  | { readonly answer: 'held' }
  /** What Redis holds of the job cannot be run. */
  | { readonly answer: 'damaged'; readonly reason: string }
  /** The job's record is of a later version: it is for workers that know it. */
  | { readonly answer: 'later'; readonly version: number }
  /** The job has ended, or this sub-job of it is done or out of date. */
  | { readonly answer: 'ended' }
  /** All attempts are used up: the last one was lost without a word. */
  | { readonly answer: 'exhausted'; readonly attempts: number };

export interface AttemptReport {
  readonly progress?: Progress;
  /** Of the picture that lies in the artifact store now. */
  readonly preview?: Preview;
  /** What the curve of the residual has gained. */
  readonly residuals?: readonly ResidualPoint[];
  readonly steps?: readonly StepRecord[];
  /** Of which some may have been reported before. */
  readonly warnings?: readonly Warning[];
  readonly log?: { readonly level: 'info' | 'warn'; readonly message: string };
}

/** What the stage of a sub-job becomes when it is divided. */
export interface DividedStages {
  readonly stages: readonly StageHead[];
  readonly blockSize: number;
}

export interface Restart {
  readonly stage: number;
  readonly stages?: readonly StageHead[];
  readonly halvings?: number;
  /** See `JobWork`. */
  readonly unlearnt?: boolean;
  /** Whether the attempt counts as one of those that the job may make. */
  readonly counts: boolean;
  readonly error?: Failure;
}

/** What a sub-job leaves for the sub-jobs after it. */
export interface SubjobOutput {
  /** Names of what it left among the job's parts in the store: one, or one for each block of the next stage. */
  readonly parts: readonly string[];
  /** Where the sub-job ran and the sub-jobs before it, and where the raw data came from. */
  readonly history: SubjobHistory;
}

/** What provenance will tell of the sub-jobs that have run. */
export interface SubjobHistory {
  readonly data: Provenance['data'];
  /** Called as in records of earlier versions, which are kept for ever. */
  readonly legs: NonNullable<Provenance['legs']>;
  readonly timings: Readonly<Record<string, number>>;
  /** What remote values the sub-jobs have resolved. */
  readonly remoteValues?: readonly ResolvedRemote[];
}

/** What a sub-job begins with; absent fields mean the job's raw data. */
export interface SubjobInputs {
  /** Names of the parts to read, in order along the axis. */
  readonly parts?: readonly string[];
  /** Axis along which several parts are joined. */
  readonly axis?: string;
  readonly history?: SubjobHistory;
}
