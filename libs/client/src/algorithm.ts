import {
  failure,
  isRondelError,
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
import { askUntil, waitSeconds } from './held-answers.js';
import type { PlanTable } from './plan-table.js';
import { retried } from './retried.js';
import { waitForJob } from './wait-for-job.js';

export interface RepeatableOptions extends CallOptions {
  /** The same key gives the same answer for a day, so that a call whose answer got lost can be made again. @default each call is one of its own */
  readonly idempotencyKey?: string;
}

export interface LockOptions extends CallOptions {
  /** Life of the lock in seconds, 1 to 3600, renewed by every use. @default 60 */
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

/** How long a lock that somebody else holds is left alone before the next try: a moment first, up to a second later. */
const lockPauses = { retries: Number.POSITIVE_INFINITY, minTimeout: 50, maxTimeout: 1000 };

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
      const { result, error } = (answer.result ?? answer.error) ? answer : await waitForJob(connection, job, options);
      if (result) return { ticket, job, result };
      const reason = error ?? failure('CANCELLED', `Job ${job} was cancelled before it had an image.`);
      throw RondelError.from({ ...reason, details: { ...reason.details, job } });
    },
    async take(options = {}) {
      const request = { ...withToken(options), query: { wait: waitSeconds } };
      const take = () => call(connection, 'post /v1/algorithms/{id}/take', request);
      return (await askUntil(take, (taken) => taken != null)) as Taken;
    },
    isReady: async (options) => (await state({}, options)).ready > 0,
    wait: (options) =>
      askUntil(
        () => state({ wait: waitSeconds }, options),
        (record) =>
          record.ready > 0 || record.state === 'closed' || (record.state === 'failed' && record.pending === 0),
      ),
    async built(options) {
      const record = await askUntil(
        () => state({ wait: waitSeconds, until: 'built' }, options),
        (answer) => answer.error !== undefined || answer.state === 'ready' || answer.state === 'closed',
      );
      if (record.error) throw RondelError.from(record.error);
      return record;
    },
    async lock({ seconds, signal } = {}) {
      const request = { ...withToken({ signal }), body: seconds === undefined ? {} : { seconds } };
      const take = () => call(connection, 'post /v1/algorithms/{id}/lock', request);
      ({ token } = await retried(take, { ...lockPauses, isPassing: isHeldElsewhere, signal }));
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

/** Whether somebody else holds the lock. */
function isHeldElsewhere(error: unknown): boolean {
  return (
    isRondelError(error) && error.code === 'CONFLICT' && typeof error.failure.details?.remainingSeconds === 'number'
  );
}
