import { RondelError } from '@rondel/contracts';

/** What a record that is kept or sent is of, as logs and metrics name it. */
export type RecordKind = keyof typeof recordVersions;

/**
 * The version in which this program writes each kind of record, and the latest that it understands; a record without one has
 * the first. It grows when whoever does not know the new form would go wrong with it, not for a field that may be overlooked.
 * `versions.md` says what becomes of a record of a later version.
 */
export const recordVersions = {
  API: 1,
  algorithm: 1,
  answer: 1,
  capabilities: 1,
  event: 1,
  job: 1,
  'job id': 1,
  key: 1,
  login: 1,
  'plan session': 1,
  pool: 1,
  question: 1,
  quotas: 1,
  result: 1,
  'special queue': 1,
  'sub-job': 1,
  sweep: 1,
  'sweep batch': 1,
  token: 1,
  upload: 1,
  worker: 1,
} as const;

/** Version of jobs' records that a worker of this program runs, see `Requirements`. */
export const knownRecords = recordVersions.job;

/** A record was made by a later version of Rondel, which must be updated here before it can be read. It stays as it is. */
export class LaterVersion extends RondelError {
  constructor(
    /** What it is of, e.g. `job 01H...`. */
    what: string,
    readonly version: number,
    readonly known: number,
  ) {
    super(
      'CONFLICT',
      `The record of ${what} was made by a later version of Rondel: it has version ${version}, and this program knows those up to ${known}. It stays as it is. Update this API or worker, or ask one that was updated.`,
      { details: { version, known } },
    );
  }
}

/** For whoever has not seen which version its record has. */
export function laterJob(id: string): RondelError {
  return new RondelError(
    'CONFLICT',
    `Job ${id} was made by a later version of Rondel than this API, which leaves it as it is. Update it, or ask one that was updated.`,
  );
}

/** A version beyond this is none, but damage. */
const largestVersion = 1e6;

/** Of what JSON says; undefined where it says none, which is the first. */
export function versionOf(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { v } = value as { readonly v?: unknown };
  return typeof v === 'number' && Number.isInteger(v) && v > 0 && v < largestVersion ? v : undefined;
}

/** Throws `LaterVersion` for what this program does not know yet. */
export function requireKnown(kind: RecordKind, id: string | undefined, value: unknown): void {
  const version = versionOf(value);
  const known = recordVersions[kind];
  if (version !== undefined && version > known)
    throw new LaterVersion(id === undefined ? `a ${kind}` : `${kind} ${id}`, version, known);
}

/** What stands at the beginning of the JSON of an object, where scripts find it. */
export function versioned<T extends object>(kind: RecordKind, value: T): T & { readonly v: number } {
  return { v: recordVersions[kind], ...value };
}

/** JSON of a record, with its version. */
export function toStored(kind: RecordKind, value: object): string {
  return JSON.stringify(versioned(kind, value));
}

/** For a list, which goes on without what only later versions know. */
export function unlessLater(error: unknown): undefined {
  if (error instanceof LaterVersion) return undefined;
  throw error;
}
