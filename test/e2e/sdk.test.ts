import { execFile } from 'node:child_process';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createClient as generateClient } from '@hey-api/openapi-ts';
import { connect, decodeNpy, isConflictError, type LivePlan, type BuiltInPlans, type Rondel } from '@rondel/client';
import { isRondelError, type Job } from '@rondel/contracts';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attackFrom } from '../support/browser/attack-page.js';
import { bundleForBrowser } from '../support/browser/browser-bundle.js';
import { findChromium, openChromium } from '../support/browser/chromium.js';
import { rondel as command } from '../support/machine/rondel-command.js';
import { eventually, startStack, type Stack } from '../support/machine/stack.js';

const run = promisify(execFile);
const chromium = await findChromium();
const packages = fileURLToPath(new URL('../../node_modules', import.meta.url));
const guide = await readFile(new URL('../../apps/docs/guides/programs.md', import.meta.url), 'utf8');

const angles = Array.from({ length: 180 }, (_, index) => (index * Math.PI) / 180);

type IterativePlan = LivePlan<BuiltInPlans['radon/iterative']>;

describe('the SDK', { timeout: 180_000 }, () => {
  /** Serves a page of another origin. */
  const pages = createServer((_request, response) => response.setHeader('content-type', 'text/html').end('<p>Lab</p>'));
  let otherPage: string;
  let stack: Stack;
  let rondel: Rondel;
  let scan: string;

  beforeAll(async () => {
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
    otherPage = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
    stack = await startStack('--allow-origin', otherPage);
    rondel = connect({ url: stack.client.url });
    scan = join(stack.directory, 'head.npy');
    const phantom = ['data', 'phantom', '-o', scan, '--size', '24', '--frames', '2', '--angles', '180'];
    const [made] = await Promise.all([command(phantom, stack.environment), stack.startWorker('--threads', '1')]);
    expect(made.code, made.stderr).toBe(0);
  });
  afterAll(async () => {
    pages.close();
    await stack.stop();
  });

  it('runs the program of the guide', async () => {
    const [, program = ''] = /```js\n([\s\S]*?)```/.exec(guide) ?? [];
    const file = join(stack.directory, 'guide.mjs');
    await writeFile(file, program.replace('http://127.0.0.1:7420', stack.client.url));
    await symlink(packages, join(stack.directory, 'node_modules'));
    const env = { ...process.env, FORCE_COLOR: '0' };
    const { stdout, stderr } = await run(process.execPath, [file], { cwd: stack.directory, env });
    expect(stdout.trim().split('\n'), stderr).toEqual(['1 frames', `frame,slice,y,x 1,24,24,24 ${24 ** 3}`]);
  });

  it('D16: has a peer that a generator makes of the OpenAPI document, which submits, waits and fetches', async () => {
    const folder = join(stack.directory, 'generated');
    const generator = { plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'] } as const;
    await generateClient({
      ...generator,
      input: `${stack.client.url}/openapi.json`,
      output: folder,
      logs: { level: 'silent', file: false },
    });
    const file = join(stack.directory, 'with-generated.ts');
    const program = `
      import { readFile } from 'node:fs/promises';
      import * as rondel from './generated';
      import { client } from './generated/client.gen';
      client.setConfig({ throwOnError: true, responseStyle: 'data' });
      export async function run() {
        const stored = await rondel.putData({ body: new Blob([await readFile(${JSON.stringify(scan)})]) });
        const parameters = { angles: ${JSON.stringify(angles)}, frames: [1] };
        const body = { plan: { name: 'radon/fbp' }, data: stored.artifact, parameters, title: 'generated' };
        const { id, title } = await rondel.createJob({ body });
        const { state } = await rondel.getJob({ path: { id }, query: { wait: 60 } });
        const image = await rondel.getJobResult({ path: { id }, parseAs: 'arrayBuffer' });
        return { title, state, bytes: image.byteLength };
      }`;
    await writeFile(file, program);
    const { run: submitWaitFetch } = (await import(file)) as { run: () => Promise<unknown> };
    expect(await submitWaitFetch()).toEqual({ title: 'generated', state: 'completed', bytes: 128 + 4 * 24 ** 3 });
  });

  it('makes the image that `rondel submit` makes of the same plan', async () => {
    const plan = await rondel.plan('radon/iterative');
    await plan.setAll({ iterations: 7, frames: [2], angles });
    const image = await plan.reconstruct(await readFile(scan), { split: 'slice:8' });
    const output = join(stack.directory, 'image.npy');
    const settings = ['iterations=7', 'frames=[2]', `angles=${JSON.stringify(angles)}`];
    const submitted = await command(
      ['submit', 'radon/iterative', scan, ...settings.flatMap((one) => ['--set', one]), '--json', '-o', output],
      stack.environment,
    );
    const job = JSON.parse(submitted.stdout) as Job;
    expect(image.job.result?.artifact).toBe(job.result?.artifact);
    expect(image.job.plan.sha256).toBe(job.plan.sha256);
    const file = decodeNpy(Uint8Array.from(await readFile(output)).buffer);
    expect({ dtype: image.dtype, shape: image.shape, data: await image.array() }).toEqual(file);
    expect(image.max).toBeGreaterThan(0);
  });

  it('P7: keeps an algorithm warm that takes arrays, answers its plan, and reconstructs this very input', async () => {
    const algorithm = await rondel.algorithm({ plan: { name: 'radon/fbp' }, parameters: { angles, filter: 'hann' } });
    try {
      expect(await algorithm.parameter()).toMatchObject({ reco: { filter: 'hann', circle: true } });
      expect((await algorithm.plan()).plan).toContain('filter = "hann"');
      const data = Float32Array.from({ length: 180 * 16 }, (_, index) => (index % 16 === 8 ? 1 : 0));
      const rows = { dtype: 'float32', shape: [180, 16], data } as const;
      const first = await algorithm.put(rows);
      const blank = await algorithm.reconstruct({ ...rows, data: new Float32Array(180 * 16) });
      expect([blank.shape, blank.max]).toEqual([[1, 1, 16, 16], 0]);
      expect(new Set(await blank.array())).toEqual(new Set([0]));
      const taken = await algorithm.take();
      expect(taken.job).toBe(first.job);
      expect(taken.result?.max).toBeGreaterThan(0.1);
      await expect(algorithm.reconstruct({ ...rows, shape: [48, 60] })).rejects.toMatchObject({
        code: 'DATA_SHAPE_MISMATCH',
      });
      expect((await algorithm.state()).ready).toBe(0);
    } finally {
      await algorithm.close();
    }
  });

  it('P8: hears of a clear, and no more of what was cleared', async () => {
    const plan: IterativePlan = await rondel.plan('radon/iterative', { parameters: { iterations: 7 } });
    const heard: unknown[] = [];
    const { iterations } = plan.parameter.reco;
    expect(await iterations.get()).toBe(7);
    iterations.on((value) => heard.push(value));
    plan.parameter.pre.numAverages.on((value) => heard.push(value));
    await plan.clear({ path: 'parameter.reco' });
    await eventually(
      () => heard.length === 1,
      () => JSON.stringify(heard),
    );
    await iterations.set(3);
    await plan.parameter.pre.numAverages.set(2);
    await eventually(
      () => heard.length === 2,
      () => JSON.stringify(heard),
    );
    expect(heard).toEqual([undefined, 2]);
    await plan.close();
  });

  it('tells what another client changes', async () => {
    const plan = await rondel.plan('radon/iterative');
    const elsewhere = await openElsewhere(plan.id);
    const iterations: unknown[] = [];
    const lengths: unknown[] = [];
    const paths: string[] = [];
    plan.parameter.reco.iterations.on((value) => iterations.push(value));
    plan.parameter.reco.angles.on((length) => lengths.push(length), { transform: 'length' });
    plan.parameter.pre.on((_, { path }) => paths.push(path));
    await elsewhere.parameter.reco.iterations.set(3);
    await elsewhere.parameter.reco.angles.set([0, 1, 2]);
    await elsewhere.parameter.pre.numAverages.set(2);
    await elsewhere.parameter.reco.angles.clear();
    await elsewhere.parameter.reco.iterations.set(4);
    await eventually(() => iterations.length === 2 && lengths.length === 2 && paths.length === 1, stack.log);
    expect(iterations).toEqual([3, 4]);
    expect(lengths).toEqual([3, undefined]);
    expect(paths).toEqual(['parameter.pre.numAverages']);
    expect(await plan.parameter.reco.iterations.get()).toBe(4);
    await plan.close();
  });

  it('loses none of ten sets at once, and an observer hears them all in order', async () => {
    const plan = await rondel.plan('radon/iterative');
    const elsewhere = await openElsewhere(plan.id);
    const heard: unknown[] = [];
    plan.parameter.reco.iterations.on((value, { version }) => heard.push([version, value]));
    const values = Array.from({ length: 10 }, (_, index) => index + 1);
    const changes = await Promise.all(
      values.map(async (value) => {
        const { version } = await (value % 2 === 0 ? plan : elsewhere).parameter.reco.iterations.set(value);
        return [version, value] as const;
      }),
    );
    const inOrder = changes.toSorted(([a], [b]) => a - b);
    expect(inOrder.map(([version]) => version)).toEqual(values);
    await eventually(() => heard.length === 10, stack.log);
    expect(heard).toEqual(inOrder);
    expect(await elsewhere.parameter.reco.iterations.get()).toBe(inOrder.at(-1)?.[1]);
    await plan.close();
  });

  it('does not overwrite what somebody else has written meanwhile', async () => {
    const plan = await rondel.plan('radon/iterative');
    const elsewhere = await openElsewhere(plan.id);
    const { version } = await plan.parameter.reco.iterations.read();
    await elsewhere.parameter.reco.circle.set(false);
    const error = await errorOf(plan.parameter.reco.iterations.set(9, { ifVersion: version }));
    expect(isConflictError(error) && error.failure.details).toMatchObject({ ifMatch: 0, version: 1 });
    expect(await plan.parameter.reco.iterations.get()).toBe(20);
  });

  it('says what is missing or wrong, copies, and gives the file back', async () => {
    const plan = await rondel.plan('radon/iterative');
    const copy = await plan.fork();
    await copy.clear();
    const wrong = await errorOf(copy.property('parameter.reco.iterations').set('many'));
    expect(isRondelError(wrong) && [wrong.code, wrong.failure.at]).toEqual([
      'PLAN_INVALID_VALUE',
      'parameter.reco.iterations',
    ]);
    expect(await copy.parameter.reco.iterations.get()).toBeUndefined();
    expect(await plan.build()).toMatchObject({ ready: true });
    expect(await copy.toToml()).not.toContain('iterations');
    expect((await rondel.plan<object>(await plan.toToml())).id).not.toBe(plan.id);
    expect(await plan.tree()).toMatchObject({ parameter: { reco: { iterations: 20 } } });
    const { id } = copy;
    await copy.close();
    expect(await errorOf(rondel.plan(id))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('throws why a job failed, and cancels one that nobody waits for any more', async () => {
    const plan = await rondel.plan('radon/iterative');
    const data = { dtype: 'float32', shape: [2, 8, 8], data: new Float32Array(128) } as const;
    const failure = await errorOf(plan.reconstruct(data, { parameters: { angles: [0, 1, 2] } }));
    expect(failure).toMatchObject({ code: 'DATA_SHAPE_MISMATCH' });
    const leaving = new AbortController();
    const onProgress = () => leaving.abort(new Error('enough'));
    const long = plan.reconstruct(await readFile(scan), {
      parameters: { iterations: 500_000, relTol: 0, angles },
      labels: { purpose: 'abort' },
      signal: leaving.signal,
      onProgress,
    });
    expect(await errorOf(long)).toMatchObject({ message: 'enough' });
    const {
      jobs: [job],
    } = await rondel.jobs({ label: 'purpose=abort' });
    expect(await rondel.waitForJob(job?.id ?? '')).toMatchObject({ state: 'cancelled' });
  });

  it.runIf(chromium !== undefined)('does the same in a browser', async () => {
    const { code } = await bundleForBrowser(`export { connect } from '@rondel/client';`);
    const browser = await openChromium(chromium ?? '');
    try {
      // The page allows no scripts but its own; the test's is injected past that.
      const page = await browser.newPage({ bypassCSP: true });
      await page.goto(`${stack.client.url}/docs`);
      await page.addScriptTag({ content: code });
      const seen: unknown = await page.evaluate(`(async () => {
        const rondel = app.connect({ url: location.origin });
        const plan = await rondel.plan('radon/iterative');
        const heard = new Promise((resolve, reject) => {
          plan.parameter.reco.angles.on(resolve, { transform: 'length', onError: reject });
        });
        await plan.parameter.reco.angles.set([0, 0.5, 1, 1.5, 2, 2.5]);
        await plan.parameter.reco.iterations.set(2);
        const data = { dtype: 'float32', shape: [2, 6, 8], data: new Float32Array(96).fill(1) };
        const image = await plan.reconstruct(data);
        const values = await image.array();
        await plan.close();
        return { angles: await heard, shape: image.shape, kind: values.constructor.name, length: values.length };
      })()`);
      expect(seen).toEqual({ angles: 6, shape: [1, 2, 8, 8], kind: 'Float32Array', length: 128 });
    } finally {
      await browser.close();
    }
  });

  describe.runIf(chromium !== undefined)('in a page of another origin', () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await openChromium(chromium ?? '');
    });
    afterAll(() => browser.close());

    it('D17: works where it may, else says what to do', async () => {
      const { code } = await bundleForBrowser(`export { connect } from '@rondel/client';`);
      const page = await browser.newPage();
      const askedFrom = async (origin: string) => {
        await page.goto(origin);
        await page.addScriptTag({ content: code });
        const answer = `.jobs().then(({ jobs }) => typeof jobs.length, ({ message }) => message)`;
        return page.evaluate(`app.connect({ url: '${stack.client.url}' })${answer}`);
      };
      expect(await askedFrom(otherPage)).toBe('number');
      const foreign = otherPage.replace('127.0.0.1', 'localhost');
      const message = await askedFrom(foreign);
      expect(message).toContain(`which comes from ${foreign}`);
      expect(message).toContain(`(CORS). Start it with \`rondel api --allow-origin ${foreign}\``);
    });

    it.each([
      ['another port of this machine', (api: URL, lab: URL) => [`http://localhost:${lab.port}`, api.origin]],
      ['another site', (api: URL, lab: URL) => [`http://evil.example:${lab.port}`, api.origin]],
      [
        'a name that was rebound to this machine',
        (api: URL) => [`http://evil.example:${api.port}`, `http://evil.example:${api.port}`],
      ],
    ] as const)('H2: of %s, nothing can be read, submitted, paused or cleaned', async (_whose, from) => {
      const { client } = stack;
      const [origin = '', api = ''] = from(new URL(client.url), new URL(otherPage));
      const submission = { plan: { name: 'radon/fbp' }, data: 'root://scans/private.h5', labels: { by: 'attack' } };
      // What answers under the rebound name is the API; the page that came before had no policy of ours.
      const page = await browser.newPage({ bypassCSP: true });
      await page.goto(origin);
      const { answers, read } = await attackFrom(page, api, { own: client.url, submission });
      await page.close();
      expect(read.filter((text) => !text.includes('"FORBIDDEN"'))).toEqual([]);
      expect([...answers].sort()).toEqual(['/v1/jobs 403', '/v1/pools/:pool/pause 403', '/v1/store/clean 403']);
      expect((await client.demand('default')).paused).toBe(false);
      expect((await client.jobCounts({ label: 'by=attack' })).total).toBe(0);
    });

    it('H2: of the API itself, the same can be done', async () => {
      const { client } = stack;
      const submission = { plan: { name: 'radon/fbp' }, data: 'root://scans/own.h5', labels: { by: 'attack' } };
      const page = await browser.newPage();
      await page.goto(client.url);
      const { read } = await attackFrom(page, client.url, { own: client.url, submission });
      await page.close();
      expect(read[0]).toContain('"jobs":[');
      expect((await client.jobCounts({ label: 'by=attack' })).total).toBe(1);
      expect((await client.resumePool('default')).paused).toBe(false);
      await client.cancelJobs({ filter: { label: 'by=attack' } });
    });
  });

  /** The same session as another program has it. */
  function openElsewhere(id: string): Promise<IterativePlan> {
    return connect({ url: stack.client.url }).plan<BuiltInPlans['radon/iterative']>({ session: id });
  }
});

function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}
