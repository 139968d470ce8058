import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Submission } from '@rondel/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from '../shell/run.js';
import { capturedTerminal } from '../testing/captured-terminal.js';
import { jobId, startSmallServer, type SmallServer } from '../testing/small-server.js';

let server: SmallServer;
let folder = '';

beforeEach(async () => {
  server = await startSmallServer();
  folder = await mkdtemp(join(tmpdir(), 'rondel-try-'));
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

test('files that values name are uploaded, those typed and those of --set, each time as they are', async () => {
  const start = join(folder, 'start.npy');
  await writeFile(start, 'before');
  const uploaded = (text: string) => `artifact:sha256-${createHash('sha256').update(text).digest('hex')}`;
  async function* typed() {
    await writeFile(start, 'after');
    yield 'iterations=3\n';
    yield `startImage=${join(folder, 'none.npy')}\n`;
    yield `parameter.reco.startImage="${start}#/image"\n`;
  }
  const terminal = capturedTerminal({
    environment: { RONDEL_URL: server.url },
    stdin: () => Readable.from(typed()),
  });
  const picture = join(folder, 'try.png');
  await run(
    ['try', `job:${jobId}`, '--plan', 'radon/iterative', '--set', `startImage=${start}`, '-o', picture],
    terminal,
  );
  expect(server.submissions).toMatchObject([
    { parameters: { startImage: uploaded('before') } },
    { parameters: { startImage: uploaded('after'), iterations: 3 } },
    { parameters: { 'parameter.reco.startImage': `${uploaded('after')}#/image` } },
  ]);
  expect(terminal.errors()).toContain('There is no file');
  expect(terminal.errors()).toContain(`--set startImage=${start} --set iterations=3`);
  expect(await readFile(picture, 'utf8')).toBe('pixels');
});

test('plans and data on this machine are read again once they have changed', async () => {
  const [plan, data] = [join(folder, 'own.plan.json'), join(folder, 'scan.npy')];
  const uploaded = (text: string) => `artifact:sha256-${createHash('sha256').update(text).digest('hex')}`;
  const planWith = (filter: string) => ({
    _type: 'RecoPlan{RadonFilteredBackprojectionParameters}',
    _module: 'RondelRadon',
    filter,
  });
  await writeFile(plan, JSON.stringify(planWith('ramp')));
  await writeFile(data, 'before');
  async function* typed() {
    await writeFile(data, 'after');
    await writeFile(plan, JSON.stringify(planWith('hann')));
    yield '\n';
  }
  const terminal = capturedTerminal({
    environment: { RONDEL_URL: server.url },
    stdin: () => Readable.from(typed()),
  });
  await run(['try', `data=job:${jobId}`, `white=${data}`, '--plan', plan, '-o', join(folder, 'try.png')], terminal);
  expect(server.submissions).toMatchObject([
    { data: { white: uploaded('before') }, plan: { filter: 'ramp' } },
    { data: { white: uploaded('after') }, plan: { filter: 'hann' } },
  ]);
});

test('without a plan a large slice takes the Fourier grid, which is said once and stands in the command at the end', async () => {
  server.look = { shape: [1500, 4, 2048], axes: ['angle', 'slice', 'detector'] };
  const chosen = { 'parameter.reco.method': 'grid' };
  const tried = async (options: readonly string[], typed: readonly string[]) => {
    const terminal = capturedTerminal({
      environment: { RONDEL_URL: server.url },
      stdin: () => Readable.from(typed.map((line) => `${line}\n`)),
    });
    await run(['try', 'root://scans/scan.nxs', '-o', join(folder, 'try.png'), ...options], terminal);
    return { terminal, parameters: server.submissions.splice(0).map((each) => (each as Submission).parameters) };
  };
  const first = await tried([], ['filter=hann', 'show', 'method=sums']);
  expect(first.parameters).toEqual([chosen, { filter: 'hann', ...chosen }, { filter: 'hann', method: 'sums' }]);
  expect(first.terminal.errors().match(/the method is a Fourier grid/g)).toHaveLength(1);
  expect(first.terminal.errors()).toContain('--set filter=hann --set parameter.reco.method=grid -o image.h5');
  expect(first.terminal.errors()).toContain('--set filter=hann --set method=sums -o image.h5');
  const json = await tried(['--once', '--json'], []);
  expect(JSON.parse(json.terminal.output())).toMatchObject({ values: {}, chosen });
  expect((await tried(['--once', '--plan', 'radon/fbp'], [])).parameters).toEqual([{}]);
});
