import type { Redis } from 'ioredis';
import type { Subjob, OpenSubjob } from '../record/subjob-attempts.js';
import { executed, guarded } from '../redis/connection.js';
import { placeOfSubjobs, type SubjobQueue } from '../places/subjob-queue.js';
import { openQueues } from './open-queues.js';
import { keptEvents, keptOfSubjobs, queueEntryName, queueLayout } from './layout.js';
import { versioned } from '../stored/versions.js';
import type { SpecialQueues } from '../places/special-queues.js';

/** What BullMQ carries: a pointer to our own record, never the work itself. */
type SubjobData = Subjob;

/** A special queue is registered again at least this often while sub-jobs are added to it. */
const registeredMs = 60_000;

/** A sub-job as its queue holds it. */
export interface QueueEntry {
  readonly id: string;
  readonly data: string;
  readonly priority: number;
}

interface SubjobPosition {
  /** Sub-jobs before it on its queue. */
  readonly position: number;
  /** Larger for what comes later. */
  readonly order: string;
}

export interface Subjobs {
  /**
   * Makes a queue ready for sub-jobs that a script puts there. Returns what its keys begin with. Costs no round trip unless
   * the queue is a special one that nobody has used for a while.
   */
  ready(to: SubjobQueue): Promise<string>;
  /**
   * Makes the queues ready that the stages of new jobs need, before any of them is written down. Costs no round trip where
   * `ready` costs none. Throws `QUOTA_EXCEEDED` where a submitter, or all together, would need too many.
   */
  admit(jobs: readonly { readonly stages: readonly SubjobQueue[]; readonly submitter?: string }[]): Promise<void>;
  /** Puts a sub-job on a queue. Adding the same sub-job twice is harmless: its id says which part of which run it is. */
  add(subjob: OpenSubjob, to: SubjobQueue): Promise<void>;
  /** Puts many sub-jobs on a queue at once, each as `add` does. */
  addAll(subjobs: readonly OpenSubjob[], to: SubjobQueue): Promise<void>;
  /** Puts an entry on a queue as it is, whatever its version. Harmless when done twice. */
  put(entry: QueueEntry, to: SubjobQueue): Promise<void>;
  /** Whether each sub-job is on its queue, in whatever state. */
  exist(subjobs: readonly { readonly subjob: Subjob; readonly queue: string }[]): Promise<boolean[]>;
  /** Where a sub-job stands on its queue; undefined when it does not wait there. */
  position(subjob: Subjob, queue: string): Promise<SubjobPosition | undefined>;
  /** How many sub-jobs of other queues come before the given order; the queues of one place count turns together. */
  countBefore(order: string, queues: readonly string[]): Promise<number>;
  /** Takes sub-jobs off their queues, except those that a worker already has. */
  removeAll(subjobs: readonly { readonly subjob: Subjob; readonly queue: string }[]): Promise<void>;
  close(): Promise<void>;
}

/** Works over the given connection, which stays the caller's to close. */
export function openSubjobs(redis: Redis, special: SpecialQueues, onError: (error: Error) => void): Subjobs {
  const queues = openQueues<SubjobData>(redis, { streams: { events: { maxLen: keptEvents } } }, onError);
  const registered = new Map<string, number>();
  /** The queue, known to the workers that can serve it, and paused when its place is. */
  const readyQueue = async (to: SubjobQueue) => {
    if (isUnregistered(to)) await followPlace(to, await special.register(to));
    return queues.get(to.queue);
  };
  const isUnregistered = (to: SubjobQueue): to is Required<SubjobQueue> =>
    to.requires !== undefined && performance.now() - (registered.get(to.queue) ?? -Infinity) >= registeredMs;
  const followPlace = async (to: Required<SubjobQueue>, isNew: boolean) => {
    if (isNew && (await guarded(queues.get(placeOfSubjobs(to)).isPaused())))
      await guarded(queues.get(to.queue).pause());
    registered.set(to.queue, performance.now());
  };
  return {
    async ready(to) {
      await readyQueue(to);
      return queueLayout(to.queue).prefix;
    },
    async admit(jobs) {
      for (const { stages, submitter = '' } of jobs) {
        const needed = new Map(stages.filter(isUnregistered).map((stage) => [stage.queue, stage]));
        if (needed.size === 0) continue;
        const fresh = await special.admit([...needed.values()], submitter);
        for (const to of needed.values()) await followPlace(to, fresh.has(to.queue));
      }
    },
    async add(subjob, to) {
      const queue = await readyQueue(to);
      await guarded(queue.add(queueEntryName, subjobData(subjob), subjobOptions(subjob)));
    },
    async addAll(entries, to) {
      const queue = await readyQueue(to);
      await guarded(
        queue.addBulk(
          entries.map((subjob) => ({ name: queueEntryName, data: subjobData(subjob), opts: subjobOptions(subjob) })),
        ),
      );
    },
    async put({ id, data, priority }, to) {
      const queue = await readyQueue(to);
      const options = { jobId: id, priority, ...keptOfSubjobs };
      await guarded(queue.add(queueEntryName, JSON.parse(data) as SubjobData, options));
    },
    async exist(entries) {
      const pipeline = redis.pipeline();
      for (const { subjob, queue } of entries) pipeline.exists(`${queueLayout(queue).prefix}${subjobId(subjob)}`);
      return (await executed(pipeline)).map((found) => found === 1);
    },
    async position(subjob, queue) {
      // Every sub-job has a priority, so all that wait lie in this sorted set.
      const key = queueLayout(queue).waiting;
      const [position, order] = await guarded(
        Promise.all([redis.zrank(key, subjobId(subjob)), redis.zscore(key, subjobId(subjob))]),
      );
      return position === null || order === null ? undefined : { position, order };
    },
    async countBefore(order, names) {
      const counts = names.map((name) => redis.zcount(queueLayout(name).waiting, '-inf', `(${order}`));
      return (await guarded(Promise.all(counts))).reduce((sum, count) => sum + count, 0);
    },
    async removeAll(lying) {
      await guarded(Promise.all(lying.map(({ subjob, queue }) => queues.get(queue).remove(subjobId(subjob)))));
    },
    close: () => queues.close(),
  };
}

function subjobData({ job, generation, stage, block }: Subjob): SubjobData {
  return versioned('sub-job', { job, generation, stage, block });
}

function subjobOptions(subjob: OpenSubjob) {
  return { jobId: subjobId(subjob), priority: subjob.priority, ...keptOfSubjobs };
}

function subjobId({ job, stage, block, generation }: Subjob): string {
  return `${job}.${stage}.${block}.${generation}`;
}
