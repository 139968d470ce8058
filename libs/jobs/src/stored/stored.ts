import type { Static, TSchema } from '@rondel/contracts/schema';
import { damagedKeysOf, signOfDamage } from '../redis/damaged-keys.js';
import { isOf } from './stored-schema.js';
import { LaterVersion, requireKnown, unlessLater, versionOf, type RecordKind } from './versions.js';

export type { RecordKind } from './versions.js';

/** Something in Redis is not what Rondel has written. */
export class DamagedRecord extends Error {
  override readonly name = 'DamagedRecord';
}

/**
 * Reads what `toStored` has written, without its version. What somebody else has written, or half of it, is found out here and
 * not where it is used. Throws `DamagedRecord`, and `LaterVersion`.
 */
export function fromStored<S extends TSchema>(
  kind: RecordKind,
  schema: S,
  text: string | null | undefined,
  id?: string,
): Static<S> {
  const value = parseStored(kind, text, id);
  if (!isOf(schema, value)) throw new DamagedRecord('it lacks what belongs there, or holds something else');
  return withoutVersion(value);
}

/** What is read goes on to those who know nothing of versions, and to clients. */
function withoutVersion<T>(value: T): T {
  if (versionOf(value) === undefined) return value;
  const { v: _, ...rest } = value as T & { readonly v: unknown };
  return rest as T;
}

/** JSON of whatever form, with its version. Throws `DamagedRecord`, and `LaterVersion`. */
export function parseStored(kind: RecordKind, text: string | null | undefined, id?: string): unknown {
  const value = parseJson(text);
  requireKnown(kind, id, value);
  return value;
}

/** The same of whatever version. Throws `DamagedRecord`. */
export function parseJson(text: string | null | undefined): unknown {
  if (typeof text !== 'string') throw new DamagedRecord('it is not there');
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new DamagedRecord('it is no JSON', { cause: error });
  }
}

/** Passes over what is damaged: named once in the log, and counted. What a later version has made is named alone. */
export interface Damage {
  /** What `read` returns; undefined where it throws `DamagedRecord` or `LaterVersion`. */
  spare<T>(kind: RecordKind, id: string, read: () => T): T | undefined;
  /** The same for whoever must not take a record of a later version for none. Throws `LaterVersion`. */
  spareDamaged<T>(kind: RecordKind, id: string, read: () => T): T | undefined;
  /** Names a record of a later version, once. */
  noteLater(kind: RecordKind, id: string, later: LaterVersion): void;
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
  const isNew = (name: string) => {
    if (named.has(name)) return false;
    if (named.size < mostNamed) named.add(name);
    return true;
  };
  const note = (kind: RecordKind, id: string, reason: string) => {
    const name = `${kind} ${id.slice(0, 200)}`;
    if (!isNew(name)) return;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    onError(new DamagedRecord(`The record of ${JSON.stringify(name)} in Redis is passed over: ${reason}.`));
  };
  const noteLater = (kind: RecordKind, id: string, { version, known }: LaterVersion) => {
    const later = new LaterVersion(`${kind} ${id.slice(0, 200)}`, version, known);
    if (isNew(later.message)) onError(later);
  };
  const spareDamaged = <T>(kind: RecordKind, id: string, read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      noteDamage(kind, id, error);
      return undefined;
    }
  };
  const noteDamage = (kind: RecordKind, id: string, error: unknown) => {
    if (error instanceof LaterVersion) noteLater(kind, id, error);
    if (!(error instanceof DamagedRecord) && !isOfOtherType(error)) throw error;
    note(kind, id, error.message);
  };
  return {
    note,
    counts: () => counts,
    noteLater,
    spareDamaged,
    spare(kind, id, read) {
      try {
        return spareDamaged(kind, id, read);
      } catch (error) {
        unlessLater(error);
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
