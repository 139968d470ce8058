import type { Redis } from 'ioredis';
import { executed, sparedAnswers } from '../redis/connection.js';
import { headFrom } from '../record/job-fields.js';
import { type JobHead } from '../record/job-parts.js';
import { keys } from '../redis/keys.js';
import type { Leg, OpenLeg } from '../record/attempts.js';
import type { Ledger } from '../ledger/ledger.js';
import { queueOf } from '../places/leg-queue.js';
import { completedField } from '../stages/stage-fields.js';
import type { Legs } from '../bullmq/legs.js';
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
  readonly legs: Legs;
  readonly special: Pick<SpecialQueues, 'list' | 'register'>;
  readonly enqueue: (legs: readonly OpenLeg[], to: Pick<JobHead, 'stages'>) => Promise<void>;
}

interface LiveJob {
  readonly head: JobHead;
  /** Of the present stage. */
  readonly legs: readonly Leg[];
}

/**
 * Adds legs that their jobs wait for and that lie on no queue, makes known the queues that no worker could find, and begins
 * stages that nobody has begun. Nearly all jobs have their legs, which a few round trips tell of hundreds of them.
 *
 * @param before Only jobs created before this time, in milliseconds since 1970: those since are still being written down.
 */
export async function addMissingLegs(parts: Parts, before: number): Promise<void> {
  const ids = await parts.ledger.live(before);
  const mayGoOn = () => !parts.signal.aborted;
  for (let start = 0; start < ids.length && mayGoOn(); start += pageLength) {
    const jobs = await readJobs(parts, ids.slice(start, start + pageLength));
    await registerQueues(jobs, parts.special);
    const broken = new Set([...(await lackingLegs(jobs, parts.legs)), ...(await completeStages(jobs, parts.redis))]);
    for (const { head } of broken) {
      if (!mayGoOn()) return;
      await repair(head, parts).catch(async (error: unknown) => {
        if (!(error instanceof DamagedRecord)) throw error;
        await parts.ledger.failDamaged(head.id, error.message);
      });
    }
  }
}

async function readJobs({ redis, damage }: Parts, ids: readonly string[]): Promise<LiveJob[]> {
  const pipeline = redis.pipeline();
  for (const id of ids) pipeline.hmget(keys.job(id), 'head', 'generation', 'stage', 'blocks');
  const answers = await sparedAnswers<(string | null)[]>(pipeline, (index, error) => {
    damage.note('job', ids[index] ?? '', error.message);
  });
  return answers.flatMap((answer, index) => {
    const [text, generation, stage, blocks] = answer ?? [];
    if (typeof text !== 'string') return [];
    const head = damage.spare('job', ids[index] ?? '', () => headFrom(text));
    if (head === undefined) return [];
    // An input of an algorithm waits for its turn without a leg.
    if (head.algorithm !== undefined) return [];
    const legs = Array.from({ length: Number(blocks) }, (_, block) => ({
      job: head.id,
      generation: Number(generation),
      stage: Number(stage),
      block,
    }));
    return [{ head, legs }];
  });
}

/** A Redis that had to begin anew with what a replica or an older file held may lack what others still take for granted. */
async function registerQueues(jobs: readonly LiveJob[], special: Parts['special']): Promise<void> {
  const known = new Set((await special.list()).map(({ queue }) => queue));
  for (const { head, legs } of jobs) {
    if (legs[0] === undefined) continue;
    const { queue, requires } = queueOf(legs[0], head.stages);
    if (requires === undefined || known.has(queue)) continue;
    await special.register({ queue, requires });
    known.add(queue);
  }
}

/** Jobs of whose present stage a leg lies on no queue: it is lost, or done. */
async function lackingLegs(jobs: readonly LiveJob[], legs: Legs): Promise<LiveJob[]> {
  const wanted = jobs.flatMap(({ head, legs: own }) =>
    own.map((leg) => ({ leg, queue: queueOf(leg, head.stages).queue })),
  );
  const found = await legs.exist(wanted);
  const lacking = new Set(wanted.filter((_, index) => found[index] !== true).map(({ leg }) => leg.job));
  return jobs.filter(({ head }) => lacking.has(head.id));
}

/** Jobs of whose present stage all legs are complete, so that the next one should have begun. */
async function completeStages(jobs: readonly LiveJob[], redis: Redis): Promise<LiveJob[]> {
  const staged = jobs.filter(({ head }) => head.stages.length > 1);
  if (staged.length === 0) return [];
  const pipeline = redis.pipeline();
  for (const { head, legs } of staged) pipeline.hget(keys.job(head.id), completedField(legs[0]?.stage ?? 0));
  const completed = await executed(pipeline);
  return staged.filter(({ legs }, index) => Number(completed[index]) === legs.length);
}

async function repair(head: JobHead, { ledger, legs, enqueue }: Parts): Promise<void> {
  const present = await ledger.advance(head.id);
  const open = present.legs.map((leg) => ({ leg, queue: queueOf(leg, present.stages).queue }));
  const found = await legs.exist(open);
  const missing = open.filter((_, index) => found[index] !== true).map(({ leg }) => leg);
  await enqueue(missing, present);
}
