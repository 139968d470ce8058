import type { Static, TSchema } from '@rondel/contracts/schema';
import { damagedKeysOf, signOfDamage } from '../redis/damaged-keys.js';
import { isOf } from './stored-schema.js';

/** What of Redis may be damaged, as logs and metrics name it. */
export type RecordKind =
  | 'API'
  | 'algorithm'
  | 'answer'
  | 'capabilities'
  | 'event'
  | 'job'
  | 'job id'
  | 'key'
  | 'sub-job'
  | 'plan session'
  | 'pool'
  | 'question'
  | 'result'
  | 'special queue'
  | 'sweep'
  | 'upload'
  | 'worker';

/** Something in Redis is not what Rondel has written. */
export class DamagedRecord extends Error {
  override readonly name = 'DamagedRecord';
}

/**
 * Reads what was written as JSON. What somebody else has written, half of it, or that of another version is found out here
 * and not where it is used. Throws `DamagedRecord`.
 */
export function fromStored<S extends TSchema>(schema: S, text: string | null | undefined): Static<S> {
  const value = parseStored(text);
  if (isOf(schema, value)) return value;
  throw new DamagedRecord('it lacks what belongs there, or holds something else');
}

/** JSON of whatever form. Throws `DamagedRecord`. */
export function parseStored(text: string | null | undefined): unknown {
  if (typeof text !== 'string') throw new DamagedRecord('it is not there');
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new DamagedRecord('it is no JSON', { cause: error });
  }
}

/** Passes over what is damaged: named once in the log, and counted. */
export interface Damage {
  /** What `read` returns; undefined where it throws `DamagedRecord`. */
  spare<T>(kind: RecordKind, id: string, read: () => T): T | undefined;
  /** The same for what Redis refuses to read, as it is of another type than it should be. */
  spareAnswer<T>(kind: RecordKind, id: string, answer: Promise<T>): Promise<T | undefined>;
  note(kind: RecordKind, id: string, reason: string): void;
  /** Records that were found damaged since this process began, each once. */
  counts(): ReadonlyMap<RecordKind, number>;
}

/** More are counted each time that they are found, and not named any more. */
const mostNamed = 10_000;

export function openDamage(onError: (error: Error) => void): Damage {
  const named = new Set<string>();
  const counts = new Map<RecordKind, number>();
  const note = (kind: RecordKind, id: string, reason: string) => {
    const name = `${kind} ${id.slice(0, 200)}`;
    if (named.has(name)) return;
    if (named.size < mostNamed) named.add(name);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    onError(new DamagedRecord(`The record of ${JSON.stringify(name)} in Redis is passed over: ${reason}.`));
  };
  const noteDamage = (kind: RecordKind, id: string, error: unknown) => {
    if (!(error instanceof DamagedRecord) && !isOfOtherType(error)) throw error;
    note(kind, id, error.message);
  };
  return {
    note,
    counts: () => counts,
    spare(kind, id, read) {
      try {
        return read();
      } catch (error) {
        noteDamage(kind, id, error);
        return undefined;
      }
    },
    spareAnswer: (kind, id, answer) =>
      answer.catch((error: unknown) => {
        noteDamage(kind, id, error);
        return undefined;
      }),
  };
}

/** Redis was asked for a hash, say, where there is a string. Of the given key, where there is one. */
export function isOfOtherType(error: unknown, key?: string): error is Error {
  if (!(error instanceof Error)) return false;
  const keys = damagedKeysOf(error);
  if (key !== undefined) return keys.includes(key);
  return keys.length > 0 || signOfDamage(error) === 'other-type';
}
