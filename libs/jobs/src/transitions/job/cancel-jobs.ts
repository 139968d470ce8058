import { failure, type Failure, type JobState } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import { executed } from '../../redis/connection.js';
import { headFrom } from '../../record/job-fields.js';
import type { JobHash, JobHead } from '../../record/job-parts.js';
import type { Subjob } from '../../record/subjob-attempts.js';
import type { Subjobs } from '../../bullmq/subjob-queues.js';
import type { Damage } from '../../stored/stored.js';
import { finishCall, finishScript, readEnding } from './finish.js';

/** Commands of one pipeline; more would keep others waiting. */
const pipelineLength = 500;

interface CancelParts {
  readonly redis: Redis;
  readonly subjobs: Pick<Subjobs, 'removeAll'>;
  readonly damage: Damage;
}

export interface CancelAnswers {
  readonly done: readonly JobHead[];
  readonly refused: ReadonlyMap<string, JobState | 'missing' | 'later'>;
}

export const cancelled = failure('CANCELLED', 'The job was cancelled.');

/**
 * Ends jobs as cancelled, whatever of them runs, in a few round trips however many they are, and takes their sub-jobs off the
 * queues. Ended jobs stay as they are, those that Redis does not hold are passed over. Returns those that this call ended, and
 * for each other one the state in which it had ended, `missing`, or `later` for one of a later version.
 */
export async function cancelJobs(
  ids: readonly string[],
  { redis, subjobs, damage }: CancelParts,
  error: Failure = cancelled,
): Promise<CancelAnswers> {
  const all: JobHead[] = [];
  const refused = new Map<string, JobState | 'missing' | 'later'>();
  for (let start = 0; start < ids.length; start += pipelineLength) {
    const chunk = ids.slice(start, start + pipelineLength);
    const ended = redis.pipeline();
    const calls = chunk.map((id) => finishCall(id, { state: 'cancelled', error }));
    finishScript.addTo(ended, calls);
    const [, ...answers] = await executed(ended);
    const done: { readonly id: string; readonly hash: JobHash }[] = [];
    for (const [index, answer] of answers.entries()) {
      const ending = readEnding(answer);
      if (typeof ending === 'object') done.push({ id: chunk[index] ?? '', hash: ending });
      else refused.set(chunk[index] ?? '', ending as JobState | 'missing' | 'later');
    }
    // Sub-jobs of one that is damaged are found to have ended by whoever takes them.
    const read = done.flatMap(({ id, hash }) => {
      const head = damage.spare('job', id, () => headFrom(hash.head));
      return head === undefined ? [] : [{ hash, head }];
    });
    await subjobs.removeAll(read.flatMap(lyingSubjobs));
    all.push(...read.map(({ head }) => head));
  }
  return { done: all, refused };
}

/** The sub-jobs of the stage that an ended job was in. */
function lyingSubjobs({
  hash: { generation, stage, blocks },
  head: { id: job, stages },
}: {
  readonly hash: JobHash;
  readonly head: JobHead;
}): { queue: string; subjob: Subjob }[] {
  const queue = stages[Number(stage)]?.queue;
  if (queue === undefined) return [];
  return Array.from({ length: Number(blocks) }, (_, block) => ({
    queue,
    subjob: { job, generation: Number(generation), stage: Number(stage), block },
  }));
}
