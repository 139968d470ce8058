import { readFile } from 'node:fs/promises';
import { failure } from '@rondel/contracts';
import { openJobs, type Attempt, type Jobs, type Subjob } from '@rondel/jobs';
import { Redis } from 'ioredis';
import { ulid } from 'ulid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { imageResult, queuedHead, queuedWork } from '../support/api/queued-jobs.js';
import { startTestRedis, type TestRedis } from '../support/machine/redis.js';

// Each script is tried in each state that a job can be in; what comes of it is compared with the page that people read.

let redis: TestRedis;
let jobs: Jobs;
let connection: Redis;

beforeAll(async () => {
  redis = await startTestRedis();
  jobs = await openJobs({ redisUrl: redis.url, onError: (error) => expect(error).toBeUndefined() });
  connection = new Redis(redis.url);
});

afterAll(async () => {
  connection.disconnect();
  await jobs.close();
  await redis.stop();
});

/** A job, and the attempt at its first sub-job that was begun last. */
interface Tried {
  readonly id: string;
  readonly subjob: Subjob;
  attempt: Attempt;
}

type Act = (tried: Tried) => Promise<unknown>;

const fault = failure('STEP_FAILED', 'It was to be.');
const history = { data: [], legs: [], timings: {} };

const acts: Readonly<Record<string, Act>> = {
  begin: async (tried) => {
    const answer = await jobs.ledger.begin(tried.subjob, 'w1');
    if (answer.answer === 'begun') tried.attempt = answer.attempt;
  },
  report: ({ attempt }) => jobs.ledger.report(attempt, { progress: { fraction: 0.5 } }),
  'give back lost': ({ attempt }) => jobs.ledger.giveBack(attempt, 'lost'),
  'give back drained': ({ attempt }) => jobs.ledger.giveBack(attempt, 'drained'),
  'take back': ({ subjob }) => jobs.ledger.takeBack(subjob),
  complete: ({ attempt }) => jobs.ledger.completeSubjob(attempt, { parts: [], history }, []),
  advance: ({ id }) => jobs.ledger.advance(id),
  'finish completed': ({ id, attempt }) =>
    jobs.ledger.finish(id, { state: 'completed', result: imageResult() }, attempt),
  'finish failed': ({ id, attempt }) => jobs.ledger.finish(id, { state: 'failed', error: fault }, attempt),
  'give up': ({ id }) => jobs.ledger.finish(id, { state: 'failed', error: fault }),
  cancel: ({ id }) => jobs.ledger.finish(id, { state: 'cancelled', error: fault }),
  retry: ({ id }) => jobs.ledger.retry(id).catch(() => undefined),
  restart: async ({ attempt }) =>
    'head' in attempt && jobs.ledger.restart(asBegun(attempt), { stage: 0, counts: false }),
  divide: async ({ attempt }) => {
    if (!('head' in attempt)) return;
    const begun = asBegun(attempt);
    await jobs.ledger.divide(begun, { stages: begun.head.stages.slice(0, 1), blockSize: 1 });
  },
  move: ({ id }) => jobs.ledger.move(id, 'elsewhere'),
  forget: ({ id }) => jobs.ledger.forget(id),
  release: ({ id }) => jobs.ledger.release(id),
};

function asBegun(attempt: Attempt) {
  return attempt as Parameters<Jobs['ledger']['divide']>[0];
}

/** How each state is reached from a new job; `none` is a sub-job that has not begun. */
const ways: Readonly<Record<string, readonly string[]>> = {
  queued: [],
  'queued again': ['begin', 'give back drained'],
  active: ['begin'],
  waiting: ['begin', 'give back lost'],
  completed: ['begin', 'finish completed'],
  failed: ['begin', 'finish failed'],
  cancelled: ['begin', 'cancel'],
  'cancelled early': ['cancel'],
  'given up': ['give up'],
};

/** The same of a job whose data is the image of another one, which has completed meanwhile. */
const waysOfOneThatWaits: Readonly<Record<string, readonly string[]>> = {
  waiting: [],
  cancelled: ['cancel'],
  failed: ['give up'],
};

async function newJobThatWaits(): Promise<Tried> {
  const { id } = await newJob();
  const head = queuedHead('pool', { attemptsPerRun: 5 });
  await jobs.ledger.create(head, { ...queuedWork, data: { data: `job:${id}` } });
  await jobs.ledger.finish(id, { state: 'completed', result: imageResult() });
  const subjob = { job: head.id, generation: 0, stage: 0, block: 0 };
  return { id: head.id, subjob, attempt: { subjob, attempt: 1, share: { start: 0, length: 1 } } };
}

async function newJob(): Promise<Tried> {
  const pool = `pool${ulid().toLowerCase()}`;
  const stage = { steps: [], queue: pool };
  const head = queuedHead(pool, { attemptsPerRun: 5, stages: [stage, stage] });
  await jobs.submit(head, queuedWork);
  const subjob = { job: head.id, generation: 0, stage: 0, block: 0 };
  return { id: head.id, subjob, attempt: { subjob, attempt: 1, share: { start: 0, length: 0.5 } } };
}

async function statesOf({ id }: Tried): Promise<{ job: string; subjob: string }> {
  const [job, subjob] = await connection.hmget(`{rondel}:job:${id}`, 'state', 'b:0.0:state');
  return { job: job ?? '[*]', subjob: subjob ?? '[*]' };
}

/** What all scripts do in all states, as lines of the diagrams. */
async function observed(): Promise<{ job: Set<string>; subjob: Set<string> }> {
  const seen = { job: new Set(['[*] --> queued: create', '[*] --> waiting: create']), subjob: new Set<string>() };
  const begun = [...Object.values(ways).map((way) => ({ way, make: newJob }))];
  for (const { way, make } of [
    ...begun,
    ...Object.values(waysOfOneThatWaits).map((way) => ({ way, make: newJobThatWaits })),
  ]) {
    for (const [name, act] of Object.entries(acts)) {
      const tried = await make();
      for (const step of way) await acts[step]?.(tried);
      const before = await statesOf(tried);
      await act(tried);
      const after = await statesOf(tried);
      for (const kind of ['job', 'subjob'] as const) {
        if (kind === 'subjob' && name === 'forget') continue;
        if (before[kind] !== after[kind]) seen[kind].add(`${before[kind]} --> ${after[kind]}: ${name}`);
      }
    }
  }
  return seen;
}

/** The lines of a diagram, one for each script. */
function drawn(diagram: string): Set<string> {
  const lines = [...diagram.matchAll(/^ +(\S+ --> \S+): (.+)$/gm)];
  return new Set(lines.flatMap(([, edge = '', names = '']) => names.split(', ').map((name) => `${edge}: ${name}`)));
}

it('draws each change of state that a script makes, and no other', async () => {
  const page = await readFile(new URL('../../libs/jobs/states.md', import.meta.url), 'utf8');
  const [, job = '', subjob = ''] = page.split('stateDiagram-v2');
  const seen = await observed();
  expect([...drawn(job)].sort()).toEqual([...seen.job].sort());
  expect([...drawn(subjob)].sort()).toEqual([...seen.subjob].sort());
});
