import type { Redis } from 'ioredis';
import { executed, guarded, sparedAnswers } from '../redis/connection.js';
import { headFrom } from '../record/job-fields.js';
import type { JobHead } from '../record/job-parts.js';
import { keys } from '../redis/keys.js';
import type { Subjob, OpenSubjob } from '../record/subjob-attempts.js';
import type { JobControl } from '../ledger/job-control.js';
import type { Ledger } from '../ledger/ledger.js';
import { queueOf } from '../places/subjob-queue.js';
import { completedField } from '../stages/stage-fields.js';
import type { Subjobs } from '../bullmq/subjob-queues.js';
import { DamagedRecord, type Damage } from '../stored/stored.js';
import type { SpecialQueues } from '../places/special-queues.js';

/** Jobs that are looked at together: enough to make round trips cheap, few enough to keep nobody waiting. */
const pageLength = 500;

interface Parts {
  /** Nothing more is repaired once it is aborted. */
  readonly signal: AbortSignal;
  readonly redis: Redis;
  readonly damage: Damage;
  readonly ledger: Ledger;
  readonly subjobs: Subjobs;
  readonly special: Pick<SpecialQueues, 'list' | 'register'>;
  readonly enqueue: (subjobs: readonly OpenSubjob[], to: Pick<JobHead, 'stages'>) => Promise<void>;
  readonly release: JobControl['release'];
}

interface LiveJob {
  readonly head: JobHead;
  /** Of the present stage. */
  readonly subjobs: readonly Subjob[];
}

/**
 * Adds sub-jobs that their jobs wait for and that lie on no queue, makes known the queues that no worker could find, and begins
 * stages that nobody has begun. Nearly all jobs have their sub-jobs, which a few round trips tell of hundreds of them.
 *
 * @param before Only jobs created before this time, in milliseconds since 1970: those since are still being written down.
 */
export async function addMissingSubjobs(parts: Parts, before: number): Promise<void> {
  // These have none until their project may run more.
  const held = new Set(await guarded(parts.redis.zrange(keys.held, '0', '-1')));
  const ids = (await parts.ledger.live(before)).filter((id) => !held.has(id));
  const mayGoOn = () => !parts.signal.aborted;
  for (let start = 0; start < ids.length && mayGoOn(); start += pageLength) {
    const { jobs, awaiting } = await readJobs(parts, ids.slice(start, start + pageLength));
    for (const id of awaiting) {
      if (!mayGoOn()) return;
      await parts.release(id);
    }
    await registerQueues(jobs, parts.special);
    const broken = new Set([
      ...(await lackingSubjobs(jobs, parts.subjobs)),
      ...(await completeStages(jobs, parts.redis)),
    ]);
    for (const { head } of broken) {
      if (!mayGoOn()) return;
      await repair(head, parts).catch(async (error: unknown) => {
        if (!(error instanceof DamagedRecord)) throw error;
        await parts.ledger.failDamaged(head.id, error.message);
      });
    }
  }
}

/** @returns `awaiting`: those that have no sub-job yet, as they wait for the results of others. */
async function readJobs(
  { redis, damage }: Parts,
  ids: readonly string[],
): Promise<{ readonly jobs: LiveJob[]; readonly awaiting: string[] }> {
  const pipeline = redis.pipeline();
  for (const id of ids) pipeline.hmget(keys.job(id), 'head', 'generation', 'stage', 'blocks', 'awaits');
  const answers = await sparedAnswers<(string | null)[]>(pipeline, (index, error) => {
    damage.note('job', ids[index] ?? '', error.message);
  });
  const awaiting = ids.filter((_, index) => typeof answers[index]?.[4] === 'string');
  const jobs = answers.flatMap((answer, index) => {
    const [text, generation, stage, blocks, awaits] = answer ?? [];
    if (typeof text !== 'string' || typeof awaits === 'string') return [];
    const head = damage.spare('job', ids[index] ?? '', () => headFrom(text));
    if (head === undefined) return [];
    // An input of an algorithm waits for its turn without a sub-job.
    if (head.algorithm !== undefined) return [];
    const subjobs = Array.from({ length: Number(blocks) }, (_, block) => ({
      job: head.id,
      generation: Number(generation),
      stage: Number(stage),
      block,
    }));
    return [{ head, subjobs }];
  });
  return { jobs, awaiting };
}

/** A Redis that had to begin anew with what a replica or an older file held may lack what others still take for granted. */
async function registerQueues(jobs: readonly LiveJob[], special: Parts['special']): Promise<void> {
  const known = new Set((await special.list()).map(({ queue }) => queue));
  for (const { head, subjobs } of jobs) {
    if (subjobs[0] === undefined) continue;
    const { queue, requires } = queueOf(subjobs[0], head.stages);
    if (requires === undefined || known.has(queue)) continue;
    await special.register({ queue, requires });
    known.add(queue);
  }
}

/** Jobs of whose present stage a sub-job lies on no queue: it is lost, or done. */
async function lackingSubjobs(jobs: readonly LiveJob[], subjobs: Subjobs): Promise<LiveJob[]> {
  const wanted = jobs.flatMap(({ head, subjobs: own }) =>
    own.map((subjob) => ({ subjob, queue: queueOf(subjob, head.stages).queue })),
  );
  const found = await subjobs.exist(wanted);
  const lacking = new Set(wanted.filter((_, index) => found[index] !== true).map(({ subjob }) => subjob.job));
  return jobs.filter(({ head }) => lacking.has(head.id));
}

/** Jobs of whose present stage all sub-jobs are complete, so that the next one should have begun. */
async function completeStages(jobs: readonly LiveJob[], redis: Redis): Promise<LiveJob[]> {
  const staged = jobs.filter(({ head }) => head.stages.length > 1);
  if (staged.length === 0) return [];
  const pipeline = redis.pipeline();
  for (const { head, subjobs } of staged) pipeline.hget(keys.job(head.id), completedField(subjobs[0]?.stage ?? 0));
  const completed = await executed(pipeline);
  return staged.filter(({ subjobs }, index) => Number(completed[index]) === subjobs.length);
}

async function repair(head: JobHead, { ledger, subjobs, enqueue }: Parts): Promise<void> {
  const present = await ledger.advance(head.id);
  const open = present.subjobs.map((subjob) => ({ subjob, queue: queueOf(subjob, present.stages).queue }));
  const found = await subjobs.exist(open);
  const missing = open.filter((_, index) => found[index] !== true).map(({ subjob }) => subjob);
  await enqueue(missing, present);
}
