import { openAsBlob } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { simulateMpi } from '@rondel/mpi/phantom';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../support/browser/chromium.js';
import { openDashboard, type DashboardBrowser } from '../support/browser/dashboard-browser.js';
import { rondel } from '../support/machine/rondel-command.js';
import { startStack, type Stack } from '../support/machine/stack.js';
import { writeScan } from '../support/mpi/write-scan.js';
import { storedPhantom } from '../support/api/stored-phantom.js';

const chromium = await findChromium();

/** The pages ask every few seconds; the rest is for a busy machine. */
const soon = { timeout: 30_000 };
const size = 32;

describe.runIf(chromium !== undefined)('sweeps and live plans in the dashboard', { timeout: 180_000 }, () => {
  let stack: Stack;
  let data: string;
  let planFile: string;
  let dashboard: DashboardBrowser;
  let page: Page;

  beforeAll(async () => {
    stack = await startStack();
    await stack.startWorker('--threads', '1');
    data = await storedPhantom(stack, { size, angles: 40 });
    planFile = join(stack.directory, 'head.plan.toml');
    dashboard = await openDashboard(chromium, stack.client.url);
    page = await dashboard.open('submit');
  });
  afterAll(async () => {
    await dashboard.close();
    await stack.stop();
  });

  it('warn of fields that are kept and ignored', async () => {
    const text = await readFile(planFile, 'utf8');
    await writeFile(planFile, `${text.trimEnd()}\n    smoothnessOfNothing = 3\n`);
    await page.getByRole('radio', { name: /Your own plan/ }).check();
    await page.getByLabel('Choose a plan file').setInputFiles(planFile);
    await page.locator('#plan-check').getByText('the plan can run').waitFor();
    const warnings = page.getByRole('status', { name: 'Warnings' });
    expect(await warnings.textContent()).toMatch(/One field is kept and ignored.*smoothnessOfNothing/);
  });

  it('start a sweep from the form, which says what is wrong with it first', async () => {
    await page.locator('#field-data').fill(data);
    await page.getByRole('button', { name: 'Vary a property' }).press('Enter');
    const first = page.getByRole('group', { name: 'Varied property 1' });
    await first.getByLabel('Property').selectOption('parameter.reco.filter');
    await page.getByRole('button', { name: 'Submit the sweep' }).click();
    await first.getByText('Write values').waitFor();
    await first.getByLabel('Values').fill('ramp, hann');
    await page.getByRole('button', { name: 'Vary another' }).click();
    const second = page.getByRole('group', { name: 'Varied property 2' });
    await second.getByLabel('Property').selectOption('parameter.pre.centerOfRotation');
    await second.getByLabel('Values').fill('14:1:16');
    await page.getByRole('button', { name: 'Submit a sweep of 6 jobs' }).click();
    await page.getByRole('region', { name: 'Sweep' }).waitFor();
    const [sweep] = (await stack.client.sweeps()).sweeps;
    expect(page.url()).toContain(sweep?.id);
    expect(sweep).toMatchObject({ total: 6, combine: 'product' });
  });

  // Of the field that is ignored, and of axes that are not where the projections have theirs.
  const warned = /^[12] warnings?$/;

  it('show its images along the axes, and the contact sheet', async () => {
    await page.getByRole('region', { name: 'Sweep' }).getByText('6 completed').waitFor({ timeout: 90_000 });
    const table = page.getByRole('table', { name: 'Combinations' });
    expect(await table.getByRole('columnheader').allTextContents()).toEqual(['', 'filter = ramp', 'filter = hann']);
    expect(await table.getByRole('rowheader').allTextContents()).toEqual([
      'centerOfRotation = 14',
      'centerOfRotation = 15',
      'centerOfRotation = 16',
    ]);
    const cell = table.getByRole('link', { name: 'filter = hann, centerOfRotation = 15: completed' });
    await expect.poll(() => page.evaluate<number>(widthOf('.combination img')), soon).toBeGreaterThan(0);
    await cell.getByText(warned).waitFor();

    await page.getByRole('button', { name: 'Contact sheet' }).click();
    await page.getByRole('img', { name: 'Contact sheet of 6 images in one grey scale' }).waitFor();
    // Two columns of squares of 256.
    await expect.poll(() => page.evaluate<number>(widthOf('.sheet img')), soon).toBeGreaterThan(2 * 256);
    await page.getByRole('button', { name: 'Jobs', exact: true }).click();
    await cell.press('Enter');
    await page.getByRole('img', { name: `Slice ${size / 2 + 1}, frame 1` }).waitFor();
    const doubts = page.getByRole('region', { name: 'Warnings' });
    expect(await doubts.textContent()).toMatch(/The plan has a property that nothing knows.*smoothnessOfNothing/);
    await page
      .getByRole('region', { name: 'Facts' })
      .getByRole('link', { name: /^[0-9A-Z]{26}$/ })
      .click();
    await table.waitFor();
    await page.getByRole('link', { name: 'List the jobs' }).click();
    const listed = page.getByRole('table', { name: 'Jobs' }).locator('tbody tr');
    await expect.poll(() => listed.count(), soon).toBe(6);
    expect(await listed.getByText(warned).count()).toBe(6);
  });

  it('say once why several jobs failed', async () => {
    const vary = ['--vary', 'angles=[0.0, 1.0],[0.0]', '--vary', 'filter=ramp,hann', '--detach', '--json'];
    const { stdout } = await rondel(['sweep', planFile, join(stack.directory, 'head.npy'), ...vary], stack.environment);
    const { id } = JSON.parse(stdout) as { id: string };
    await stack.client.waitForSweep(id);
    await page.getByRole('link', { name: 'Sweeps' }).click();
    const row = page.getByRole('row').filter({ hasText: id });
    expect(await row.textContent()).toMatch(/angles \[0,1\], \[0\].*4 \/ 4.*4 failed/);
    await row.getByRole('link').click();
    const failures = page.getByRole('region', { name: 'Failures' });
    await failures.waitFor();
    expect(await failures.getByText('DATA_SHAPE_MISMATCH').count()).toBe(2);
    expect(await failures.getByRole('link').allTextContents()).toHaveLength(4);
  });

  it('cancel what has not ended, after asking', async () => {
    await stack.client.pausePool('default');
    const submission = { plan: { name: 'radon/fbp' }, data, vary: [{ path: 'filter', values: ['ramp', 'hann'] }] };
    const { id } = await stack.client.submitSweep(submission);
    await page.goto(`${stack.client.url}/#/sweeps/${id}`);
    const facts = page.getByRole('region', { name: 'Sweep' });
    await facts.getByText('2 queued').waitFor();
    await page.getByRole('button', { name: 'Cancel sweep' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Cancel the 2 jobs that have not ended?' });
    await dialog.waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await facts.getByText('2 cancelled').waitFor();
    await stack.client.resumePool('default');
  });

  it('make a plan live, and show to everybody what one of them sets', async () => {
    await page.getByRole('link', { name: 'Plans' }).click();
    await page.getByText('No plan is live.').waitFor();
    await page.getByLabel('Built-in plan').selectOption('radon/iterative');
    await page.getByRole('button', { name: 'Make it live' }).click();
    await page.getByText('version 0').waitFor();
    const other = await dashboard.open(page.url().split('#/')[1] ?? '');
    await other.getByText('version 0').waitFor();

    await page.getByRole('textbox', { name: 'iterations' }).fill('7');
    await page.getByRole('textbox', { name: 'iterations' }).press('Enter');
    await other.getByText('version 1').waitFor();
    await expect.poll(() => other.getByRole('textbox', { name: 'iterations' }).inputValue(), soon).toBe('7');
    await other.getByRole('treeitem').getByText('iterations = 7').waitFor();
    expect(await other.getByRole('region', { name: 'Changes' }).textContent()).toMatch(
      /1 parameter\.reco\.iterations 7/,
    );
    await other.close();
  });

  it('overwrite nothing that somebody else has set meanwhile', async () => {
    const id = sessionOf(page);
    const property = `${stack.client.url}/v1/plans/${id}/properties/parameter.reco.iterations`;
    const setByOther = (value: number) =>
      fetch(property, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ value }),
      });
    const field = page.getByRole('textbox', { name: 'iterations' });
    await field.fill('9');
    expect((await setByOther(8)).ok).toBe(true);
    await page.getByText('Somebody set it to 8 meanwhile.').waitFor();
    await page.getByRole('button', { name: 'Leave parameter.reco.iterations as it is' }).click();
    expect(await field.inputValue()).toBe('8');

    // Between the look and the click: only the server can know.
    await page.route('**/properties/**', async (route) => {
      await setByOther(10);
      await route.continue();
    });
    await field.fill('11');
    await page.getByRole('button', { name: 'Set parameter.reco.iterations' }).click();
    await page.getByText('Somebody changed the plan at the same moment').waitFor();
    await page.unroute('**/properties/**');
    await page.getByText('Somebody set it to 10 meanwhile.').waitFor();
    await page.getByRole('button', { name: 'Set parameter.reco.iterations' }).click();
    await page.getByRole('treeitem').getByText('iterations = 11').waitFor();
    const answer = (await (await fetch(property)).json()) as { value: unknown };
    expect(answer.value).toBe(11);
  });

  it('say what keeps a live plan from being built, and submit it when nothing does', async () => {
    const build = page.getByRole('region', { name: 'Can it be built?' });
    await build.getByText('the plan can run').waitFor();
    const lambda = page.getByRole('textbox', { name: 'lambda' });
    await lambda.fill('-1');
    await lambda.press('Enter');
    await page.locator('[id="problem-parameter.reco.reg[1].lambda"]').getByText('-1').waitFor();
    await lambda.fill('');
    await page.getByRole('button', { name: 'Set parameter.reco.reg[1].lambda' }).click();
    await build.getByText('one thing is missing or wrong').waitFor();
    await lambda.fill('0.01');
    await lambda.press('Enter');
    await build.getByText('the plan can run').waitFor();

    await page.getByRole('link', { name: 'Submit this plan' }).click();
    await page.getByRole('radio', { name: /Live plan/, checked: true }).waitFor();
    await page.locator('#field-data').fill(data);
    const angles = Array.from({ length: 40 }, (_, index) => (index * Math.PI) / 40);
    await page.getByRole('textbox', { name: 'angles' }).fill(JSON.stringify(angles));
    await page.getByRole('button', { name: 'Submit', exact: true }).click();
    await page.locator('.page-head').getByText('completed').waitFor({ timeout: 90_000 });
    const [job] = (await stack.client.jobs({ limit: 1 })).jobs;
    expect((await stack.client.jobPlan(job?.id ?? '')).plan).toMatch(/iterations = 11\n/);
  });

  it('take the file of a property of the plan, written or chosen, and show when the frames of its image were', async () => {
    const { measurement, calibrations } = simulateMpi({ size: 4, frames: 2 });
    const [scan, matrix] = ['scan.mdf', 'matrix.mdf'].map((name) => join(stack.directory, name)) as [string, string];
    await Promise.all([writeScan(scan, measurement), writeScan(matrix, calibrations[0] ?? measurement)]);
    const form = await dashboard.open('submit');
    await form.locator('#field-data').fill((await stack.client.putData(await openAsBlob(scan))).artifact);
    await form.getByRole('radio', { name: /^mpi\/single-patch(?!-)/ }).check();
    const sf = form.locator('[id="field-parameter.reco.sf"]');
    await sf.fill('matrix.mdf');
    await form.getByRole('button', { name: 'Submit' }).click();
    await form.locator('[id="problem-parameter.reco.sf"]').getByText('is not a data reference').waitFor();
    expect(await sf.getAttribute('aria-invalid')).toBe('true');
    await sf.fill('');
    await form.getByLabel('File for field-parameter.reco.sf').setInputFiles(matrix);
    await expect.poll(() => sf.inputValue(), soon).toMatch(/artifact:sha256-/);
    await form.getByRole('button', { name: 'Submit' }).click();
    await form.locator('.page-head').getByText('completed').waitFor(soon);
    // 1632 samples at 2.5 MHz.
    await form.getByText('frames every 6.528e-4 s').waitFor(soon);
    const job = await stack.client.job(form.url().split('/').at(-1) ?? '');
    expect((await stack.client.provenance(job.id)).data).toMatchObject([{}, { name: 'parameter.reco.sf[1]' }]);
    await form.close();
  });

  it('fold up many blocks', async () => {
    const submission = { plan: await readFile(planFile, 'utf8'), data, split: 'slice:1' };
    const { id } = await stack.client.submit(submission);
    await page.goto(`${stack.client.url}/#/jobs/${id}`);
    await page.locator('.page-head').getByText('completed').waitFor({ timeout: 90_000 });
    const blocks = page.getByRole('table', { name: 'Blocks of parameter.reco' }).getByRole('row');
    expect(await blocks.first().isVisible()).toBe(false);
    await page.getByText(`${size} blocks`).click();
    await blocks.first().waitFor();
    expect(await blocks.count()).toBe(size);
  });

  it('say it when a live plan is gone', async () => {
    const { sessions } = await stack.client.sessions();
    expect(sessions).toMatchObject([{ plan: { name: 'radon/iterative', type: 'IterativeRadonAlgorithm' } }]);
    await page.goto(`${stack.client.url}/#/plans/${sessions[0]?.id ?? ''}`);
    const other = await dashboard.open(`plans/${sessions[0]?.id ?? ''}`);
    await other.getByRole('button', { name: 'End' }).click();
    await other.getByRole('dialog').getByRole('button', { name: 'End it' }).click();
    await other.getByText('No plan is live.').waitFor();
    await page.getByRole('alert').getByText('There is no plan session').waitFor();
    expect(dashboard.complaints).toEqual([]);
  });
});

function sessionOf(page: Page): string {
  return page.url().split('/').at(-1) ?? '';
}

/** An expression that the page evaluates: 0 while the picture is not loaded. */
function widthOf(selector: string): string {
  return `document.querySelector('${selector}').naturalWidth`;
}
