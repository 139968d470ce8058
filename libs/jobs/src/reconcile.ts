import { isRondelError } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import type { Algorithms } from './algorithms/algorithms.js';
import type { PoolQueues } from './bullmq/pool-queues.js';
import type { Subjobs } from './bullmq/subjob-queues.js';
import type { Ledger } from './ledger/ledger.js';
import type { OpenedControl } from './ledger/job-control.js';
import { recordJob } from './ledger/record-job.js';
import type { SpecialQueues } from './places/special-queues.js';
import { lowerTurns } from './queues/long-lines.js';
import { addMissingSubjobs } from './queues/missing-subjobs.js';
import type { WriteRecord } from './record/archive.js';
import { serverTime } from './redis/server-time.js';
import type { Damage } from './stored/stored.js';
import { unlessLater } from './stored/versions.js';
import type { Sweeps } from './sweeps/sweeps.js';
import { retentionSeconds } from './transitions/job/finish.js';

/** A job's queue sub-job may be missing this long after the job was written down before the reconciler adds it. */
const settleMs = 10_000;
/** A special queue without sub-jobs is forgotten so long after its last use; whoever adds sub-jobs notes a use once a minute. */
const specialQueueMs = 150_000;

/** What dying processes may leave half done. */
interface Reconciled {
  readonly redis: Redis;
  readonly damage: Damage;
  readonly ledger: Ledger;
  readonly subjobs: Subjobs;
  readonly special: SpecialQueues;
  readonly poolQueues: PoolQueues;
  readonly sweeps: Sweeps;
  readonly algorithms: Algorithms;
  readonly enqueue: OpenedControl['enqueue'];
  readonly release: OpenedControl['control']['release'];
  /** Lets those begin that were held back by a quota, as far as it allows now. */
  readonly letIn: () => Promise<void>;
  /** Counts the jobs that run anew, for quotas. */
  readonly recount: () => Promise<void>;
}

/** See `Jobs.reconcile`. */
export async function reconcileJobs(
  {
    redis,
    damage,
    ledger,
    subjobs,
    special,
    poolQueues,
    sweeps,
    algorithms,
    enqueue,
    release,
    letIn,
    recount,
  }: Reconciled,
  record: WriteRecord,
  signal: AbortSignal,
): Promise<void> {
  // What is old shall not depend on whose clock is asked.
  const now = await serverTime(redis);
  const unsettled = await sweeps.unsettled(now - settleMs);
  const unrecorded = await ledger.unrecorded();
  await repairAll(signal, [
    ...unsettled.map((id) => () => sweeps.settle(id, record, signal).catch(unlessLater)),
    () => addMissingSubjobs({ redis, damage, ledger, subjobs, special, enqueue, release, signal }, now - settleMs),
    recount,
    letIn,
    () => lowerTurns(redis, special),
    () => poolQueues.reconcile(now - specialQueueMs),
    () => algorithms.reconcile(),
    // Their last process died between ending and recording them.
    ...unrecorded.map((id) => () => recordJob(ledger, id, record).catch(unlessLater)),
    () => ledger.forgetExpired(now, signal),
    () => ledger.mendIndex(),
    () => sweeps.forgetExpired(now - retentionSeconds * 1000),
  ]);
}

/** One that fails, such as the record of one job, keeps none of the others from being made; then throws the first failure. */
async function repairAll(signal: AbortSignal, repairs: readonly (() => Promise<unknown>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const repair of repairs) {
    if (signal.aborted) break;
    try {
      await repair();
    } catch (error) {
      // Nothing can be repaired while Redis is away.
      if (isRondelError(error) && error.code === 'SERVICE_UNAVAILABLE') throw error;
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
