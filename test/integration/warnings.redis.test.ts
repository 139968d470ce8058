import {
  failure,
  joinWarnings,
  maxWarnings,
  type AcceptedSweep,
  type Job,
  type JobEvent,
  type JobPage,
  type JsonValue,
  type Sweep,
  type Warning,
} from '@rondel/contracts';
import { archiveFromJson, type JobHead, type Jobs } from '@rondel/jobs';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { begunAttempt, imageResult, queuedHead, queuedWork as work, submitSweep } from '../support/api/queued-jobs.js';
import { startTestRedis, type TestRedis } from '../support/machine/redis.js';
import { openTestApi, type TestApi } from '../support/api/test-api.js';

let redis: TestRedis;
let api: TestApi;
let jobs: Jobs;

beforeAll(async () => {
  redis = await startTestRedis();
  api = await openTestApi(redis.url);
  ({ jobs } = api);
});

afterAll(async () => {
  await api.close();
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

describe('a plan with a property that nothing knows', () => {
  const plan = `_module = "RondelRadon"
_type = "RecoPlan{DirectRadonAlgorithm}"
[parameter]
_type = "RecoPlan{DirectRadonParameters}"
  [parameter.pre]
  _type = "RecoPlan{RadonPreprocessingParameters}"
  [parameter.reco]
  _type = "RecoPlan{RadonFilteredBackprojectionParameters}"
  angles = [0.0, 0.5, 1.0]
  smoothnessOfNothing = 3
`;
  const ignored = {
    code: 'PROPERTY_IGNORED',
    message: expect.stringMatching(/smoothnessOfNothing.*Take it out/) as unknown,
    path: 'parameter.reco.smoothnessOfNothing',
  };
  const post = async (url: string, body: object) =>
    api.app.inject({ method: 'POST', url, payload: { data: await api.storeBytes('raw data'), ...body } });

  it('is run, and the job, the list and what the job leaves say so', async () => {
    const accepted = (await post('/v1/jobs', { plan })).json<Job>();
    expect(accepted).toMatchObject({ state: 'queued', warnings: [ignored] });
    expect((await api.app.inject(`/v1/jobs/${accepted.id}`)).json<Job>().warnings).toEqual(accepted.warnings);
    const { jobs: listed } = (await api.app.inject('/v1/jobs?limit=1')).json<JobPage>();
    expect(listed).toMatchObject([{ id: accepted.id, warnings: [ignored] }]);
    const known = (await post('/v1/jobs', { plan: plan.replace(/.*Nothing.*\n/, '') })).json<Job>();
    expect(known).not.toHaveProperty('warnings');
  });

  it('may be run again as strict as it was', async () => {
    const known = { plan: plan.replace(/.*Nothing.*\n/, ''), strict: true };
    const { id } = (await post('/v1/jobs', known)).json<Job>();
    await jobs.ledger.finish(id, { state: 'completed', result, warnings: [axis] }, await begunAttempt(jobs, id));
    const again = await api.app.inject({ method: 'POST', url: `/v1/jobs/${id}/retry` });
    expect([again.statusCode, again.json<Job>()]).toMatchObject([202, { rerunOf: id, strict: true }]);
    expect(again.json<Job>()).not.toHaveProperty('warnings');
  });

  it('is refused in a strict submission, at once', async () => {
    const algorithm = await api.app.inject({ method: 'POST', url: '/v1/algorithms', payload: { plan, strict: true } });
    expect(algorithm.json()).toMatchObject({ code: 'STRICT_WARNING' });
    for (const [url, more] of [
      ['/v1/jobs', {}],
      ['/v1/sweeps', { vary: [{ path: 'filter', values: ['ramp', 'hann'] }] }],
    ] as const) {
      const answer = await post(url, { plan, strict: true, ...more });
      expect([answer.statusCode, answer.json()]).toMatchObject([
        422,
        { code: 'STRICT_WARNING', path: 'parameter.reco.smoothnessOfNothing' },
      ]);
    }
  });

  it('is told of every job of a sweep, and marked in its sheet', async () => {
    const vary = [{ path: 'filter', values: ['ramp', 'hann'] }];
    const { id, jobs: made } = (await post('/v1/sweeps', { plan, vary })).json<AcceptedSweep>();
    const view = async () => (await api.app.inject(`/v1/sweeps/${id}`)).json<Sweep>();
    expect(await view()).toMatchObject({ warned: 2, items: [{ warnings: [ignored] }, { warnings: [ignored] }] });
    const marked = (await api.app.inject(`/v1/sweeps/${id}/sheet.png`)).rawPayload;
    for (const job of made) {
      await jobs.ledger.finish(
        job,
        { state: 'failed', error: failure('STEP_FAILED', 'no') },
        await begunAttempt(jobs, job),
      );
    }
    expect(await view()).toMatchObject({ warned: 2, states: { failed: 2 }, items: [{ warnings: [ignored] }, {}] });
    const clean = (await post('/v1/sweeps', { plan: plan.replace(/.*Nothing.*\n/, ''), vary })).json<AcceptedSweep>();
    expect((await api.app.inject(`/v1/sweeps/${clean.id}`)).json<Sweep>()).toMatchObject({ warned: 0 });
    const unmarked = (await api.app.inject(`/v1/sweeps/${clean.id}/sheet.png`)).rawPayload;
    // Both show two jobs that are queued.
    expect(marked.equals(unmarked)).toBe(false);
  });
});
