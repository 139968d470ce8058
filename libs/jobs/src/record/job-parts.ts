import type {
  DataNames,
  Asked,
  CarriedFields,
  Failure,
  Job,
  JobState,
  JsonValue,
  Lane,
  Provenance,
  Requirements,
  Result,
  StepRecord,
  Warning,
} from '@rondel/contracts';

/** What a worker needs to run a job; too large to be part of every listing. */
export interface JobWork {
  /** The complete plan, parameters applied and defaults filled in, as plain tables. */
  readonly plan: Readonly<Record<string, JsonValue>>;
  /** The same plan as TOML, for people. */
  readonly planToml: string;
  /** What the submission set on top of its plan. */
  readonly parameters: Readonly<Record<string, JsonValue>>;
  /** Name to data reference. A single reference has the name `data`. */
  readonly data: Readonly<Record<string, string>>;
  readonly timeoutSeconds?: number;
  /** The most that an array may have which it writes; absent in jobs of versions that had no bound. */
  readonly maxOutputBytes?: number;
  /** That much is a quota of its project. */
  readonly outputQuota?: boolean;
  /** Absent in jobs of versions that did not keep it. */
  readonly asked?: Asked;
  /** Extent of a block where the job is split; absent: four blocks. */
  readonly blockSize?: number;
  /** Workers must not divide it by themselves. */
  readonly undivided?: boolean;
  /** How often blocks have to be halved, as memory ran out; a stage that is not split counts as one block. */
  readonly halvings?: number;
  /** What workers have learnt of other jobs' memory speaks against it, so it is tried by its estimates alone. */
  readonly unlearnt?: boolean;
  /** Its record has no paths of data roots, and so does not tell enough to run it again. */
  readonly hidesPaths?: boolean;
}

/** Steps that run in one process, or on blocks of the data in several; see `planStages` of `@rondel/reco`. */
export interface StageHead {
  readonly steps: readonly { readonly path: string; readonly type: string }[];
  /** Queue that the stage's sub-jobs lie on, see `subjobQueue`. */
  readonly queue: string;
  /** What a worker must have to take sub-jobs from that queue. */
  readonly requires?: Requirements;
  /** Axis along which the stage is fanned out. */
  readonly axis?: string;
  /** Neighbours along it that the stage's steps together need on either side of a block; absent: none. */
  readonly halo?: number;
  /** Its blocks are read from the raw data itself; absent: the stage before leaves them in the artifact store. */
  readonly readsInput?: boolean;
  /** The queue is that of the worker to which the job's algorithm is bound, and changes with it. */
  readonly bound?: boolean;
}

/** The parts of a job that do not change after its creation, except the queues of stages that are `bound`. */
export interface JobHead extends CarriedFields {
  /** Version of the record; absent: 1. Kept as it was written, as scripts compare the text of heads. */
  readonly v?: number;
  readonly id: string;
  readonly title?: string;
  /** What the submission set, in one line. */
  readonly set?: string;
  /** The job that this one runs again. */
  readonly rerunOf?: string;
  readonly pool: string;
  /** `normal` unless given. */
  readonly lane?: Lane;
  readonly priority: number;
  readonly attemptsPerRun: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly plan: { readonly name?: string; readonly sha256: string };
  readonly data: Job['data'];
  readonly dataNames?: DataNames;
  readonly createdAt: string;
  /** At least one. */
  readonly stages: readonly StageHead[];
  /** What is doubtful before anything is computed; not empty. */
  readonly warnings?: readonly Warning[];
  /** The warm algorithm that the job is an input of. Its turn decides when the job's sub-jobs are queued. */
  readonly algorithm?: string;
}

/** A job that is ready to be written down. */
export interface NewJob {
  readonly head: JobHead;
  readonly work: JobWork;
  /** What an API has signed of it, see `@rondel/contracts`; absent where nobody signs. */
  readonly warrant?: string;
}

/** What an attempt that ended hands in. */
export interface JobOutcome {
  readonly state: Extract<JobState, 'completed' | 'failed' | 'cancelled'>;
  readonly error?: Failure;
  readonly result?: Result;
  readonly provenance?: Provenance;
  readonly steps?: readonly StepRecord[];
  /** Of a completed job all that its image carries, else those that the attempt has heard of. */
  readonly warnings?: readonly Warning[];
}

/** Fields of the Redis hash of a job. All values are text; structured ones are JSON. */
export type JobHash = Readonly<Record<string, string>>;

/** A point of the curve as the scripts keep it. */
export type CurvePoint = readonly [iteration: number, residual: number];
