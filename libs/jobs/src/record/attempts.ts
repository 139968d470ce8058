import type { Failure, JobState, Preview, Progress, ResidualPoint, StepRecord, Warning } from '@rondel/contracts';
import type { JobHead, JobWork, StageHead } from './job-parts.js';
import type { Provenance, ResolvedRemote } from '@rondel/contracts';

/** A queue job of one job: a block of a stage, both counted from 0, in one run of the job. */
export interface Leg {
  readonly job: string;
  readonly generation: number;
  readonly stage: number;
  readonly block: number;
}

/** A leg that has to be on its queue. */
export interface OpenLeg extends Leg {
  /** Place in the order of the queue, see `line.ts`. */
  readonly priority: number;
}

/** One attempt at a leg. `attempt` is the fencing token: what carries an older one has no effect. */
export interface Attempt {
  readonly leg: Leg;
  readonly attempt: number;
  /** Part of the whole job's progress that the leg's stage makes up. */
  readonly share: { readonly start: number; readonly length: number };
}

export interface BegunAttempt extends Attempt {
  readonly head: JobHead;
  /** How often the job was run again after it had ended. */
  readonly run: number;
  readonly allowed: number;
  readonly work: JobWork;
  readonly inputs: LegInputs;
}

/** What ends a job. Whoever knows its head saves the ledger from looking it up. */
export type EndingAttempt = Pick<Attempt, 'leg' | 'attempt'> & { readonly head?: JobHead };

export type FinishAnswer = 'done' | 'stale' | 'missing' | JobState;

export type BeginAnswer =
  | { readonly answer: 'begun'; readonly attempt: BegunAttempt }
  | { readonly answer: 'missing' }
  /** What Redis holds of the job cannot be run. */
  | { readonly answer: 'damaged'; readonly reason: string }
  /** The job has ended, or this leg of it is done or out of date. */
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

/** What the stage of a leg becomes when it is divided. */
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

/** What a leg leaves for the legs after it. */
export interface LegOutput {
  /** Names of what it left among the job's parts in the store: one, or one for each block of the next stage. */
  readonly parts: readonly string[];
  /** Where the leg ran and the legs before it, and where the raw data came from. */
  readonly history: LegHistory;
}

/** What provenance will tell of the legs that have run. */
export interface LegHistory {
  readonly data: Provenance['data'];
  readonly legs: NonNullable<Provenance['legs']>;
  readonly timings: Readonly<Record<string, number>>;
  /** What remote values the legs have resolved. */
  readonly remoteValues?: readonly ResolvedRemote[];
}

/** What a leg begins with; absent fields mean the job's raw data. */
export interface LegInputs {
  /** Names of the parts to read, in order along the axis. */
  readonly parts?: readonly string[];
  /** Axis along which several parts are joined. */
  readonly axis?: string;
  readonly history?: LegHistory;
}
