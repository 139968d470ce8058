import type { Redis } from 'ioredis';
import type { OpenSubjob } from '../../record/subjob-attempts.js';
import { layoutConstants } from '../../bullmq/layout.js';
import { guarded } from '../../redis/connection.js';
import { headFrom } from '../../record/job-fields.js';
import type { JobHash, JobHead } from '../../record/job-parts.js';
import { keys } from '../../redis/keys.js';
import type { Subjobs } from '../../bullmq/subjob-queues.js';
import { lineConstants } from '../../line/line-constants.js';
import { asNumber } from '../../lua/answers.js';
import { luaScript } from '../../lua/lua-script.js';
import { incompleteSubjobs, nextStage } from '../../stages/stage-fields.js';

/** Sub-jobs of the present stage that have to run. */
export interface PresentSubjobs {
  readonly subjobs: OpenSubjob[];
  /** Of a job that Redis does not hold any more there are none. */
  readonly stages: JobHead['stages'];
  /** Whether they were put on their queue just now. */
  readonly queued: boolean;
}

export const advanceScript = luaScript('transitions/attempt/advance.lua', {
  keys: ['job'],
  args: ['id', 'after', 'blocks', 'inputs', 'line', 'waits', 'now', 'queue'],
  constants: { ...lineConstants, ...layoutConstants },
  read: asNumber,
});

/**
 * Begins the next stage when all sub-jobs of the present one are complete; harmless when done twice.
 *
 * @param read Reads all fields of the job.
 * @param job The fields, for whoever has just read them.
 */
export async function advanceJob(
  {
    redis,
    subjobs,
    read,
  }: {
    readonly redis: Redis;
    readonly subjobs: Pick<Subjobs, 'ready'>;
    readonly read: (id: string) => Promise<JobHash>;
  },
  id: string,
  job?: JobHash,
): Promise<PresentSubjobs> {
  const fields = job ?? (await read(id));
  const next = nextStage(fields);
  if (next === undefined) return presentSubjobs(id, fields);
  const { after, blocks, inputs, to, line, waits } = next;
  const queue = await subjobs.ready(to);
  const args = {
    id,
    after,
    blocks,
    inputs: JSON.stringify(inputs),
    line: JSON.stringify(line),
    waits: waits ? 1 : 0,
    now: Date.now(),
    queue,
  };
  const turn = await guarded(advanceScript.run(redis, { keys: { job: keys.job(id) }, args }));
  // An API begins it, which looks for such stages.
  if (turn < 0) return { subjobs: [], stages: [], queued: true };
  // Somebody else was faster, and may even be further.
  if (turn === 0) return presentSubjobs(id, await read(id));
  const begun = { ...fields, stage: String(after + 1), blocks: String(blocks), turn: String(turn) };
  return { ...presentSubjobs(id, begun), queued: true };
}

/** A job that has ended, or has just been written down by another process, has none. */
function presentSubjobs(id: string, fields: JobHash): PresentSubjobs {
  const { stages } = fields.head === undefined ? { stages: [] } : headFrom(fields.head);
  return { subjobs: incompleteSubjobs(id, fields), stages, queued: false };
}
