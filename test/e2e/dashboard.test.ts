import type { ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createClient, type Client } from '@rondel/client';
import { freePort } from '@rondel/local';
import { Redis } from 'ioredis';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../support/browser/chromium.js';
import { openDashboard, type DashboardBrowser } from '../support/browser/dashboard-browser.js';
import { haveRealData, realData } from '../support/machine/real-data.js';
import { startRondel } from '../support/machine/rondel-command.js';
import { eventually, startStack, type Stack } from '../support/machine/stack.js';
import { phantomFile } from '../support/api/stored-phantom.js';

const chromium = await findChromium();

/** The page asks every two seconds; the rest is for a busy machine. */
const soon = { timeout: 15_000 };

/** Raw data with what has to be set for it, and what comes out. */
interface Scan {
  readonly file: string;
  readonly center: string;
  readonly angles?: string;
  /** [frame, slice, y, x] */
  readonly shape: readonly [number, number, number, number];
}

/** A file that a page sends. */
interface RunningUpload {
  readonly submitPage: Page;
  readonly scan: Buffer;
  /** Methods of the requests of the upload. */
  readonly requests: readonly string[];
  readonly speedUp: () => Promise<unknown>;
}

describe.runIf(chromium !== undefined)('the dashboard in a browser', () => {
  let stack: Stack;
  let api: ChildProcess;
  let client: Client;
  let scan: Scan;
  let dashboard: DashboardBrowser;
  let page: Page;
  let upload: RunningUpload;

  /** An API of its own beside that of the stack, so that it can be killed. */
  const startApi = async (url: string) => {
    api = startRondel(['api', '--port', new URL(url).port], stack.environment);
    api.stderr?.resume();
    api.stdout?.resume();
    await eventually(async () => (await createClient({ url }).health()).status === 'ready', stack.log);
  };

  beforeAll(async () => {
    stack = await startStack();
    const url = `http://127.0.0.1:${await freePort()}`;
    client = createClient({ url });
    await Promise.all([startApi(url), stack.startWorker()]);
    scan = haveRealData ? toothScan() : await phantomScan(stack);
    dashboard = await openDashboard(chromium, url);
    page = await dashboard.open('jobs', { acceptDownloads: true });
  });
  afterAll(async () => {
    await dashboard.close();
    api.kill('SIGKILL');
    await stack.stop();
  });

  it('shows a problem of the API at the field that it names', async () => {
    await page.getByRole('link', { name: 'Submit a job' }).click();
    await page.getByLabel('Choose a file').setInputFiles(scan.file);
    await page.getByText('uploaded').waitFor();
    await page.getByRole('radio', { name: /radon\/fbp/ }).check();
    if (scan.angles !== undefined) await page.getByRole('textbox', { name: 'angles' }).fill(scan.angles);
    const center = page.getByRole('textbox', { name: 'centerOfRotation' });
    await center.fill('-5');
    await page.getByRole('button', { name: 'Submit' }).click();
    const problem = page.locator('[id="problem-parameter.pre.centerOfRotation"]');
    await expect.poll(() => problem.textContent(), soon).toMatch(/-5/);
    expect(await center.getAttribute('aria-invalid')).toBe('true');
    expect((await client.jobs()).jobs).toEqual([]);
  });

  it('submits the file with the parameters that were changed and shows the job until it has finished', async () => {
    await page.getByRole('textbox', { name: 'centerOfRotation' }).fill(scan.center);
    await page.getByRole('button', { name: 'Submit' }).click();
    await page.getByRole('heading', { name: 'radon/fbp' }).waitFor();
    await page.locator('.page-head').getByText('completed').waitFor({ timeout: 60_000 });
    const id = (await client.jobs()).jobs[0]?.id ?? '';
    expect(page.url()).toContain(id);
    const { parameters } = await client.provenance(id);
    expect(parameters).toEqual({
      'parameter.pre.centerOfRotation': Number(scan.center),
      ...(scan.angles !== undefined && { 'parameter.reco.angles': JSON.parse(scan.angles) as number[] }),
    });
    const steps = page.getByRole('table', { name: 'Steps' }).getByRole('row');
    expect(await steps.allTextContents()).toEqual([
      expect.stringContaining('Step'),
      expect.stringMatching(/^Transmission Preprocessingparameter\.pre.*completed/),
      expect.stringMatching(/^Radon Filtered Backprojectionparameter\.reco.*completed/),
    ]);
    expect(await page.getByRole('treeitem').allTextContents()).toContain(`centerOfRotation = ${scan.center}.0`);
  });

  it('draws the plane that is looked at and fetches no other', async () => {
    const [, slices, height, width] = scan.shape;
    const middle = Math.floor(slices / 2);
    const canvas = page.getByRole('img', { name: `Slice ${middle + 1}, frame 1` });
    await canvas.waitFor();
    expect([await canvas.getAttribute('height'), await canvas.getAttribute('width')]).toEqual([
      `${height}`,
      `${width}`,
    ]);
    expect((await greysOf(page)).size).toBeGreaterThan(100);

    const request = page.waitForRequest(/result\?format=npy/);
    await page.getByRole('slider', { name: 'Slice' }).press('ArrowLeft');
    const plane = 4 * width * height;
    const first = 128 + (middle - 1) * plane;
    expect(await (await request).headerValue('range')).toBe(`bytes=${first}-${first + plane - 1}`);
    await page.getByRole('img', { name: `Slice ${middle}, frame 1` }).waitFor();
  });

  it('changes the window by dragging', async () => {
    const white = page.getByLabel('White at');
    const before = { white: Number(await white.inputValue()), picture: await page.locator('.viewport').screenshot() };
    const box = await page.locator('.viewport canvas').boundingBox();
    if (box === null) throw new Error('The canvas is not on the page.');
    await page.mouse.move(box.x + 100, box.y + 100);
    await page.mouse.down();
    await page.mouse.move(box.x + 250, box.y + 100, { steps: 5 });
    await page.mouse.up();
    expect(Number(await white.inputValue())).toBeGreaterThan(before.white);
    expect((await page.locator('.viewport').screenshot()).equals(before.picture)).toBe(false);
  });

  it('D7: zooms at the pointer, moves with Shift and a drag, and shows all again after a double click', async () => {
    const canvas = page.locator('.viewport canvas');
    const frame = await page.locator('.viewport').boundingBox();
    if (frame === null) throw new Error('The viewport is not on the page.');
    const [fitted, white] = [await canvas.boundingBox(), await page.getByLabel('White at').inputValue()];
    const pointer = { x: frame.x + 0.75 * frame.width, y: frame.y + 0.5 * frame.height };
    await page.mouse.move(pointer.x, pointer.y);
    const readout = page.locator('.readout');
    /** Column and row of the pixel under the pointer. */
    const under = (text: string | null) => (text?.match(/\d+/g) ?? []).slice(0, 2).map(Number);
    await readout.getByText('value').waitFor();
    const before = under(await readout.textContent());
    await page.keyboard.down('Control');
    for (let turn = 0; turn < 3; turn += 1) await page.mouse.wheel(0, -100);
    await page.keyboard.up('Control');
    await page.mouse.move(pointer.x + 0.1, pointer.y);
    const after = under(await readout.textContent());
    // The pointer may lie between two pixels.
    for (const axis of [0, 1]) expect(Math.abs((after[axis] ?? NaN) - (before[axis] ?? NaN))).toBeLessThanOrEqual(1);
    const zoomed = await canvas.boundingBox();
    expect(zoomed?.width).toBeGreaterThan(frame.height);

    await page.keyboard.down('Shift');
    await page.mouse.down();
    await page.mouse.move(pointer.x - 60, pointer.y, { steps: 3 });
    await page.mouse.up();
    await page.keyboard.up('Shift');
    expect(Math.round((zoomed?.x ?? NaN) - ((await canvas.boundingBox())?.x ?? NaN))).toBe(60);
    expect(await page.getByLabel('White at').inputValue()).toBe(white);

    await page.locator('.viewport').press('+');
    await page.mouse.dblclick(pointer.x, pointer.y);
    expect(await canvas.boundingBox()).toEqual(fitted);
  });

  it('hands out the image as NIfTI and the plane as PNG', async () => {
    const [frames, slices, height, width] = scan.shape;
    const nifti = gunzipSync(await download(page, 'NIfTI'));
    expect(Array.from({ length: 5 }, (_, index) => nifti.readInt16LE(40 + 2 * index))).toEqual([
      4,
      width,
      height,
      slices,
      frames,
    ]);
    const { jobs } = await client.jobs();
    const { body } = await client.result(jobs[0]?.id ?? '', { format: 'npy' });
    const npy = Buffer.from(await new Response(body).arrayBuffer());
    expect(nifti.subarray(nifti.readFloatLE(108)).equals(npy.subarray(128))).toBe(true);

    const png = await download(page, 'PNG');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([width, height]);
  });

  it('says that the API is away, and goes on when it is back', async () => {
    await page.getByRole('link', { name: 'Jobs', exact: true }).click();
    const rows = page.getByRole('table', { name: 'Jobs' }).locator('tbody tr');
    await expect.poll(() => rows.count(), soon).toBe(1);
    upload = await beginUpload();
    api.kill('SIGKILL');
    await once(api, 'exit');
    await page.getByText('The API does not answer').waitFor();
    expect(await rows.count()).toBe(1);
    await startApi(client.url);
    await page.getByText('The API does not answer').waitFor({ state: 'detached' });
    const [job] = (await client.jobs()).jobs;
    await client.submit({ plan: { name: 'radon/fbp' }, data: job?.data ?? '', pool: 'default' });
    await expect.poll(() => rows.count(), soon).toBe(2);
  });

  /** On another page, so slowly that it takes 12 s unless it is told to speed up. */
  async function beginUpload(): Promise<RunningUpload> {
    const submitPage = await dashboard.open('submit');
    const network = await submitPage.context().newCDPSession(submitPage);
    const allow = (uploadThroughput: number) =>
      network.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput,
      });
    const requests: string[] = [];
    submitPage.on('request', (request) => {
      if (request.url().includes('/v1/uploads')) requests.push(request.method());
    });
    const scan = randomBytes(12 * 2 ** 20);
    await allow(2 ** 20);
    const file = { name: 'scan.npy', mimeType: 'application/octet-stream', buffer: scan };
    await submitPage.getByLabel('Choose a file').setInputFiles(file);
    const bar = submitPage.getByRole('progressbar', { name: 'Upload of scan.npy' });
    await expect.poll(async () => Number(await bar.getAttribute('value')), soon).toBeGreaterThan(0);
    return { submitPage, scan, requests, speedUp: () => allow(-1) };
  }

  it('says of an image that was removed from the store that it was, and when', async () => {
    const [job] = (await client.jobs({ state: 'completed' })).jobs.slice(-1);
    const sha256 = job?.result?.artifact.replace('artifact:sha256-', '') ?? '';
    // As collection leaves it.
    const place = (area: string) => join(stack.directory, 'store', area, sha256.slice(0, 2), sha256.slice(2));
    await mkdir(dirname(place('removed')), { recursive: true });
    await writeFile(place('removed'), '');
    await rm(place('sha256'));
    const redis = new Redis(stack.redis.url);
    // Nobody looks for the removal of what is younger than a day.
    const twoDaysAgo = new Date(Date.now() - 2 * 24 * 3600 * 1000).toISOString();
    await redis.hset(`{rondel}:job:${job?.id ?? ''}`, 'finishedAt', twoDaysAgo);
    redis.disconnect();
    const jobPage = await dashboard.open(`jobs/${job?.id ?? ''}`);
    const image = jobPage.getByRole('region', { name: 'Image' });
    await image.getByText('This image was removed from the store on').waitFor();
    const { result } = await client.job(job?.id ?? '');
    expect(await image.locator('time').getAttribute('datetime')).toBe(result?.collectedAt);
    expect(await jobPage.getByRole('group', { name: 'Downloads' }).count()).toBe(0);
    await jobPage.getByRole('link', { name: 'JSON' }).waitFor();
    await jobPage.close();
  });

  it('lists workers and pools', async () => {
    await page.getByRole('link', { name: 'Workers' }).click();
    const worker = page.getByRole('table', { name: 'Workers' }).locator('tbody tr');
    await expect.poll(() => worker.first().textContent(), soon).toMatch(/^running.*default.*wasm/);
    expect(await page.getByRole('table', { name: 'Pools' }).textContent()).toContain('default');
    expect(page.url()).toContain('#/workers');
    await page.goto(`${client.url}/#/machines`);
    await page.getByText('There is no such page').waitFor();
    await page.locator('main').getByRole('link', { name: 'Algorithms' }).click();
    await page.getByText('No algorithm is kept warm').waitFor();
  });

  it('goes on with an upload that was under way when the API was killed', async () => {
    const { submitPage, scan, requests, speedUp } = upload;
    await speedUp();
    await submitPage.getByText('uploaded').waitFor();
    const sha256 = createHash('sha256').update(scan).digest('hex');
    expect(await submitPage.locator('#field-data').inputValue()).toBe(`artifact:sha256-${sha256}`);
    expect(await client.hasData(sha256)).toBe(scan.length);
    expect(requests.filter((method) => method === 'POST')).toHaveLength(1);
    expect(requests).toContain('HEAD');
  });

  it('D12, H14: fits 390 pixels on every page, whatever its address', async () => {
    const { id } = await client.submit({
      plan: { name: 'radon/fbp' },
      parameters: { angles: [0, 1] },
      data: (await client.jobs()).jobs[0]?.data ?? '',
    });
    await client.waitForJob(id);
    const narrow = await dashboard.open('jobs', { viewport: { width: 390, height: 844 } });
    const lists = ['jobs', 'workers', 'sweeps', 'plans', 'algorithms'];
    const addresses = [...lists, `jobs/${id}`, `submit?job=${id}`, 'jobs/%'];
    for (const address of addresses) {
      await narrow.goto(`${client.url}/#/${address}`);
      await narrow.locator('main h1, main .empty').first().waitFor();
      // Lists and pictures come a moment later.
      await narrow.waitForTimeout(300);
      expect([address, await narrow.evaluate<string[]>(overflowing)]).toEqual([address, []]);
    }
    await narrow.close();
  });

  it('D11: keeps a form that is half filled, and what a list is filtered by', async () => {
    const kept = await dashboard.open('submit');
    const center = kept.getByRole('textbox', { name: 'centerOfRotation' });
    await center.fill('31.25');
    await kept.getByRole('link', { name: 'Jobs', exact: true }).click();
    await kept.getByRole('button', { name: /^failed/ }).click();
    await expect.poll(() => kept.url(), soon).toContain('state=failed');
    await kept.getByRole('table', { name: 'Jobs' }).getByRole('link').first().click();
    await kept.getByRole('region', { name: 'Failure' }).waitFor();
    await kept.goBack();
    expect(kept.url()).toContain('state=failed');
    await kept.getByRole('button', { name: /^failed/, pressed: true }).waitFor();
    await kept.getByRole('link', { name: 'Submit', exact: true }).click();
    expect(await center.inputValue()).toBe('31.25');
    await kept.getByRole('button', { name: 'Start over' }).click();
    expect(await center.inputValue()).toBe('');
    await kept.close();
  });

  it('D2: brings a job with all that it had into the form, and shows what is changed', async () => {
    const [job] = (await client.jobs({ state: 'failed' })).jobs;
    const again = await dashboard.open(`jobs/${job?.id ?? ''}`);
    await again.getByRole('link', { name: 'Change and submit again' }).click();
    const angles = again.getByRole('textbox', { name: 'angles' });
    await angles.waitFor();
    expect([await angles.inputValue(), await again.locator('#field-data').inputValue()]).toEqual(['[0, 1]', job?.data]);
    const changes = again.getByRole('region', { name: 'Differences' });
    await changes.getByText('Nothing differs yet').waitFor();
    await again.locator('#field-labels').fill('sample=tooth');
    expect(await changes.textContent()).toMatch(/labelsnothing sample=tooth/);
    await again.close();
  });

  it('D8, D9: says at once and at its field what is wrong, and what a file is that is no data', async () => {
    const form = await dashboard.open('submit');
    const letter = { name: 'letter.txt', mimeType: 'text/plain', buffer: Buffer.from('Dear colleagues, ...') };
    await form.getByLabel('Choose a file').setInputFiles(letter);
    await form.getByText('uploaded').waitFor();
    await form.getByRole('alert').getByText('DATA_FORMAT').waitFor();
    await form.getByRole('textbox', { name: 'centerOfRotation' }).fill('-5');
    await form.locator('#field-priority').fill('soon');
    await form.getByRole('button', { name: 'Vary a property' }).click();
    await form.getByLabel('Property', { exact: true }).selectOption('parameter.reco.filter');
    await form.getByLabel('Values', { exact: true }).fill('ramp, rump');
    await form.getByRole('button', { name: 'Submit a sweep of 2 jobs' }).click();
    await form.locator('#problem-vary-0').getByText('rump').waitFor();
    const invalid = form.locator('[aria-invalid="true"]');
    expect(await invalid.evaluateAll(namesOf)).toEqual([
      'field-data',
      'field-parameter.pre.centerOfRotation',
      'Values',
      'field-priority',
    ]);
    expect(await form.evaluate<string>('document.activeElement.id')).toBe('field-data');
    await form.getByRole('button', { name: 'Start over' }).click();
    await form.getByLabel('Choose a file').setInputFiles(scan.file);
    const look = form.getByRole('region', { name: 'What the file holds' });
    await look.getByRole('img').waitFor();
    expect(await look.textContent()).toMatch(/Values-?[\d.e-]+ to [\d.e-]+/);
    await form.close();
  });

  it('leads to the help, which finds what people search and fits 390 pixels', async () => {
    const help = await dashboard.open('jobs', { viewport: { width: 390, height: 844 } });
    await help.getByRole('link', { name: 'Help', exact: true }).click();
    await help.waitForURL('**/help/');
    await help.getByRole('searchbox').fill('warm algorithms');
    await help.locator('#found a').first().click();
    await help.waitForURL('**/help/how-to/warm-algorithms');
    await help.getByRole('heading', { level: 1, name: 'Warm algorithms' }).waitFor();
    expect(await help.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await help.close();
  });

  it('asked nobody else for anything, and its policy was not violated', () => {
    expect(dashboard.complaints).toEqual([]);
  });
});

function toothScan(): Scan {
  return { file: realData.tooth, center: '296', shape: [1, 2, 640, 640] };
}

async function phantomScan(stack: Stack): Promise<Scan> {
  const angles = 60;
  const file = await phantomFile(stack, { size: 64, frames: 2, angles });
  const values = Array.from({ length: angles }, (_, index) => (index * Math.PI) / angles);
  return { file, center: '32', angles: JSON.stringify(values), shape: [2, 64, 64, 64] };
}

/** Expressions that the page evaluates: what is wider than the page, unless it scrolls in a frame of its own. */
const overflowing = `[...document.querySelectorAll('body *')]
  .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
  .filter((element) => !element.closest('.table-frame, .bar nav, pre, .hidden, .viewport'))
  .map((element) => element.tagName + '.' + element.className)`;
const namesOf = (elements: unknown[]) =>
  elements.map((element) => {
    const { id, ariaLabel } = element as { id: string; ariaLabel: string | null };
    return id === '' ? (ariaLabel ?? '') : id;
  });

/** An expression that the page evaluates: this project has no types for what it touches. */
const readGreys = `(() => {
  const canvas = document.querySelector('.viewport canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return [...new Set(data.filter((_, index) => index % 4 === 0))];
})()`;

/** The grey values that the canvas shows. */
async function greysOf(page: Page): Promise<Set<number>> {
  return new Set(await page.evaluate<number[]>(readGreys));
}

async function download(page: Page, name: string): Promise<Buffer> {
  const coming = page.waitForEvent('download');
  await page.getByRole('group', { name: 'Downloads' }).getByRole('link', { name }).click();
  return readFile(await (await coming).path());
}
