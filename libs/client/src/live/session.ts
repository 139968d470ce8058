import { isRondelError, type RondelError } from '@rondel/contracts';
import type { Connection } from '../connection.js';
import type { ChangeOptions } from './plan-property.js';

/** A session on the server, as far as this client has seen it. */
export interface OpenSession {
  readonly connection: Connection;
  readonly id: string;
  /** The newest version that an answer told. */
  readonly version: number;
  /** Remembers the version of an answer, and returns the answer. */
  saw<T extends { readonly version: number }>(answer: T): T;
  /** Is aborted when this client wants nothing more to do with it. */
  readonly left: AbortSignal;
  leave(): void;
}

export function openSession(connection: Connection, { id, version }: { id: string; version: number }): OpenSession {
  let newest = version;
  const leaving = new AbortController();
  return {
    connection,
    id,
    get version() {
      return newest;
    },
    saw(answer) {
      // Calls may be answered in another order than the server did them.
      newest = Math.max(newest, answer.version);
      return answer;
    },
    left: leaving.signal,
    leave: () => leaving.abort(),
  };
}

/** The parts of a request that say which version may be changed. */
export function changeRequest({ ifVersion, signal }: ChangeOptions) {
  return { headers: ifVersion === undefined ? {} : { 'if-match': `"${ifVersion}"` }, signal };
}

/** Somebody else changed the plan: it is no longer at the version that a change was meant for. */
export type ConflictError = RondelError & {
  readonly code: 'CONFLICT';
  readonly failure: { readonly details: { readonly ifMatch: number; readonly version: number } };
};

/** Whether a change was refused for its `ifVersion`; `failure.details.version` is the present one. */
export function isConflictError(error: unknown): error is ConflictError {
  return isRondelError(error) && error.code === 'CONFLICT' && typeof error.failure.details?.ifMatch === 'number';
}
