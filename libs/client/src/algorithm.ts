import {
  failure,
  isRondelError,
  isTerminal,
  RondelError,
  type AlgorithmPlan,
  type AlgorithmRecord,
  type AlgorithmSubmission,
  type Job,
  type Result,
  type Taken,
  type Ticket,
} from '@rondel/contracts';
import { call } from './call.js';
import type { CallOptions } from './call-options.js';
import type { Connection } from './connection.js';
import type { PlanTable } from './plan-table.js';

export interface RepeatableOptions extends CallOptions {
  /** The same key gives the same answer for a day, so that a call whose answer got lost can be made again. */
  readonly idempotencyKey?: string;
}

export interface LockOptions extends CallOptions {
  /** Life of the lock, renewed by every use; 60 unless told, at most 3600. */
  readonly seconds?: number;
}

/** What became of one input. */
export interface Reconstructed extends Ticket {
  readonly result: Result;
}

/** An algorithm that stays built on one worker and answers its inputs in order. */
export interface WarmAlgorithm {
  readonly id: string;
  state(options?: CallOptions): Promise<AlgorithmRecord>;
  /** What it was made of: the complete plan, as TOML and as tables. */
  plan(options?: CallOptions): Promise<AlgorithmPlan>;
  /** The node in `parameter` of its plan, as `parameter(algo)` in Julia. */
  parameter(options?: CallOptions): Promise<PlanTable>;
  /** Gives it an input; resolves at once. */
  put(data: Job['data'], options?: RepeatableOptions): Promise<Ticket>;
  /**
   * Gives it an input whose result is for whoever waits for its job: `take` does not give it out. Resolves at once.
   */
  putOwn(data: Job['data'], options?: RepeatableOptions): Promise<Ticket>;
  /**
   * Gives it an input and waits for the result of this very one, whatever others have put before; `take` does not give it
   * out. Throws what made it fail.
   */
  reconstruct(data: Job['data'], options?: RepeatableOptions): Promise<Reconstructed>;
  /**
   * The result or the error of the oldest input that was not taken yet; waits for it, and for an input if there is none.
   * Each comes once.
   */
  take(options?: RepeatableOptions): Promise<Taken>;
  /** Whether `take` would resolve at once. */
  isReady(options?: CallOptions): Promise<boolean>;
  /** Resolves when its worker has built it, or it was closed. Throws what kept it from being built. */
  built(options?: CallOptions): Promise<AlgorithmRecord>;
  /** Resolves when something can be taken, without taking it, or when nothing ever will: it is closed or could not be built. */
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
  { idempotencyKey, signal }: RepeatableOptions = {},
): Promise<WarmAlgorithm> {
  const headers = { 'idempotency-key': idempotencyKey };
  const { id } = await call(connection, 'post /v1/algorithms', { body: submission, headers, signal });
  return openAlgorithm(connection, id);
}

/** The algorithm of that id, which need not be there. */
export function openAlgorithm(connection: Connection, id: string): WarmAlgorithm {
  const path = { id };
  let token: string | undefined;
  const withToken = ({ idempotencyKey, signal }: RepeatableOptions) => ({
    path,
    headers: { 'rondel-lock': token, 'idempotency-key': idempotencyKey },
    signal,
  });
  const state = (query: { wait?: number; until?: 'answer' | 'built' }, { signal }: CallOptions = {}) =>
    call(connection, 'get /v1/algorithms/{id}', { path, query, signal });

  return {
    id,
    state: (options) => state({}, options),
    put: (data, options = {}) =>
      call(connection, 'post /v1/algorithms/{id}/put', { ...withToken(options), body: { data } }),
    async putOwn(data, options = {}) {
      const request = { ...withToken(options), body: { data }, query: { wait: 0 } };
      const { ticket, job }: Ticket = await call(connection, 'post /v1/algorithms/{id}/reconstruct', request);
      return { ticket, job };
    },
    plan: ({ signal } = {}) => call(connection, 'get /v1/algorithms/{id}/plan', { path, signal }),
    async parameter({ signal } = {}) {
      const { tree } = await call(connection, 'get /v1/algorithms/{id}/plan', { path, signal });
      return tree.parameter as PlanTable;
    },
    async reconstruct(data, options = {}) {
      const request = { ...withToken(options), body: { data }, query: { wait: waitSeconds } };
      const answer: Taken = await call(connection, 'post /v1/algorithms/{id}/reconstruct', request);
      const { ticket, job } = answer;
      const { result, error } = (answer.result ?? answer.error) ? answer : await endOf(connection, job, options);
      if (result) return { ticket, job, result };
      const reason = error ?? failure('CANCELLED', `Job ${job} was cancelled before it had an image.`);
      throw RondelError.from({ ...reason, details: { ...reason.details, job } });
    },
    async take(options = {}) {
      const request = { ...withToken(options), query: { wait: waitSeconds } };
      for (;;) {
        const taken = await call(connection, 'post /v1/algorithms/{id}/take', request);
        if (taken != null) return taken;
      }
    },
    isReady: async (options) => (await state({}, options)).ready > 0,
    async wait(options) {
      for (;;) {
        const record = await state({ wait: waitSeconds }, options);
        const nothingComes = record.state === 'failed' && record.pending === 0;
        if (record.ready > 0 || record.state === 'closed' || nothingComes) return record;
      }
    },
    async built(options) {
      for (;;) {
        const record = await state({ wait: waitSeconds, until: 'built' }, options);
        if (record.error) throw RondelError.from(record.error);
        if (record.state === 'ready' || record.state === 'closed') return record;
      }
    },
    async lock({ seconds, signal } = {}) {
      for (;;) {
        try {
          const request = { ...withToken({ signal }), body: seconds === undefined ? {} : { seconds } };
          ({ token } = await call(connection, 'post /v1/algorithms/{id}/lock', request));
          return;
        } catch (error) {
          await pause(remainingOf(error) ?? rethrow(error), signal);
        }
      }
    },
    async unlock({ signal } = {}) {
      if (token === undefined) return;
      const request = withToken({ signal });
      token = undefined;
      await call(connection, 'delete /v1/algorithms/{id}/lock', request);
    },
    close: ({ signal } = {}) => call(connection, 'delete /v1/algorithms/{id}', withToken({ signal })),
  };
}

async function endOf(connection: Connection, id: string, { signal }: CallOptions): Promise<Job> {
  for (;;) {
    const job = await call(connection, 'get /v1/jobs/{id}', { path: { id }, query: { wait: waitSeconds }, signal });
    if (isTerminal(job.state)) return job;
  }
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
