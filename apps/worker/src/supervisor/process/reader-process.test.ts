import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { encodeArray } from '@rondel/formats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openReaderProcess, type ReaderOptions, type ReaderProcess } from './reader-process.js';

/** A forked process runs built code. */
const script = new URL('../../../dist/executor/reader.js', import.meta.url);
const path = 'parameter.reco.angles';

let directory: string;
let readers: ReaderProcess[];

beforeAll(async () => {
  readers = [];
  directory = await mkdtemp(join(tmpdir(), 'rondel-reader-'));
  await mkdir(join(directory, 'scans'));
  await write('table', [2, 3], Float64Array.of(1, 2, 3, 4, 5, 6));
  await write('long', [10_001], new Float64Array(10_001));
  await write('wide', [9000], new Float64Array(9000).fill(1 / 3));
  await write('broken', [2], Float64Array.of(1, NaN));
});
afterAll(async () => {
  await Promise.all(readers.map((reader) => reader.close()));
  await rm(directory, { recursive: true, force: true });
});

async function write(name: string, shape: readonly number[], data: Float64Array): Promise<void> {
  const { parts } = await encodeArray({ dtype: 'float64', shape, data }, 'npy');
  await writeFile(join(directory, 'scans', `${name}.npy`), parts);
}

function open(options: ReaderOptions = { script }): ReaderProcess {
  const settings = { storeDirectory: directory, roots: { scans: join(directory, 'scans') }, packages: [] };
  const reader = openReaderProcess(settings, options);
  readers.push(reader);
  return reader;
}

function npy(name: string) {
  return { _remote: 'npy', uri: `root://scans/${name}.npy` };
}

test('D9: a reader says what a file in a data root holds, and complains as a job would', async () => {
  const reader = open();
  const look = (name: string) => reader.ask({ path: `root://scans/${name}`, look: true });
  expect(await look('table.npy?axes=angle,detector')).toEqual({
    value: {
      info: {
        ...{ format: 'npy', bytes: 176, shape: [2, 3], dtype: 'float64', axes: ['angle', 'detector'], companions: {} },
        plane: { min: 1, max: 6, finite: true },
      },
      picture: expect.stringMatching(/^iVBORw0KGgo/) as string,
    },
  });
  await writeFile(join(directory, 'scans', 'letter.npy'), 'Dear colleagues, ...');
  expect(await look('letter.npy')).toMatchObject({ failure: { code: 'DATA_FORMAT' } });
  expect(await look('gone.npy')).toMatchObject({ failure: { code: 'DATA_NOT_FOUND' } });
  expect(await look('table.npy?axes=angle,slice,detector')).toMatchObject({ failure: { code: 'DATA_SHAPE_MISMATCH' } });
});

test('a reader says what a reference stands for, or what a transform makes of it', async () => {
  const reader = open();
  const ask = (transform?: 'length' | 'shape' | 'hash') => reader.ask({ path, table: npy('table'), transform });
  expect(await ask()).toEqual({
    value: [
      [1, 2, 3],
      [4, 5, 6],
    ],
  });
  expect(await ask('shape')).toEqual({ value: [2, 3] });
  expect(await ask('length')).toEqual({ value: 6 });
  expect(await ask('hash')).toEqual({ value: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
});

test.each([
  ['of too many elements', 'long', 'QUOTA_EXCEEDED'],
  ['of too many characters', 'wide', 'QUOTA_EXCEEDED'],
  ['that are not all numbers', 'broken', 'PLAN_INVALID_VALUE'],
  ['of a file that is not there', 'none', 'DATA_NOT_FOUND'],
  ['outside the root', '../scans/table', 'DATA_FORBIDDEN'],
])('values %s are not handed out', async (_, name, code) => {
  expect(await open().ask({ path, table: npy(name) })).toMatchObject({ failure: { code } });
});

test('only the numbers of large values are kept back', async () => {
  const reader = open();
  expect(await reader.ask({ path, table: npy('long'), transform: 'shape' })).toEqual({ value: [10_001] });
  expect(await reader.ask({ path, table: npy('wide'), transform: 'length' })).toEqual({ value: 9000 });
});

test('a reader that hangs is killed, one that dies is replaced', async () => {
  const stuck = await scriptOf('stuck', 'process.on("message", () => {});');
  const failure = await open({ script: stuck, limits: { answerMs: 50 } }).ask({ path, table: npy('table') });
  expect(failure).toMatchObject({ failure: { code: 'TIMEOUT', at: path } });
  const dying = open({ script: await scriptOf('dying', 'process.exit(1);') });
  for (let question = 1; question <= 2; question += 1) {
    expect(await dying.ask({ path, table: npy('table') })).toMatchObject({ failure: { code: 'WORKER_LOST' } });
  }
});

test('a reader that nobody asks ends, and starts again when it is asked', async () => {
  const counting = await scriptOf(
    'counting',
    'process.on("message", ({ kind }) => kind === "question" && process.send({ value: process.pid }));',
  );
  const reader = open({ script: counting, limits: { idleMs: 1 } });
  const first = await reader.ask({ path, table: npy('table') });
  await expect
    .poll(async () => JSON.stringify(await reader.ask({ path, table: npy('table') })) !== JSON.stringify(first), {
      timeout: 30_000,
      interval: 200,
    })
    .toBe(true);
});

async function scriptOf(name: string, text: string): Promise<URL> {
  const file = join(directory, `${name}.mjs`);
  await writeFile(file, text);
  return pathToFileURL(file);
}

test('a reader of a later version than its supervisor gives no answer but that', async () => {
  const later = join(directory, 'later.mjs');
  await writeFile(
    later,
    `process.on('message', ({ kind }) => kind === 'question' && process.send({ v: 3, found: 5 }));\n`,
  );
  const answer = await open({ script: pathToFileURL(later) }).ask({ path, table: npy('table') });
  expect(answer).toMatchObject({ failure: { code: 'WORKER_UNAVAILABLE' } });
});
