import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job, Sweep, SweepItem } from '@rondel/contracts';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rondel } from '../support/machine/rondel-command.js';
import { startStack, type Stack } from '../support/machine/stack.js';

interface Index {
  readonly sweep: string;
  readonly items: readonly (Pick<SweepItem, 'index' | 'assignments' | 'job' | 'state' | 'error'> & {
    readonly file?: string;
    readonly mean?: number;
    readonly seconds?: number;
  })[];
}

const filters = ['ramp', 'hann'];
const centers = [14, 16, 18];

describe('rondel sweep', { timeout: 180_000 }, () => {
  let stack: Stack;
  let plan: string;
  let data: string;

  beforeAll(async () => {
    stack = await startStack();
    await stack.startWorker('--threads', '1', '--concurrency', '2');
    data = join(stack.directory, 'head.npy');
    plan = join(stack.directory, 'head.plan.toml');
    const made = await command('data', 'phantom', '-o', data, '--size', '32', '--frames', '1', '--angles', '40');
    expect(made.code, made.stderr).toBe(0);
  });
  afterAll(() => stack.stop());

  function command(...args: string[]) {
    return rondel(args, stack.environment);
  }

  const vary = ['--vary', `filter=${filters.join(',')}`, '--vary', `centerOfRotation=${centers.join(',')}`];

  it('leaves a folder with the image of each combination, an index and a contact sheet', async () => {
    const folder = join(stack.directory, 'sweep');
    const { code, stdout, stderr } = await command('sweep', plan, data, ...vary, '-o', folder, '--json');
    expect(code, stdout + stderr).toBe(0);
    const sweep = JSON.parse(stdout) as Sweep;
    expect(sweep).toMatchObject({ total: 6, ended: 6, states: { completed: 6 } });
    const index = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as Index;
    expect(index.sweep).toBe(sweep.id);
    expect(index.items.map(({ file }) => file)).toEqual(
      centers.flatMap((center, row) =>
        filters.map((filter, column) => `${2 * row + column}-filter=${filter}-centerOfRotation=${center}.npy`),
      ),
    );
    const files = index.items.map(({ file = '' }) => file);
    expect((await readdir(folder)).sort()).toEqual([...files, 'index.json', 'sheet.png'].sort());
    for (const { mean = NaN, seconds = NaN } of index.items) {
      expect(mean).toBeGreaterThan(0);
      expect(seconds).toBeGreaterThan(0);
    }
    // Each image is bit for bit the one that a job of its own makes.
    for (const { assignments, job } of index.items) {
      const set = Object.entries(assignments).flatMap(([name, value]) => ['--set', `${name}=${String(value)}`]);
      const plain = JSON.parse((await command('submit', plan, data, ...set, '--json')).stdout) as Job;
      const swept = await stack.client.job(job);
      expect(swept.result?.artifact).toMatch(/^artifact:sha256-/);
      expect(swept.result?.artifact).toBe(plain.result?.artifact);
      expect(swept.plan.sha256).toBe(plain.plan.sha256);
    }
    expect(new Set(sweep.items.map(({ result }) => result?.artifact)).size).toBe(6);

    const sheet = decode(await readFile(join(folder, 'sheet.png')));
    // Squares of 256 with gaps of 12, two lines of 20 below each, and the footer.
    expect(sheet).toMatchObject({ width: 12 + 2 * 268, height: 12 + 3 * (268 + 40) + 20, depth: 8, channels: 1 });
    for (let cell = 0; cell < 6; cell += 1) {
      const [left, top] = [12 + (cell % 2) * 268, 12 + Math.floor(cell / 2) * 308];
      const greys = new Set<number>();
      for (let y = 0; y < 256; y += 4) {
        for (let x = 0; x < 256; x += 4) greys.add(sheet.data[(top + y) * sheet.width + left + x] ?? -1);
      }
      expect(greys.size, `cell ${cell}`).toBeGreaterThan(20);
    }
  });

  it('goes through properties side by side, and is only accepted when detached', async () => {
    const zip = ['--vary', 'filter=ramp,hann', '--vary', 'centerOfRotation=14:2:16', '--zip'];
    const { code, stdout } = await command('sweep', plan, data, ...zip, '--detach', '--json');
    expect(code).toBe(0);
    const ended = await stack.client.waitForSweep((JSON.parse(stdout) as Sweep).id);
    expect(ended.items.map(({ assignments }) => assignments)).toEqual([
      { filter: 'ramp', centerOfRotation: 14 },
      { filter: 'hann', centerOfRotation: 16 },
    ]);
    expect(ended.states.completed).toBe(2);
    expect((await stack.client.sweeps({ limit: 1 })).sweeps[0]?.id).toBe(ended.id);
  });

  it('is listed, looked at, fetched later and cancelled', async () => {
    const engine = ['--vary', 'filter=ramp,hann', '--engine', 'wasm', '--detach'];
    const id = (await command('sweep', plan, data, ...engine)).stdout.trim();
    await stack.client.waitForSweep(id);
    expect((await command('sweeps')).stdout).toMatch(new RegExp(`${id}  2 of 2 .*filter \\(2\\)`));
    const shown = await command('sweeps', 'show', id);
    expect(shown.stdout).toMatch(/^filter +STATE[^]*^hann +completed[^]*2 of 2 ended: 2 completed/m);
    const folder = join(stack.directory, 'fetched');
    expect((await command('sweeps', 'get', id, '-o', folder)).code).toBe(0);
    expect(await readdir(folder)).toEqual(['0-filter=ramp.npy', '1-filter=hann.npy', 'index.json', 'sheet.png']);

    await stack.client.pausePool('default');
    const waiting = (await command('sweep', plan, data, ...engine)).stdout.trim();
    const cancelled = await command('sweeps', 'cancel', waiting, '--json');
    expect(JSON.parse(cancelled.stdout)).toMatchObject({ ended: 2, states: { cancelled: 2 } });
    await stack.client.resumePool('default');
  });

  it('leaves live plans to be made, changed and submitted from the command line', async () => {
    const id = (await command('sessions', 'new', plan)).stdout.trim();
    expect((await command('sessions')).stdout).toMatch(new RegExp(`${id}  0 .*DirectRadonAlgorithm`));
    const set = await command('sessions', 'set', id, 'filter=hann', 'numAverages=1', '--if-version', '0', '--json');
    expect(JSON.parse(set.stdout)).toMatchObject({
      version: 1,
      changed: ['parameter.pre.numAverages', 'parameter.reco.filter'],
    });
    const late = await command('sessions', 'set', id, 'filter=ramp', '--if-version', '0');
    expect(late.stderr).toMatch(/CONFLICT.*is at version 1, not 0.*rondel sessions show/s);
    expect((await command('sessions', 'show', id)).stdout).toMatch(/filter = "hann"[^]*version 1/);
    const job = JSON.parse((await command('submit', `session:${id}`, data, '--json')).stdout) as Job;
    expect(job.state).toBe('completed');
    expect((await stack.client.jobPlan(job.id)).plan).toContain('filter = "hann"');
    expect((await command('sessions', 'end', id)).code).toBe(0);
    expect((await command('sessions', 'show', id)).stderr).toContain(`There is no plan session ${id}`);
  });

  it('exits with 2 for a wrong value, with 1 when a job failed and with which, and with 5 when time ran out', async () => {
    const wrong = await command('sweep', plan, data, '--vary', 'filter=ramp,rmp');
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/PLAN_INVALID_VALUE.*filter/s);
    const folder = join(stack.directory, 'failing');
    const failing = await command('sweep', plan, data, '--vary', 'angles=[0.0, 1.0],[0.0]', '-o', folder);
    expect(failing.code, failing.stderr).toBe(1);
    expect(failing.stdout).toContain('DATA_SHAPE_MISMATCH');
    const index = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as Index;
    expect(index.items.map(({ error }) => error?.code)).toEqual(Array(2).fill('DATA_SHAPE_MISMATCH'));
    expect(await readdir(folder)).toEqual(['index.json']);
    // Takes minutes, so that no machine is quick enough.
    const angles = `angles=[${Array.from({ length: 40 }, (_, angle) => angle * 0.078).join(', ')}]`;
    const slow = ['--set', angles, '--vary', 'iterations=1000000', '--timeout', '0.5', '--json'];
    const late = await command('sweep', 'radon/iterative', data, ...slow, '--set', 'relTol=0');
    expect(late.code, late.stderr).toBe(5);
  });
});
