import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createClient, type Client } from '@rondel/client';
import { freePort } from '@rondel/local';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, openChromium } from '../support/chromium.js';
import { haveRealData, realData } from '../support/real-data.js';
import { rondel, startRondel } from '../support/rondel-command.js';
import { eventually, startStack, type Stack } from '../support/stack.js';

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

describe.runIf(chromium !== undefined)('the dashboard in a browser', () => {
  let stack: Stack;
  let api: ChildProcess;
  let client: Client;
  let scan: Scan;
  let browser: Browser;
  let page: Page;
  const foreign: string[] = [];
  const complaints: string[] = [];

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
    browser = await openChromium(chromium ?? '');
    page = await browser.newPage({ viewport: { width: 1280, height: 900 }, acceptDownloads: true });
    page.setDefaultTimeout(30_000);
    page.on('request', (request) => {
      if (!request.url().startsWith(url) && !request.url().startsWith('blob:')) foreign.push(request.url());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) complaints.push(message.text());
    });
    await page.goto(url);
  });
  afterAll(async () => {
    await browser.close();
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
      expect.stringMatching(/^parameter\.pre.*completed/),
      expect.stringMatching(/^parameter\.reco.*completed/),
    ]);
    expect(await page.getByRole('treeitem').allTextContents()).toContain(`centerOfRotation = ${scan.center}.0`);
  });

  it('draws the plane that is looked at and fetches no other', async () => {
    const [, slices, height, width] = scan.shape;
    const middle = Math.floor(slices / 2);
    const canvas = page.getByRole('img', { name: `Slice ${middle}, frame 0` });
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
    await page.getByRole('img', { name: `Slice ${middle - 1}, frame 0` }).waitFor();
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
    expect(nifti.subarray(352).equals(npy.subarray(128))).toBe(true);

    const png = await download(page, 'PNG');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([width, height]);
  });

  it('says that the API is away, and goes on when it is back', async () => {
    await page.getByRole('link', { name: 'Jobs', exact: true }).click();
    const rows = page.getByRole('table', { name: 'Jobs' }).locator('tbody tr');
    await expect.poll(() => rows.count(), soon).toBe(1);
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

  it('lists workers and pools', async () => {
    await page.getByRole('link', { name: 'Workers' }).click();
    const worker = page.getByRole('table', { name: 'Workers' }).locator('tbody tr');
    await expect.poll(() => worker.first().textContent(), soon).toMatch(/^running.*default.*wasm/);
    expect(await page.getByRole('table', { name: 'Pools' }).textContent()).toContain('default');
  });

  it('asked nobody else for anything, and its policy was not violated', () => {
    expect({ foreign, complaints }).toEqual({ foreign: [], complaints: [] });
  });
});

function toothScan(): Scan {
  return { file: realData.tooth, center: '296', shape: [1, 2, 640, 640] };
}

async function phantomScan({ directory, environment }: Stack): Promise<Scan> {
  const file = join(directory, 'head.npy');
  const angles = 60;
  await rondel(
    ['data', 'phantom', '-o', file, '--size', '64', '--frames', '2', '--angles', String(angles)],
    environment,
  );
  const values = Array.from({ length: angles }, (_, index) => (index * Math.PI) / angles);
  return { file, center: '32', angles: JSON.stringify(values), shape: [2, 64, 64, 64] };
}

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
