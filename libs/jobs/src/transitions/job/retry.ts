import { RondelError } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import { guarded } from '../../redis/connection.js';
import type { JobHead } from '../../record/job-parts.js';
import { keys } from '../../redis/keys.js';
import { jobLine } from '../../line/line.js';
import { countedConstants } from '../transition-constants.js';
import { luaScript } from '../../lua/lua-script.js';

export const retryScript = luaScript('transitions/job/retry.lua', {
  keys: ['job', 'events', 'live', 'unrecorded'],
  args: ['id', 'channel', 'created', 'line', 'head', 'warrant'],
  constants: countedConstants,
  read: (answer) => answer as number | string,
});

/**
 * Queues a failed or cancelled job again. Returns its new generation. Throws `CONFLICT`: what has completed stays as it is.
 *
 * @param warrant What was signed of the run that begins, with the stages that `head` has. Absent: the job keeps both as they are.
 */
export async function retryJob(redis: Redis, head: JobHead, warrant = ''): Promise<number> {
  const { id, createdAt } = head;
  const answer = await guarded(
    retryScript.run(redis, {
      keys: {
        job: keys.job(id),
        events: keys.events(id),
        live: keys.live,
        unrecorded: keys.unrecorded,
      },
      args: {
        id,
        channel: keys.news,
        created: Date.parse(createdAt),
        line: JSON.stringify(jobLine(head, 0)),
        head: JSON.stringify(head),
        warrant,
      },
    }),
  );
  if (typeof answer === 'number') return answer;
  throw notAgain(id, answer);
}

function notAgain(id: string, state: string): RondelError {
  const reason =
    state === 'completed'
      ? 'its result stays as it is. Submit it as a new job'
      : 'only one that has failed or was cancelled can run again';
  return new RondelError('CONFLICT', `Job ${id} is ${state}: ${reason}.`);
}
