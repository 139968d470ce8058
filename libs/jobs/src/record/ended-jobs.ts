import type { Job, JobState } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import { keys } from '../redis/keys.js';
import { asYesOrNo } from '../lua/answers.js';
import { luaScript } from '../lua/lua-script.js';

/** Upper bounds in seconds of the classes that job times are counted in; a last class has no bound. */
export const jobSecondsBounds = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600] as const;

/** Jobs of one pool that have ended in one state, since Redis was new. */
export interface EndedJobs {
  readonly pool: string;
  readonly state: JobState;
  readonly count: number;
  /** Sum of the times from first start to end; jobs that never started count as 0. */
  readonly seconds: number;
  /** How many took no longer than each of `jobSecondsBounds`: every class holds those before it. */
  readonly within: readonly number[];
}

/** Completed jobs of a pool whose times are kept. */
const recentJobs = 50;

export const tickOffScript = luaScript('record/tick-off.lua', {
  keys: ['endedJobs', 'recent'],
  args: ['id', 'seconds', 'mostRecent'],
  rest: true,
  // Which workers change and must not read: a key that is declared has to be open for both.
  constants: { unrecorded: keys.unrecorded },
  read: asYesOrNo,
});

/** The job's record is in the store: it is no longer owed one, and counted as ended, once whoever does it twice. */
export async function tickOff(redis: Redis, id: string, job: Job | undefined): Promise<void> {
  await tickOffScript.run(redis, {
    keys: { endedJobs: keys.endedJobs, recent: keys.recentSeconds(job?.pool ?? '') },
    args: { id, seconds: recent(job), mostRecent: recentJobs },
    rest: job === undefined ? [] : increments(job),
  });
}

function recent(job: Job | undefined): number | '' {
  return job?.state === 'completed' && job.startedAt !== undefined ? secondsOf(job) : '';
}

export async function readMeanSeconds(redis: Redis, pool: string): Promise<number | undefined> {
  const times = await redis.lrange(keys.recentSeconds(pool), '0', '-1');
  if (times.length === 0) return undefined;
  return times.reduce((sum, time) => sum + Number(time), 0) / times.length;
}

function secondsOf({ startedAt, finishedAt }: Job): number {
  return startedAt === undefined || finishedAt === undefined
    ? 0
    : (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
}

function increments(job: Job): (string | number)[] {
  const { pool, state } = job;
  const seconds = secondsOf(job);
  const bound = jobSecondsBounds.findIndex((limit) => seconds <= limit);
  const group = `${pool} ${state}`;
  return [`${group} count`, 1, `${group} seconds`, seconds, `${group} ${bound < 0 ? 'beyond' : String(bound)}`, 1];
}

export async function readEndedJobs(redis: Redis): Promise<EndedJobs[]> {
  const fields = await redis.hgetall(keys.endedJobs);
  const groups = Object.keys(fields).filter((field) => field.endsWith(' count'));
  return groups.map((field) => {
    const [pool = '', state = ''] = field.split(' ');
    const value = (name: string) => Number(fields[`${pool} ${state} ${name}`] ?? 0);
    let below = 0;
    const within = jobSecondsBounds.map((_, index) => (below += value(String(index))));
    return { pool, state: state as JobState, count: value('count'), seconds: value('seconds'), within };
  });
}
