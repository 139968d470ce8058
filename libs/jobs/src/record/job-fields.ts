import type { JobArchive } from './archive.js';
import { JobHeadSchema } from './job-head-schema.js';
import { stepRecords } from './step-records.js';
import { DamagedRecord, parseJson } from '../stored/stored.js';
import { LaterVersion, recordVersions, versionOf } from '../stored/versions.js';
import { isOf } from '../stored/stored-schema.js';
import { JobWorkSchema } from './work-schemas.js';
import {
  carriedFields,
  givenOf,
  JobSchema,
  type Failure,
  type Job,
  type JobState,
  type Preview,
  type Progress,
  type Provenance,
  type ResidualPoint,
  type Result,
  type Warning,
} from '@rondel/contracts';
import type { JobWork, JobHead, JobOutcome, JobHash, CurvePoint } from './job-parts.js';

/**
 * Puts together what the API answers. A job of a later version carries a warning that says so, if what is known here makes a job
 * all the same. Throws `DamagedRecord` when the hash is not what Rondel has written, `LaterVersion` for one that cannot be shown.
 */
export function jobFromHash(hash: JobHash): Job {
  const head = parseJson(hash.head);
  const later = laterOf(head);
  if (!isHead(head)) throw later ?? notAHead();
  if (later === undefined) return checkedJob(head, hash);
  const job = damagedUnless(() => jobOf(head, hash));
  if (!isJob(job)) throw later;
  return { ...job, warnings: [...(job.warnings ?? []), laterWarning(later)] };
}

function checkedJob(head: JobHead, hash: JobHash): Job {
  const job = damagedUnless(() => jobOf(head, hash));
  if (isJob(job)) return job;
  throw new DamagedRecord('its fields do not make a job');
}

/** Throws `DamagedRecord`, and `LaterVersion`. */
export function headFrom(text: string | null | undefined): JobHead {
  const head = parseJson(text);
  const later = laterOf(head);
  if (later !== undefined) throw later;
  if (isHead(head)) return head;
  throw notAHead();
}

function notAHead(): DamagedRecord {
  return new DamagedRecord('its head does not say what the job is');
}

function laterOf(head: unknown): LaterVersion | undefined {
  const version = versionOf(head) ?? 1;
  if (version <= recordVersions.job) return undefined;
  const id = typeof head === 'object' && head !== null && 'id' in head ? String(head.id) : '';
  return new LaterVersion(`job ${id}`.trimEnd(), version, recordVersions.job);
}

/** Whether a head is of a later version; not, where it is none. */
export function isOfLater(text: string): boolean {
  return /^\{"v":/.test(text) && (versionOf(parseJson(text)) ?? 1) > recordVersions.job;
}

function laterWarning({ version }: LaterVersion): Warning {
  return {
    code: 'VERSION_LATER',
    message: `The job was made by a later version of Rondel (record version ${version}, known here is ${recordVersions.job}), so what is shown of it may lack something. Update this API, or ask one that was updated.`,
  };
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
    labels: { ...head.labels },
    plan,
    data,
    ...present('dataNames', head.dataNames),
    createdAt,
    attempts: { made: Number(hash.attempt), allowed: Number(hash.allowed) },
    steps: stepRecords(hash, stages),
    ...givenOf(head, carriedFields),
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
  return text ? { warnings: parseJson(text) as Warning[] } : {};
}

/** A job that has just been written down. */
export function newJob(head: JobHead): Job {
  const allowed = String(head.attemptsPerRun);
  const hash = { state: 'queued', attempt: '0', allowed, stage: '0', blocks: '1' };
  return { ...jobOf(head, hash), ...(head.warnings && { warnings: [...head.warnings] }) };
}

/** Throws `DamagedRecord`. */
export function workFrom(text: string | undefined): JobWork {
  const work = parseJson(text);
  if (isWork(work)) return work;
  throw new DamagedRecord('its work does not say what is to be run');
}

function isWork(value: unknown): value is JobWork {
  return isOf(JobWorkSchema, value);
}

/** Throws `DamagedRecord`, and `LaterVersion`. */
export function archiveFromHash(hash: JobHash): JobArchive {
  return {
    job: checkedJob(headFrom(hash.head), hash),
    work: workFrom(hash.work),
    ...present('provenance', parsed(hash.provenance) as Provenance | undefined),
    ...present('residuals', (parsed(hash.curve) as CurvePoint[] | undefined)?.map(residualPoint)),
  };
}

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

/** Throws `DamagedRecord`. */
function parsed(text: string | undefined): unknown {
  return text === undefined ? undefined : parseJson(text);
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
