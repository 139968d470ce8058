import type { Redis } from 'ioredis';
import { guarded } from '../../redis/connection.js';
import { headFrom } from '../../record/job-fields.js';
import type { JobHash } from '../../record/job-parts.js';
import { keys } from '../../redis/keys.js';
import { jobLine } from '../../line/line.js';
import { lineConstants } from '../../line/line-constants.js';
import { asYesOrNo } from '../../lua/answers.js';
import { luaScript } from '../../lua/lua-script.js';

export const moveScript = luaScript('transitions/job/move.lua', {
  keys: ['job'],
  args: ['id', 'seen', 'head', 'line', 'channel'],
  constants: lineConstants,
  read: asYesOrNo,
});

/** Sends the job's `bound` stages to another queue. False when it has ended, or somebody else has just done so. */
export async function moveJob(redis: Redis, { head: seen, stage: present }: JobHash, queue: string): Promise<boolean> {
  if (seen === undefined) return false;
  const head = headFrom(seen);
  const stages = head.stages.map((stage) => (stage.bound === true ? { ...stage, queue } : stage));
  const moved = { ...head, stages };
  const stage = Number(present);
  const line = head.stages[stage]?.bound === true ? JSON.stringify(jobLine(moved, stage)) : '';
  return guarded(
    moveScript.run(redis, {
      keys: { job: keys.job(head.id) },
      args: { id: head.id, seen, head: JSON.stringify(moved), line, channel: keys.workerNews },
    }),
  );
}
