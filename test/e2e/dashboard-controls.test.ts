import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openJobs } from '@rondel/jobs';
import { Redis } from 'ioredis';
import { findChromium } from '../support/browser/chromium.js';
import { openDashboard, type DashboardBrowser } from '../support/browser/dashboard-browser.js';
import { eventually, startStack, type Stack, type WorkerProcess } from '../support/machine/stack.js';
import { storedPhantom } from '../support/api/stored-phantom.js';
import { workerRecord } from '../support/api/worker-record.js';

const chromium = await findChromium();

/** The page asks every two seconds; the rest is for a busy machine. */
const soon = { timeout: 15_000 };
const size = 64;
const angles = Array.from({ length: 60 }, (_, index) => (index * Math.PI) / 60);

/** Two mistakes: a name that no node has, and a value out of range. */
const planFile = `_module = "RondelRadon"
_type = "RecoPlan{IterativeRadonAlgorithm}"

[parameter]
_type = "RecoPlan{IterativeRadonParameters}"

    [parameter.pre]
    _type = "RecoPlan{RadonPreprocessingParameters}"

    [parameter.reco]
    _type = "RecoPlan{IterativeRadonReconstructionParameters}"
    angles = ${JSON.stringify(angles)}
    iterations = -1
    relTol = 0.0
    circles = true
    reg = [{ _type = "L2Regularization", lambda = 0.01 }]
`;

describe.runIf(chromium !== undefined)('the controls of the dashboard', { timeout: 120_000 }, () => {
  let stack: Stack;
  let worker: WorkerProcess;
  let data: string;
  let dashboard: DashboardBrowser;
  let page: Page;

  beforeAll(async () => {
    stack = await startStack();
    worker = await stack.startWorker();
    data = await storedPhantom(stack, { size, angles: angles.length, noise: 0.05 });
    dashboard = await openDashboard(chromium, stack.client.url);
    page = await dashboard.open('fleet');
  });
  afterAll(async () => {
    await dashboard.close();
    await stack.stop();
  });

  const poolRow = () => page.getByRole('row', { name: /^default/ });

  it('pause a pool', async () => {
    await page.getByRole('button', { name: 'Pause pool default' }).press('Enter');
    await poolRow().getByText('paused').waitFor();
    expect((await stack.client.demand('default')).paused).toBe(true);
    await page.getByRole('button', { name: 'Resume pool default' }).waitFor();
  });

  it('O16: show which build each worker and API runs, and that they are not all the same', async () => {
    const api = page.getByRole('table', { name: 'APIs' }).locator('tbody tr');
    const [{ version = '', commit = '' } = {}] = (await stack.client.fleet()).workers;
    await expect.poll(() => api.textContent(), soon).toContain(`${version} ${commit}`);
    const notice = page.getByText('Not all run the same build');
    expect(await notice.count()).toBe(0);
    const jobs = await openJobs({ redisUrl: stack.redis.url, onError: () => undefined });
    await jobs.fleet.beat(workerRecord('old-1', { pools: ['gpu'], version: '0.0.9', commit: 'bbbbbbbbbbbb' }));
    const row = page.getByRole('row').filter({ hasText: 'old-1' });
    await expect.poll(() => row.textContent(), soon).toContain('0.0.9 bbbbbbbbbbbb');
    await notice.getByText('0.0.9 (bbbbbbbbbbbb) on 1 worker').waitFor();
    await jobs.fleet.leave('old-1');
    await notice.waitFor({ state: 'detached' });
    await jobs.close();
  });

  it('H5: show that all workers of a pool rest, and nothing of what a lost worker once ran', async () => {
    const jobs = await openJobs({ redisUrl: stack.redis.url, onError: () => undefined });
    const aside = { reason: 'The disk of the artifact store has 1 MiB left.', until: new Date().toISOString() };
    await jobs.fleet.beat(workerRecord('full-1', { pools: ['small'], aside }));
    const lost = '01JD0000000000000000000000';
    await jobs.fleet.beat(workerRecord('lost-1', { pools: ['small'], running: [lost] }));
    const redis = new Redis(stack.redis.url);
    await redis.zadd('{rondel}:workers', Date.now() - 60_000, 'lost-1');
    redis.disconnect();
    await page.getByText('Pool small begins no job now: its only worker rests. The disk of the').waitFor();
    const row = (id: string) => page.getByRole('table', { name: 'Workers' }).getByRole('row').filter({ hasText: id });
    await expect.poll(() => row('full-1').textContent(), soon).toMatch(/^restingtakes nothing until .*The disk/);
    await expect.poll(() => row('lost-1').textContent(), soon).toMatch(/^lost/);
    expect(await row('lost-1').getByRole('meter').or(row('lost-1').getByRole('link')).count()).toBe(0);
    await Promise.all([jobs.fleet.leave('full-1'), jobs.fleet.leave('lost-1')]);
    await row('full-1').waitFor({ state: 'detached' });
    await jobs.close();
  });

  it('check a plan file and build the form from it', async () => {
    const path = join(stack.directory, 'own.toml');
    await writeFile(path, planFile);
    page = await dashboard.open('submit');
    await page.locator('#field-data').fill(data);
    await page.getByRole('radio', { name: /Your own plan/ }).check();
    await page.getByLabel('Choose a plan file').setInputFiles(path);
    const check = page.locator('#plan-check');
    await check.getByText('2 problems').waitFor();
    expect(await check.textContent()).toMatch(/PLAN_INVALID_VALUE.*parameter\.reco\.iterations.*-1/);
    expect(await check.textContent()).toMatch(/PLAN_UNKNOWN_PROPERTY.*circles/);
    expect(await page.locator('legend').allTextContents()).toEqual(
      expect.arrayContaining([
        expect.stringContaining('parameter.reco '),
        expect.stringContaining('parameter.reco.reg[1] L2Regularization'),
      ]),
    );

    await page.getByRole('textbox', { name: 'iterations' }).fill('600');
    await check.getByText('one problem').waitFor();
    await page.getByRole('button', { name: 'Submit' }).click();
    await page.locator('.submit-bar').getByText('circles').waitFor();

    await page.locator('#field-plan').fill(planFile.replace('circles = true', ''));
    await check.getByText('the plan can run').waitFor();
    await page.getByRole('textbox', { name: 'lambda' }).fill('0.02');
    await page.getByRole('button', { name: 'Submit' }).click();
    await page.locator('.page-head').getByText('queued').waitFor();
    const [job] = (await stack.client.jobs()).jobs;
    const { plan, parameters } = await stack.client.jobPlan(job?.id ?? '');
    expect(parameters).toEqual({ 'parameter.reco.iterations': 600, 'parameter.reco.reg[1].lambda': 0.02 });
    expect(plan).toMatch(/lambda = 0\.02/);
  });

  it('show the image while it is iterated, and its viewer afterwards', async () => {
    const jobPage = page;
    page = await dashboard.open('fleet');
    await page.getByRole('button', { name: 'Resume pool default' }).click();
    await poolRow().getByText('paused').waitFor({ state: 'detached' });

    const panel = jobPage.getByRole('region', { name: /preview/i });
    const picture = panel.getByRole('img', { name: /^Slice 33, frame 1, after iteration \d+ of 600$/ });
    await picture.waitFor();
    const first = await picture.getAttribute('src');
    await expect.poll(() => jobPage.evaluate<number>(naturalWidth), soon).toBe(size);
    await expect.poll(() => picture.getAttribute('src'), soon).not.toBe(first);
    await panel.getByRole('img', { name: /^Relative residual from/ }).waitFor();
    expect(await panel.locator('figcaption').textContent()).toMatch(
      /iteration \d+ of 600 · relative residual [\d.e-]+/,
    );

    await jobPage.locator('.page-head').getByText('completed').waitFor({ timeout: 90_000 });
    await jobPage.getByRole('img', { name: 'Slice 33, frame 1', exact: true }).waitFor();
    await picture.waitFor();
    await panel.getByRole('img', { name: /^Relative residual from/ }).waitFor();
  });

  it('D1, D5: run a completed job again as a new one, each of which shows the other, and hide what they are called', async () => {
    const { id } = await stack.client.submit({
      plan: { name: 'radon/fbp' },
      parameters: { angles },
      data,
      title: 'Knee of Jane',
      labels: { patient: 'Doe', sweep: 'of Jane' },
      submitter: 'Dr.Doe',
    });
    await stack.client.waitForJob(id);
    const list = await dashboard.open('jobs');
    await list.getByRole('link', { name: 'Knee of Jane' }).click();
    await list.getByRole('button', { name: `Run again job ${id}` }).click();
    await list.getByText('Runs again', { exact: true }).waitFor();
    const again = /[0-9A-Z]{26}/.exec(list.url())?.[0] ?? '';
    expect(again).not.toBe(id);
    await list.getByRole('link', { name: id }).click();
    await list.getByRole('heading', { name: 'Knee of Jane' }).waitFor();
    await list.getByText('Run again as').waitFor();
    await list.getByRole('link', { name: again }).waitFor();

    expect(await list.content()).toMatch(/Knee of Jane.*patient=Doe/s);
    await list.getByRole('button', { name: 'Hide names' }).click();
    await list.getByRole('heading', { name: 'radon/fbp' }).waitFor();
    for (const address of [`jobs/${id}`, 'jobs']) {
      await list.goto(`${stack.client.url}/#/${address}`);
      await list.reload();
      await list.getByText('patient=•••').first().waitFor();
      await list.getByText('sweep=•••').first().waitFor();
      expect(await list.content()).not.toMatch(/Jane|Doe/);
    }
    await list.goto(`${stack.client.url}/#/jobs?label=patient%3DDoe`);
    const filter = list.getByRole('searchbox', { name: 'Label' });
    await expect.poll(() => filter.inputValue(), soon).toBe('patient=•••');
    await filter.focus();
    await expect.poll(() => filter.inputValue(), soon).toBe('patient=Doe');
    await stack.client.waitForJob(again);
    await list.close();
  });

  it('D2, H15: submit a job once more as a strict one, and erase it after saying what goes', async () => {
    const [first] = (await stack.client.jobs({ q: 'knee', limit: 1 })).jobs;
    const form = await dashboard.open(`submit?job=${first?.id ?? ''}`);
    await form.getByRole('checkbox', { name: 'strict' }).check();
    const changes = form.getByRole('region', { name: 'Differences' });
    await changes.getByText('strict').waitFor();
    await form.getByRole('button', { name: 'Submit' }).click();
    await form.getByRole('button', { name: /^Erase job/ }).waitFor();
    const id = /[0-9A-Z]{26}/.exec(form.url())?.[0] ?? '';
    expect(id).not.toBe(first?.id);
    expect(await stack.client.waitForJob(id)).toMatchObject({ strict: true });

    await form.getByRole('button', { name: `Erase job ${id}` }).click();
    const dialog = form.getByRole('dialog', { name: 'Erase Knee of Jane for good?' });
    // Other jobs have the upload, too, and the same image.
    const stays = dialog.getByText(/What stays: .*its uploaded file.*\(Job .* has read or made it, too\)/);
    await stays.waitFor();
    expect(await stays.textContent()).toMatch(
      /these go: [^.]*its record with plan, title, labels and provenance[^.]*\./,
    );
    expect(await stays.textContent()).not.toMatch(/these go: [^.]*uploaded file/);
    await dialog.getByRole('button', { name: 'Keep it' }).click();
    expect((await stack.client.job(id)).id).toBe(id);
    await form.getByRole('button', { name: `Erase job ${id}` }).click();
    await dialog.getByRole('button', { name: 'Erase the job' }).click();
    await expect
      .poll(() => form.getByRole('status', { name: 'Erased' }).textContent(), soon)
      .toContain(`${data} stays`);
    await expect(stack.client.job(id)).rejects.toThrow('was erased on');
    const controls = form.locator('main').getByRole('button').or(form.getByText('Knee of Jane'));
    expect(await controls.count()).toBe(0);
    await form.reload();
    await form.getByText('It was erased on').waitFor();
    expect(await controls.count()).toBe(0);
    await form.close();
  });

  it('drain a worker, by keyboard, not before the person has read what happens', async () => {
    const button = page.getByRole('button', { name: `Drain worker ${worker.record.id}` });
    const row = page.getByRole('row').filter({ has: button });
    await row.getByText('0 / 1').waitFor();
    await button.press('Enter');
    const dialog = page.getByRole('dialog', { name: `Drain worker ${worker.record.id}?` });
    expect(await dialog.textContent()).toMatch(/takes nothing more and ends.*one worker less/);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect((await stack.client.workers())[0]?.state).toBe('running');

    const gone = once(worker.child, 'exit');
    await button.press('Enter');
    await dialog.waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await gone;
    await eventually(async () => (await stack.client.workers()).length === 0, stack.log);
    await page.getByText('No worker runs').waitFor();
  });

  it('D3, D10: ask before they cancel, one job or all that a filter finds', async () => {
    const submission = { plan: { name: 'radon/fbp' }, data, labels: { batch: 'wrong' } };
    const { id } = await stack.client.submit(submission);
    for (let job = 0; job < 51; job += 1) await stack.client.submit(submission);
    const list = await dashboard.open('jobs?label=batch%3Dwrong');
    const rows = list.getByRole('table', { name: 'Jobs' }).locator('tbody tr');
    await expect.poll(() => rows.count(), soon).toBe(50);
    await list.getByRole('button', { name: 'Older' }).click();
    await expect.poll(() => rows.count(), soon).toBe(2);
    await list.getByRole('button', { name: `Cancel job ${id}` }).click();
    const dialog = list.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Keep running' }).click();
    expect((await stack.client.job(id)).state).not.toBe('cancelled');
    await list.getByRole('button', { name: `Cancel job ${id}` }).click();
    await dialog.getByRole('button', { name: 'Cancel the job' }).click();
    await expect.poll(async () => (await stack.client.job(id)).state, soon).toBe('cancelled');

    await list.getByRole('button', { name: 'Cancel 51' }).click();
    await dialog.getByRole('button', { name: 'Cancel them' }).click();
    await list.getByText('Done for 51').waitFor();
    await list.getByRole('button', { name: /^cancelled 52$/ }).click();
    await list.getByLabel(`Choose job ${id}`).waitFor({ state: 'detached' });
    await expect.poll(() => rows.count(), soon).toBe(50);
    await rows.first().getByRole('checkbox').check();
    await list.getByRole('button', { name: 'Retry 1' }).click();
    await dialog.getByRole('button', { name: 'Run them again' }).click();
    await list.getByText('Done for 1.').waitFor();
    await expect
      .poll(async () => (await stack.client.jobCounts({ label: 'batch=wrong' })).states.cancelled, soon)
      .toBe(51);
    await stack.client.cancelJobs({ filter: { label: 'batch=wrong' } });
    await list.close();
  });

  it('say why something was not done', async () => {
    worker = await stack.startWorker();
    const button = page.getByRole('button', { name: `Drain worker ${worker.record.id}` });
    await button.waitFor();
    await page.route('**/drain', (route) =>
      route.fulfill({
        status: 409,
        contentType: 'application/problem+json',
        body: JSON.stringify({ code: 'CONFLICT', title: 'Conflict', status: 409, detail: 'It has been silent.' }),
      }),
    );
    await button.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Drain' }).click();
    await page.getByRole('alert').getByText('It has been silent.').waitFor();
  });

  it('O18: say that Redis was emptied and what to do, until somebody has read it', async () => {
    const redis = new Redis(stack.redis.url);
    await redis.flushall();
    redis.disconnect();
    const notice = page.getByRole('alert').filter({ hasText: 'Redis lost all that it held' });
    await notice.getByText('must be submitted again').waitFor();
    await notice.getByRole('button', { name: 'I have read it' }).click();
    await page.reload();
    await page.getByText('live', { exact: true }).waitFor();
    expect(await notice.count()).toBe(0);
    expect(dashboard.complaints).toEqual([]);
  });
});

/** An expression that the page evaluates: 0 while the picture is not loaded. */
const naturalWidth = `document.querySelector('.preview img').naturalWidth`;
