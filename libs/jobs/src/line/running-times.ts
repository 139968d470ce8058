import { ProgressSchema } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import { sparedAnswers } from '../redis/connection.js';
import { keys } from '../redis/keys.js';
import { fromStored, type Damage } from '../stored/stored.js';

/** How long a job has run and, where its step can tell, how long it still will, in seconds. */
export interface RunningTime {
  readonly elapsed: number;
  readonly left?: number;
}

/** Of those that run; others are left out. */
export async function readRunningTimes(
  redis: Redis,
  ids: readonly string[],
  { now, damage }: { readonly now: number; readonly damage: Damage },
): Promise<ReadonlyMap<string, RunningTime>> {
  if (ids.length === 0) return new Map();
  const pipeline = redis.pipeline();
  for (const id of ids) pipeline.hmget(keys.job(id), 'startedAt', 'progress');
  const answers = await sparedAnswers<(string | null)[]>(pipeline, (index, error) =>
    damage.note('job', ids[index] ?? '', error.message),
  );
  const times = ids.flatMap((id, index) => {
    const [startedAt = null, text = null] = answers[index] ?? [];
    if (startedAt === null) return [];
    const elapsed = Math.max(0, (now - Date.parse(startedAt)) / 1000);
    const progress =
      text === null ? undefined : damage.spare('job', id, () => fromStored('job', ProgressSchema, text, id));
    const left = progress?.secondsLeft;
    return [[id, { elapsed, ...(left !== undefined && { left }) }] as const];
  });
  return new Map(times);
}
