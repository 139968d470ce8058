import { keyPrefix } from './connection.js';

/** Names of all keys that Rondel itself keeps in Redis. BullMQ's lie under `{rondel}:legs:`. */
export const keys = {
  /** Hash: everything about one job. */
  job: (id: string) => `${keyPrefix}:job:${id}`,
  /** Stream: what happened to one job, for the people who watch it. */
  events: (id: string) => `${keyPrefix}:job:${id}:events`,
  /** Sorted set of all job ids by creation time in milliseconds. */
  jobs: `${keyPrefix}:jobs`,
  /** Sorted set of jobs that have not ended, by creation time. */
  live: `${keyPrefix}:live`,
  /** Set of jobs that have ended but whose record is not yet in the artifact store. */
  unrecorded: `${keyPrefix}:unrecorded`,
  /** Sorted set of a pool's queued jobs in the order in which they will run. */
  queued: (pool: string) => `${keyPrefix}:queued:${pool}`,
  /** Set of all pools that were declared or ever had a worker. */
  pools: `${keyPrefix}:pools`,
  /** Hash: pool to what its workers are, as the last one said. */
  needs: `${keyPrefix}:needs`,
  /** Hash: how many jobs have ended and how long they took, by pool and state. */
  endedJobs: `${keyPrefix}:ended`,
  /** String: start time of the worker that was asked to leave. */
  drain: (worker: string) => `${keyPrefix}:drain:${worker}`,
  /** Sorted set of worker ids by the time of their last heartbeat. */
  workers: `${keyPrefix}:workers`,
  /** String: what a worker said of itself. */
  worker: (id: string) => `${keyPrefix}:worker:${id}`,
  /** String: the job that a client's idempotency key stands for. */
  idempotency: (hash: string) => `${keyPrefix}:idempotency:${hash}`,
  /** Channel: id of a job whose stream has something new, or of a worker that is asked to leave. */
  news: `${keyPrefix}:news`,
};
