import { failure, joinWarnings, maxWarnings, type JobEvent, type Warning } from '@rondel/contracts';
import { archiveFromJson, openJobs, type JobHead, type Jobs } from '@rondel/jobs';
import type { JsonValue } from '@rondel/contracts';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { begunAttempt, imageResult, queuedHead, queuedWork as work, submitSweep } from '../support/queued-jobs.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

let redis: TestRedis;
let jobs: Jobs;

beforeAll(async () => {
  redis = await startTestRedis();
  jobs = await openJobs({ redisUrl: redis.url, onError: (error) => expect.unreachable(error.message) });
});

afterAll(async () => {
  await jobs.close();
  await redis.stop();
});

const head = (overrides: Partial<JobHead> = {}) => queuedHead(`pool${ulid().toLowerCase()}`, overrides);
const result = imageResult();

const axis: Warning = { code: 'AXIS_UNCERTAIN', message: 'The axis lies at 131 ± 4.', step: 'parameter.pre' };
const units: Warning = {
  code: 'UNITS_ASSUMED',
  message: 'scan.h5 names no unit "°": degrees.',
  path: 'parameter.pre.angles',
};

async function warningEvents(id: string): Promise<Warning[]> {
  const events = (await jobs.ledger.events(id, '0-0')).map(({ event }) => event);
  return events
    .filter((event): event is Extract<JobEvent, { type: 'warning' }> => event.type === 'warning')
    .map(({ data }) => data);
}

describe('the warnings of a job', () => {
  it('are in its record as they come, each told once', async () => {
    const { id } = (await jobs.submit(head(), work)).job;
    expect(await jobs.ledger.get(id)).not.toHaveProperty('warnings');
    const attempt = await begunAttempt(jobs, id);
    await jobs.ledger.report(attempt, { warnings: [units] });
    expect(await jobs.ledger.get(id)).toMatchObject({ state: 'active', warnings: [units] });
    await jobs.ledger.report(attempt, { warnings: [units, axis] });
    await jobs.ledger.finish(id, { state: 'completed', result, warnings: [units, axis] }, attempt);
    expect((await jobs.ledger.get(id))?.warnings).toEqual([units, axis]);
    expect(await warningEvents(id)).toEqual([units, axis]);
  });

  it('are those of its image once it has completed, whatever a lost attempt was warned of', async () => {
    const { id } = (await jobs.submit(head(), work)).job;
    const lost = await begunAttempt(jobs, id);
    await jobs.ledger.report(lost, { warnings: [axis] });
    await jobs.ledger.giveBack(lost, 'lost');
    expect((await jobs.ledger.get(id))?.warnings).toEqual([axis]);
    const { archive } = await jobs.ledger.end(id, { state: 'completed', result }, await begunAttempt(jobs, id));
    expect(archive?.job).not.toHaveProperty('warnings');
  });

  it('stay with one that failed or was cancelled, and in what is kept for ever', async () => {
    const failed = (await jobs.submit(head(), work)).job.id;
    const attempt = await begunAttempt(jobs, failed);
    await jobs.ledger.report(attempt, { warnings: [units] });
    const error = failure('STEP_FAILED', 'no');
    const { archive } = await jobs.ledger.end(failed, { state: 'failed', error, warnings: [axis] }, attempt);
    const kept = JSON.parse(JSON.stringify(archive)) as JsonValue;
    expect(archiveFromJson(failed, kept).job.warnings).toEqual([units, axis]);

    const cancelled = (await jobs.submit(head(), work)).job.id;
    await jobs.ledger.report(await begunAttempt(jobs, cancelled), { warnings: [units] });
    expect((await jobs.cancel(cancelled)).warnings).toEqual([units]);
  });

  it('that the plan has come before any other, and come back when it runs again; so does being strict', async () => {
    const own = head({ warnings: [units], strict: true });
    expect((await jobs.submit(own, work)).job).toMatchObject({ warnings: [units], strict: true });
    const error = failure('STRICT_WARNING', 'no');
    await jobs.ledger.finish(own.id, { state: 'failed', error, warnings: [axis] }, await begunAttempt(jobs, own.id));
    expect((await jobs.ledger.get(own.id))?.warnings).toEqual([units, axis]);
    expect(await jobs.retry(own.id)).toMatchObject({ state: 'queued', warnings: [units], strict: true });
    expect(await warningEvents(own.id)).toEqual([units, axis]);
  });

  it('are bounded in number and length however many come', async () => {
    const { id } = (await jobs.submit(head(), work)).job;
    const attempt = await begunAttempt(jobs, id);
    const many = Array.from({ length: 40 }, (_, index) => ({ ...axis, message: `${index} ${'x'.repeat(2000)}` }));
    for (const each of many) await jobs.ledger.report(attempt, { warnings: joinWarnings([each]) });
    const { warnings = [] } = (await jobs.ledger.get(id)) ?? {};
    expect(warnings).toHaveLength(maxWarnings);
    expect(warnings[31]?.message).toMatch(/^31 x{996}…$/);
  });

  it('survive a text that was cut within a character', () => {
    const [cut] = joinWarnings([{ ...axis, message: `${'x'.repeat(998)}😀😀` }]);
    expect(cut?.message).not.toMatch(/\p{Surrogate}/u);
    expect(cut?.message).toHaveLength(1000);
  });

  it('are told of each job of a sweep', async () => {
    const [warned, quiet] = [head(), head()];
    const ids = await submitSweep(jobs, [
      { head: warned, work },
      { head: quiet, work },
    ]);
    await jobs.ledger.finish(
      warned.id,
      { state: 'completed', result, warnings: [axis] },
      await begunAttempt(jobs, warned.id),
    );
    const [first, second] = await jobs.sweeps.standings(ids);
    expect(first).toMatchObject({ state: 'completed', warnings: [axis] });
    expect(second).not.toHaveProperty('warnings');
  });
});
