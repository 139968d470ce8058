import {
  isRondelError,
  type AlgorithmRecord,
  type AlgorithmSubmission,
  type Job,
  type Lease,
  type Taken,
  type Ticket,
} from '@rondel/contracts';
import type { CallOptions } from './client.js';
import type { Connection, RequestOptions } from './connection.js';

export interface RepeatableOptions extends CallOptions {
  /** The same key gives the same answer for a day, so that a call whose answer got lost can be made again. */
  readonly idempotencyKey?: string;
}

export interface LockOptions extends CallOptions {
  /** Life of the lock, renewed by every use; 60 unless told, at most 3600. */
  readonly seconds?: number;
}

/** An algorithm that stays built on one worker and answers its inputs in order. */
export interface WarmAlgorithm {
  readonly id: string;
  state(options?: CallOptions): Promise<AlgorithmRecord>;
  /** Gives it an input; resolves at once. */
  put(data: Job['data'], options?: RepeatableOptions): Promise<Ticket>;
  /**
   * The result or the error of the oldest input that was not taken yet; waits for it, and for an input if there is none.
   * Each comes once.
   */
  take(options?: RepeatableOptions): Promise<Taken>;
  /** Whether `take` would resolve at once. */
  isReady(options?: CallOptions): Promise<boolean>;
  /** Resolves when something can be taken, without taking it, or when the algorithm is closed. */
  wait(options?: CallOptions): Promise<AlgorithmRecord>;
  /** Keeps others out until `unlock`; waits while somebody else holds the lock. The calls of this object carry it. */
  lock(options?: LockOptions): Promise<void>;
  /** Does nothing when this object holds no lock. */
  unlock(options?: CallOptions): Promise<void>;
  /** Cancels what has not ended. */
  close(options?: CallOptions): Promise<AlgorithmRecord>;
}

/** Longest wait that the server accepts in one request. */
const waitSeconds = 60;
/** How long a lock that somebody else holds is left alone before the next try, at most. */
const longestPauseMs = 1000;

/** Opens an algorithm from a plan. */
export async function createAlgorithm(
  connection: Connection,
  submission: AlgorithmSubmission,
  { signal }: CallOptions = {},
): Promise<WarmAlgorithm> {
  const record = (await connection.json('/v1/algorithms', jsonPost(submission, { signal }))) as AlgorithmRecord;
  return openAlgorithm(connection, record.id);
}

/** The algorithm of that id, which need not be there. */
export function openAlgorithm(connection: Connection, id: string): WarmAlgorithm {
  const path = `/v1/algorithms/${encodeURIComponent(id)}`;
  let token: string | undefined;
  const withToken = (options: RequestOptions, idempotencyKey?: string): RequestOptions => ({
    ...options,
    headers: {
      ...options.headers,
      ...(token !== undefined && { 'rondel-lock': token }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    },
  });
  const state = async (query: RequestOptions['query'], { signal }: CallOptions = {}) =>
    (await connection.json(path, { query: query ?? {}, signal })) as AlgorithmRecord;

  return {
    id,
    state: (options) => state({}, options),
    put: async (data, { idempotencyKey, signal } = {}) =>
      (await connection.json(`${path}/put`, withToken(jsonPost({ data }, { signal }), idempotencyKey))) as Ticket,
    async take({ idempotencyKey, signal } = {}) {
      for (;;) {
        const request = { method: 'POST', query: { wait: waitSeconds }, signal } as const;
        const answer = await connection.send(`${path}/take`, withToken(request, idempotencyKey));
        if (answer.status !== 204) return (await answer.json()) as Taken;
      }
    },
    isReady: async (options) => (await state({}, options)).ready > 0,
    async wait(options) {
      for (;;) {
        const record = await state({ wait: waitSeconds }, options);
        if (record.ready > 0 || record.state === 'closed') return record;
      }
    },
    async lock({ seconds, signal } = {}) {
      const request = jsonPost(seconds === undefined ? {} : { seconds }, { signal });
      for (;;) {
        try {
          token = ((await connection.json(`${path}/lock`, withToken(request))) as Lease).token;
          return;
        } catch (error) {
          await pause(remainingOf(error) ?? rethrow(error), signal);
        }
      }
    },
    async unlock({ signal } = {}) {
      if (token === undefined) return;
      const request = withToken({ method: 'DELETE', signal });
      token = undefined;
      await connection.send(`${path}/lock`, request);
    },
    close: async ({ signal } = {}) =>
      (await connection.json(path, withToken({ method: 'DELETE', signal }))) as AlgorithmRecord,
  };
}

function jsonPost(body: unknown, { signal }: CallOptions = {}): RequestOptions {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), signal };
}

/** Milliseconds that somebody else's lock lasts; undefined when the error says something else. */
function remainingOf(error: unknown): number | undefined {
  if (!isRondelError(error) || error.code !== 'CONFLICT') return undefined;
  const seconds = error.failure.details?.remainingSeconds;
  return typeof seconds === 'number' ? seconds * 1000 : undefined;
}

function rethrow(error: unknown): never {
  throw error;
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason instanceof Error ? signal.reason : new Error('The wait for the lock was given up.'));
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener('abort', stop);
        resolve();
      },
      Math.min(longestPauseMs, milliseconds),
    );
    if (signal?.aborted === true) stop();
    signal?.addEventListener('abort', stop, { once: true });
  });
}
