import type { JobArchive } from './archive.js';
import { JobHeadSchema } from './job-head-schema.js';
import { stepRecords } from './step-records.js';
import { DamagedRecord, parseStored } from './stored.js';
import { isOf } from './stored-schema.js';
import { JobWorkSchema } from './work-schemas.js';
import {
  JobSchema,
  type DataNames,
  type Asked,
  type Failure,
  type Job,
  type JobState,
  type JsonValue,
  type Lane,
  type Preview,
  type Progress,
  type Provenance,
  type Requirements,
  type ResidualPoint,
  type Result,
  type StepRecord,
  type Warning,
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
}

/** Steps that run in one process, or on blocks of the data in several; see `planStages` of `@rondel/reco`. */
export interface StageHead {
  readonly steps: readonly { readonly path: string; readonly type: string }[];
  /** Queue that the stage's legs lie on, see `legQueue`. */
  readonly queue: string;
  /** What a worker must have to take legs from that queue. */
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
export interface JobHead {
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
  /** Those without one share their turns. */
  readonly submitter?: string;
  readonly attemptsPerRun: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly plan: { readonly name?: string; readonly sha256: string };
  readonly data: Job['data'];
  readonly dataNames?: DataNames;
  readonly createdAt: string;
  /** At least one. */
  readonly stages: readonly StageHead[];
  /** The first warning ends the job. */
  readonly strict?: boolean;
  /** What is doubtful before anything is computed; not empty. */
  readonly warnings?: readonly Warning[];
  /** The warm algorithm that the job is an input of. Its turn decides when the job's legs are queued. */
  readonly algorithm?: string;
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

/** Puts together what the API answers. Throws `DamagedRecord` when the hash is not what Rondel has written. */
export function jobFromHash(hash: JobHash): Job {
  const job = damagedUnless(() => jobOf(headFrom(hash.head), hash));
  if (isJob(job)) return job;
  throw new DamagedRecord('its fields do not make a job');
}

/** Throws `DamagedRecord`. */
export function headFrom(text: string | null | undefined): JobHead {
  const head: unknown = parseStored(text);
  if (isHead(head)) return head;
  throw new DamagedRecord('its head does not say what the job is');
}

function isHead(value: unknown): value is JobHead {
  return isOf(JobHeadSchema, value);
}

function isJob(value: unknown): value is Job {
  return isOf(JobSchema, value);
}

/** Fields that are no JSON are found by whoever reads them. */
function damagedUnless<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    throw new DamagedRecord('one of its fields cannot be read', { cause: error });
  }
}

function jobOf(head: JobHead, hash: JobHash): Job {
  const { id, pool, priority, plan, data, createdAt, stages } = head;
  const state = hash.state as JobState;
  return {
    id,
    state,
    ...present('title', head.title),
    ...present('set', head.set),
    ...present('rerunOf', head.rerunOf),
    pool,
    ...present('lane', head.lane),
    priority,
    ...present('submitter', head.submitter),
    labels: { ...head.labels },
    plan,
    data,
    ...present('dataNames', head.dataNames),
    createdAt,
    attempts: { made: Number(hash.attempt), allowed: Number(hash.allowed) },
    steps: stepRecords(hash, stages),
    ...present('strict', head.strict),
    ...presentWarnings(hash.warnings),
    ...present('worker', hash.worker),
    ...present('startedAt', hash.startedAt),
    ...present('finishedAt', hash.finishedAt),
    ...present('progress', parsed(hash.progress) as Progress | undefined),
    ...present('preview', parsed(hash.preview) as Preview | undefined),
    ...present('error', parsed(hash.error) as Failure | undefined),
    ...present('result', parsed(hash.result) as Result | undefined),
  };
}

/** As the record has them: absent where there are none. */
export function presentWarnings(text: string | null | undefined): { warnings?: Warning[] } {
  return text ? { warnings: parseStored(text) as Warning[] } : {};
}

/** A job that has just been written down. */
export function newJob(head: JobHead): Job {
  const allowed = String(head.attemptsPerRun);
  const hash = { state: 'queued', attempt: '0', allowed, stage: '0', blocks: '1' };
  return { ...jobOf(head, hash), ...(head.warnings && { warnings: [...head.warnings] }) };
}

/** Throws `DamagedRecord`. */
export function workFromHash(hash: JobHash): JobWork {
  const work: unknown = parseStored(hash.work);
  if (isWork(work)) return work;
  throw new DamagedRecord('its work does not say what is to be run');
}

function isWork(value: unknown): value is JobWork {
  return isOf(JobWorkSchema, value);
}

export function archiveFromHash(hash: JobHash): JobArchive {
  return {
    job: jobFromHash(hash),
    work: workFromHash(hash),
    ...present('provenance', parsed(hash.provenance) as Provenance | undefined),
    ...present('residuals', (parsed(hash.curve) as CurvePoint[] | undefined)?.map(residualPoint)),
  };
}

/** A point of the curve as the scripts keep it. */
export type CurvePoint = readonly [iteration: number, residual: number];

function residualPoint([iteration, residual]: CurvePoint): ResidualPoint {
  return { iteration, residual };
}

/** Turns outcome fields into hash fields. */
export function outcomeFields(outcome: JobOutcome): Record<string, string> {
  const { error, result, provenance } = outcome;
  return {
    ...(error && { error: JSON.stringify(error) }),
    ...(result && { result: JSON.stringify(result), progress: JSON.stringify({ fraction: 1 }) }),
    ...(provenance && { provenance: JSON.stringify(provenance) }),
  };
}

function parsed(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text);
}

function present<K extends string, V>(name: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [name]: value } as Record<K, V>);
}

/** What HGETALL answers within a script: names and values by turns. */
export function hashOf(flat: readonly string[]): JobHash {
  const fields: Record<string, string> = {};
  for (let index = 0; index + 1 < flat.length; index += 2) fields[flat[index] ?? ''] = flat[index + 1] ?? '';
  return fields;
}

/** What HMGET answers within a script. */
export function zipped(names: readonly string[], values: readonly (string | null)[]): JobHash {
  const found = names.flatMap((name, index) => {
    const value = values[index];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(found);
}

export function jsonOrEmpty(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value);
}

/** Empty where there are none: a job without warnings has no such field. */
export function warningsText(warnings: readonly Warning[] = []): string {
  return warnings.length === 0 ? '' : JSON.stringify(warnings);
}
