import type { Redis } from 'ioredis';
import type { OpenLeg } from '../../record/attempts.js';
import { putLegsDeclaration } from '../../bullmq/put-legs.js';
import { guarded } from '../../redis/connection.js';
import type { JobHash, JobHead } from '../../record/job-parts.js';
import { keys } from '../../redis/keys.js';
import type { Legs } from '../../bullmq/legs.js';
import { lineConstants } from '../../line/line-constants.js';
import { asNumber } from '../../lua/answers.js';
import { luaScript } from '../../lua/lua-script.js';
import { incompleteLegs, nextStage } from '../../stages/stage-fields.js';

/** Legs of the present stage that have to run. */
export interface PresentLegs {
  readonly legs: OpenLeg[];
  /** Of a job that Redis does not hold any more there are none. */
  readonly stages: JobHead['stages'];
  /** Whether they were put on their queue just now. */
  readonly queued: boolean;
}

export const advanceScript = luaScript('transitions/attempt/advance.lua', {
  keys: ['job'],
  args: ['id', 'after', 'blocks', 'inputs', 'line', 'waits', 'now', 'queue'],
  constants: { ...lineConstants, ...putLegsDeclaration.constants },
  functions: putLegsDeclaration.functions,
  read: asNumber,
});

/**
 * Begins the next stage when all legs of the present one are complete; harmless when done twice.
 *
 * @param read Reads all fields of the job.
 * @param job The fields, for whoever has just read them.
 */
export async function advanceJob(
  {
    redis,
    legs,
    read,
  }: {
    readonly redis: Redis;
    readonly legs: Pick<Legs, 'ready'>;
    readonly read: (id: string) => Promise<JobHash>;
  },
  id: string,
  job?: JobHash,
): Promise<PresentLegs> {
  const fields = job ?? (await read(id));
  const next = nextStage(fields);
  if (next === undefined) return presentLegs(id, fields);
  const { after, blocks, inputs, to, line, waits } = next;
  const queue = await legs.ready(to);
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
  // Somebody else was faster, and may even be further.
  if (turn === 0) return presentLegs(id, await read(id));
  const begun = { ...fields, stage: String(after + 1), blocks: String(blocks), turn: String(turn) };
  return { ...presentLegs(id, begun), queued: true };
}

/** A job that has ended, or has just been written down by another process, has none. */
function presentLegs(id: string, fields: JobHash): PresentLegs {
  const { stages } = fields.head === undefined ? { stages: [] } : (JSON.parse(fields.head) as JobHead);
  return { legs: incompleteLegs(id, fields), stages, queued: false };
}
