import type { Lane } from '@rondel/contracts';

/** Everything Rondel keeps in Redis lies under one hash tag, so that it stays together on a cluster. */
export const keyPrefix = '{rondel}';

/** What is published on the news channel when a special queue has come or gone. */
export const queueNews = 'queues';

/** What is published on the news channel when a worker has an algorithm to build, or need not any more. */
export function buildNews(worker: string): string {
  return `build:${worker}`;
}

/** What is published on the news channel when a worker is asked something. */
export function questionNews(worker: string): string {
  return `question:${worker}`;
}

/** What is published on the news channel when a question has its answer. */
export function answerNews(question: string): string {
  return `answer:${question}`;
}

/** What is published on the news channel of workers when a job has ended and others are held back, see `quotas/let-in.lua`. */
export const heldNews = 'held';

const endedPrefix = 'ended:';

/** What is published on the news channel when a job has ended; it is news of the job, too. */
export function endedNews(job: string): string {
  return `${endedPrefix}${job}`;
}

/** Of whom it is news. */
export function toldBy(message: string): string[] {
  return message.startsWith(endedPrefix) ? [message, message.slice(endedPrefix.length)] : [message];
}

/** The sets by which jobs are filtered lie under it, see `job-index-lua.ts`. */
export const indexPrefix = `${keyPrefix}:index:`;

/** Where a key goes that holds something else than Rondel has written; see `move-aside.ts`. */
export function asideOf(key: string): string {
  return `${keyPrefix}:damaged:${key.slice(keyPrefix.length + 1)}`;
}

/**
 * Names of all keys that Rondel itself keeps in Redis. BullMQ's lie under `{rondel}:legs:`. What each holds stands in
 * `key-kinds.ts` as well; one that shall hold something of another type needs another name, as versions may run beside each
 * other.
 */
export const keys = {
  /** Hash: everything about one job. */
  job: (id: string) => `${keyPrefix}:job:${id}`,
  /** Stream: what happened to one job, for the people who watch it. */
  events: (id: string) => `${keyPrefix}:job:${id}:events`,
  /** Sorted set of all job ids by creation time in milliseconds. */
  jobs: `${keyPrefix}:jobs`,
  /** Hash: id of a job to the sets of the index that it is in, beside that of its state, as JSON. */
  indexed: `${keyPrefix}:indexed`,
  /** String: the index holds all jobs, also those of before it was there. */
  indexBuilt: `${indexPrefix}whole`,
  /** String: when a key was moved aside that may have named others, until these are found again; see `registers.ts`. */
  namesLost: `${indexPrefix}lost`,
  /** Sorted set of jobs that have not ended, by creation time. */
  live: `${keyPrefix}:live`,
  /** Set of jobs that have ended but whose record is not yet in the artifact store. */
  unrecorded: `${keyPrefix}:unrecorded`,
  /** Set of the jobs that were to begin with the result of this one. */
  followers: (id: string) => `${keyPrefix}:followers:${id}`,
  /** Sorted set of the jobs that wait for their turn at a place, in the order of their turns; see `line/line.lua`. */
  queued: (place: string) => `${keyPrefix}:queued:${place}`,
  /** Hash: the turns that a lane was given at a place. */
  turns: (place: string, lane: Lane) => `${keyPrefix}:turns:${lane}:${place}`,
  /** Hash: when what would have to wait for ever was let through last, counted in such sub-jobs; see `give-way.ts`. */
  letThrough: `${keyPrefix}:turns:let-through`,
  /** Set of the lines whose turns have large numbers: `<lane> <place>`. */
  longLines: `${keyPrefix}:turns:long`,
  /** Set of all pools that were declared or ever had a worker. */
  pools: `${keyPrefix}:pools`,
  /** Hash: pool to what its workers are, as the last one said. */
  needs: `${keyPrefix}:needs`,
  /** Sorted set of what workers of a pool could do, as JSON, by the time at which one was there last. */
  capabilities: (pool: string) => `${keyPrefix}:capabilities:${pool}`,
  /** Hash: name of a queue for sub-jobs that not every worker can run to what it requires; see `special-queues.ts`. */
  specialQueues: `${keyPrefix}:queues`,
  /** Hash: name of a special queue to the submitter whose job was the first that needed it. */
  specialQueueOwners: `${keyPrefix}:queues:owners`,
  /** Sorted set of special queues by the time at which they were used last. */
  specialQueuesUsed: `${keyPrefix}:queues:used`,
  /** List: seconds that the last completed jobs of a pool took, the latest first. */
  recentSeconds: (pool: string) => `${keyPrefix}:recent:${pool}`,
  /** Hash: how many jobs have ended and how long they took, by pool and state. */
  endedJobs: `${keyPrefix}:ended`,
  /** String: start time of the worker that was asked to leave. */
  drain: (worker: string) => `${keyPrefix}:drain:${worker}`,
  /** Sorted set: something lies in it when whoever takes sub-jobs shall stop waiting for them. */
  wake: (taker: string) => `${keyPrefix}:wake:${taker}`,
  /** Sorted set of worker ids by the time of their last heartbeat. */
  workers: `${keyPrefix}:workers`,
  /** Hash: id of an API to what it said of itself. */
  apis: `${keyPrefix}:apis`,
  /** Hash: what tells all that Redis holds from what it held before it was emptied; see `data-run.ts`. */
  dataRun: `${keyPrefix}:run`,
  /** String: what a worker said of itself. */
  worker: (id: string) => `${keyPrefix}:worker:${id}`,
  /** String: the job that a client's idempotency key stands for. */
  idempotency: (hash: string) => `${keyPrefix}:idempotency:${hash}`,
  /** Hash: a warm algorithm, what it is and where it stands. */
  algorithm: (id: string) => `${keyPrefix}:algorithm:${id}`,
  /** List: inputs of a warm algorithm that were not taken yet, oldest first: `<number> <job>`. */
  tickets: (id: string) => `${keyPrefix}:algorithm:${id}:tickets`,
  /** Set of warm algorithms that a worker was asked to build. */
  builds: (worker: string) => `${keyPrefix}:builds:${worker}`,
  /** List: ids of questions to a worker that it has not taken yet, oldest first. */
  questions: (worker: string) => `${keyPrefix}:questions:${worker}`,
  /** String: a question, as long as somebody waits for its answer. */
  question: (id: string) => `${keyPrefix}:question:${id}`,
  /** String: the answer to a question, until it is read. */
  answer: (id: string) => `${keyPrefix}:answer:${id}`,
  /** Sorted set of all warm algorithms by creation time; closed ones leave it. */
  algorithms: `${keyPrefix}:algorithms`,
  /** Hash: version of a plan session, and of its snapshot. */
  session: (id: string) => `${keyPrefix}:session:${id}`,
  /** Stream: the changes of a plan session, each under the version that it makes. */
  sessionLog: (id: string) => `${keyPrefix}:session:${id}:log`,
  /** String: a plan session as it was at one version. */
  sessionSnapshot: (id: string) => `${keyPrefix}:session:${id}:snapshot`,
  /** Hash: bytes of each plan session, snapshot and log. */
  sessionBytes: `${keyPrefix}:session-bytes`,
  /** Sorted set of plan sessions by the time at which they expire. */
  sessions: `${keyPrefix}:sessions`,
  /** Hash: a sweep, what it is and its items. */
  sweep: (id: string) => `${keyPrefix}:sweep:${id}`,
  /** List: jobs of a sweep that were accepted and may not have been added yet, in compressed batches. */
  sweepJobs: (id: string) => `${keyPrefix}:sweep:${id}:jobs`,
  /** Sorted set of sweeps by creation time. */
  sweeps: `${keyPrefix}:sweeps`,
  /** Sorted set of sweeps whose jobs or record may be missing, by creation time. */
  unsettledSweeps: `${keyPrefix}:sweeps:unsettled`,
  /** String: who does what only one process may do at a time. */
  lease: (name: string) => `${keyPrefix}:lease:${name}`,
  /** Hash: uploads that are open to who has begun them, their length and when. */
  uploads: `${keyPrefix}:uploads`,
  /** Hash: project to what it may have at most, as JSON; `*` stands for all that have no quota of their own. */
  quotas: `${keyPrefix}:quotas`,
  /** Hash: `<project>` and `<project> <submitter>` to how many jobs run, counted while there are quotas. */
  running: `${keyPrefix}:running`,
  /** Sorted set of the jobs that begin once their project may run more, by creation time. */
  held: `${keyPrefix}:held`,
  /** Hash: project to the bytes of what it holds in the artifact store, as measured last and counted since; `*` has when that was. */
  storedBytes: `${keyPrefix}:stored-bytes`,
  /** Hash of one day since 1970: `<project>` and `<project> <submitter>` to the seconds that their steps have computed. */
  computed: (day: string) => `${keyPrefix}:computed:${day}`,
  /** Hash: id of a token to what it is, its secret as a hash alone. */
  tokens: `${keyPrefix}:tokens`,
  /** Hash: hash of a token's secret to its id. */
  tokenHashes: `${keyPrefix}:tokens:hashes`,
  /** Hash: id of a token to when it was used last. */
  tokenUses: `${keyPrefix}:tokens:uses`,
  /** String: a browser that has logged in, by the hash of its secret. */
  login: (hash: string) => `${keyPrefix}:login:${hash}`,
  /** String: who logs in with a link, by the hash of its code. */
  loginCode: (hash: string) => `${keyPrefix}:login-code:${hash}`,
  /** String: with which APIs seal what browsers keep while they log in elsewhere. */
  loginSeal: `${keyPrefix}:login-seal`,
  /** String: a log-in elsewhere that has come to its end, by its state. */
  loginSpent: (state: string) => `${keyPrefix}:login-spent:${state}`,
  /** String: what lies in the artifact store, as it was measured last. */
  storeReport: `${keyPrefix}:store`,
  storeIdentity: `${keyPrefix}:store-identity`,
  /** Prefix of the index of kept results; see `results/index.lua`. */
  results: `${keyPrefix}:results:`,
  /**
   * Channel for whoever has somebody waiting: id of a job whose stream has something new, with `ended:` before it when that
   * was its end, id of a warm algorithm or plan
   * session that has changed, or `answer:` and the id of a question.
   */
  news: `${keyPrefix}:news`,
  /**
   * Channel for workers: id of a job that others may be running in vain, of a worker that is asked to leave, `queues` when
   * a special queue has come or gone, `result:` and the key of a result that was computed or given up, `build:` and the id
   * of a worker that has an algorithm to build, or `question:` and the id of a worker that is asked something.
   */
  workerNews: `${keyPrefix}:news:workers`,
};
