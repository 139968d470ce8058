import { openJobs, type BegunAttempt, type Jobs, type Subjob } from '@rondel/jobs';
import { failure } from '@rondel/contracts';
import { ulid } from 'ulid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { begunAttempt, queuedHead, queuedWork as work } from '../support/api/queued-jobs.js';
import { startTestRedis, type TestRedis } from '../support/machine/redis.js';

let redis: TestRedis;
let jobs: Jobs;
const errors: Error[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
  jobs = await openJobs({ redisUrl: redis.url, onError: (error) => void errors.push(error) });
});
afterAll(async () => {
  await jobs.close();
  await redis.stop();
  expect(errors).toEqual([]);
});

const pre = { path: 'parameter.pre', type: 'Pre' };
const reco = { path: 'parameter.reco', type: 'Reco' };
const output = { parts: ['a', 'b'], history: { data: [], legs: [], timings: {} } };

async function begunJob(): Promise<BegunAttempt> {
  const pool = `pool${ulid().toLowerCase()}`;
  const head = queuedHead(pool, { stages: [{ steps: [pre, reco], queue: pool }] });
  await jobs.submit(head, work);
  return begin({ job: head.id, generation: 0, stage: 0, block: 0 });
}

const begin = (subjob: Subjob) => begunAttempt(jobs, subjob);

function divided({ head }: BegunAttempt) {
  const queue = head.pool;
  const stages = [
    { steps: [pre], queue },
    { steps: [reco], queue, axis: 'slice' },
    { steps: [], queue },
  ];
  return { stages, blockSize: 3 };
}

it('goes on as the first of the stages that its stage has become, and its blocks run after it', async () => {
  const attempt = await begunJob();
  const { job } = attempt.subjob;
  expect(await jobs.ledger.divide(attempt, divided(attempt))).toBe(true);
  expect(await jobs.ledger.completeSubjob(attempt, output, [{ ...pre, state: 'completed' }])).toMatchObject({
    answer: 'stage-complete',
  });
  expect((await jobs.ledger.advance(job)).subjobs).toMatchObject([
    { job, generation: 0, stage: 1, block: 0 },
    { job, generation: 0, stage: 1, block: 1 },
  ]);
  const block = await begin({ job, generation: 0, stage: 1, block: 1 });
  expect(block.inputs.parts).toEqual(['b']);
  expect(block.work).toEqual({ ...work, blockSize: 3, halvings: 0 });
  expect((await jobs.ledger.get(job))?.steps.map(({ subjobs }) => subjobs?.length)).toEqual([1, 2]);
});

it('is not divided by an attempt that does not count any more, and not in two ways', async () => {
  const attempt = await begunJob();
  expect(await jobs.ledger.divide({ ...attempt, attempt: attempt.attempt + 1 }, divided(attempt))).toBe(false);
  expect(await jobs.ledger.divide(attempt, divided(attempt))).toBe(true);
  // By a caller that did not hear the answer.
  expect(await jobs.ledger.divide(attempt, divided(attempt))).toBe(true);
  const { stages, blockSize } = divided(attempt);
  expect(await jobs.ledger.divide(attempt, { stages: stages.slice(1), blockSize })).toBe(false);
});

it('begins again in smaller blocks, and whatever still runs of it has no effect', async () => {
  const attempt = await begunJob();
  const { job } = attempt.subjob;
  await jobs.ledger.divide(attempt, divided(attempt));
  await jobs.ledger.completeSubjob(attempt, output, []);
  await jobs.advance(job);
  const first = await begin({ job, generation: 0, stage: 1, block: 0 });
  const second = await begin({ job, generation: 0, stage: 1, block: 1 });
  const error = failure('OUT_OF_MEMORY', 'no memory', { retryable: true });
  expect(await jobs.ledger.restart(second, { stage: 0, halvings: 1, counts: true, error })).toBe(true);
  expect(await jobs.ledger.restart(first, { stage: 0, halvings: 1, counts: true, error })).toBe(false);
  expect(await jobs.ledger.report(first, {})).toBe(false);
  expect(await jobs.ledger.completeSubjob(first, output, [])).toEqual({ answer: 'stale' });
  expect((await jobs.ledger.begin({ ...first.subjob }, 'w2')).answer).toBe('ended');

  expect(await jobs.ledger.openSubjobs(job)).toMatchObject([{ job, generation: 1, stage: 0, block: 0 }]);
  const again = await begin({ job, generation: 1, stage: 0, block: 0 });
  expect(again.inputs).toEqual({});
  expect(again.work.halvings).toBe(1);
  // A token that no attempt before had, and the last that the job may make.
  expect([again.attempt, again.allowed]).toEqual([2, 2]);
});

it('does not count what was refused before it ran, and keeps the input of a later stage', async () => {
  const attempt = await begunJob();
  const { job } = attempt.subjob;
  await jobs.ledger.divide(attempt, {
    ...divided(attempt),
    stages: [
      { steps: [pre], queue: attempt.head.pool },
      { steps: [reco], queue: attempt.head.pool },
    ],
  });
  await jobs.ledger.completeSubjob(attempt, { ...output, parts: ['a'] }, []);
  await jobs.advance(job);
  const reconstruction = await begin({ job, generation: 0, stage: 1, block: 0 });
  expect(await jobs.ledger.restart(reconstruction, { stage: 1, counts: false })).toBe(true);
  const again = await begin({ job, generation: 1, stage: 1, block: 0 });
  expect(again.inputs.parts).toEqual(['a']);
  expect([again.attempt, again.allowed]).toEqual([2, 3]);
});
