import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dataNamesOf, dataOfSubmission, readDataArguments } from './data-argument.js';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rondel-data-'));
  await writeFile(join(folder, 'scan.h5'), '1234');
  await writeFile(join(folder, 'odd=name.npy'), '12');
});

afterAll(() => rm(folder, { recursive: true }));

test('a file may be followed by a dataset, and may be named', async () => {
  const [argument] = await readDataArguments([`noise=${join(folder, 'scan.h5')}#/entry/data`]);
  expect(argument).toEqual({
    name: 'noise',
    source: { kind: 'file', path: join(folder, 'scan.h5'), bytes: 4, dataset: '/entry/data' },
  });
});

test('a file whose name holds an equals sign is that file', async () => {
  const [argument] = await readDataArguments([join(folder, 'odd=name.npy')]);
  expect(argument).toMatchObject({ name: 'data', source: { kind: 'file', bytes: 2 } });
});

test('references are passed on without a look at the disk', async () => {
  const texts = [`artifact:sha256-${'0'.repeat(64)}`, 'dark=root://scans/a/b.npy'];
  expect(await readDataArguments(texts)).toEqual([
    { name: 'data', source: { kind: 'reference', reference: texts[0] } },
    { name: 'dark', source: { kind: 'reference', reference: 'root://scans/a/b.npy' } },
  ]);
});

test.each([
  ['no-such-file.npy', 'DATA_NOT_FOUND'],
  ['artifact:sha256-12', 'DATA_NOT_FOUND'],
  ['ftp://host/file', 'DATA_NOT_FOUND'],
  ['root://scans/../secret', 'DATA_FORBIDDEN'],
  [tmpdir(), 'DATA_FORMAT'],
])('%s is refused with %s', async (text, code) => {
  await expect(readDataArguments([text])).rejects.toMatchObject({ code });
});

test('a file that cannot be looked at is not called missing', async () => {
  const loop = join(folder, 'loop.npy');
  await symlink(loop, loop);
  await expect(readDataArguments([loop])).rejects.toMatchObject({
    code: 'DATA_FORBIDDEN',
    message: expect.stringMatching(/loop\.npy cannot be looked at: ELOOP/) as string,
  });
});

test('several files that the data links to are numbered, and keep their names', async () => {
  const [scan, odd] = [join(folder, 'scan.h5'), join(folder, 'odd=name.npy')];
  const found = await readDataArguments(['data=root://scans/scan.nxs', `linked=${scan}`, `linked=${odd}`]);
  expect(found.map(({ name, source }) => [name, source])).toMatchObject([
    ['data', { kind: 'reference' }],
    ['linked', { path: scan, name: 'scan.h5' }],
    ['linked2', { path: odd, name: 'odd=name.npy' }],
  ]);
  const [, alone] = await readDataArguments(['data=root://scans/scan.nxs', `linked=${scan}`]);
  expect(alone?.source).not.toHaveProperty('name');
});

test('the same name twice is refused', async () => {
  const scan = join(folder, 'scan.h5');
  await expect(readDataArguments([scan, scan])).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
});

test('one unnamed reference is submitted as text, others as a table', () => {
  expect(dataOfSubmission([['data', 'a']])).toBe('a');
  expect(dataOfSubmission([['dark', 'a']])).toEqual({ dark: 'a' });
  expect(
    dataOfSubmission([
      ['data', 'a'],
      ['dark', 'b'],
    ]),
  ).toEqual({ data: 'a', dark: 'b' });
});

test('S5: a file may be followed by how it is stored', async () => {
  const [argument] = await readDataArguments([`white=${join(folder, 'scan.h5')}#/white?axes=sample,-slice,detector`]);
  expect(argument).toMatchObject({
    name: 'white',
    source: { path: join(folder, 'scan.h5'), dataset: '/white', axes: ['sample', '-slice', 'detector'] },
  });
});

test('M7: local files go by their names, unless names are to be hidden', async () => {
  await writeFile(join(folder, 'dark\n\u202Efile.npy'), '1');
  const files = [`noise=${join(folder, 'scan.h5')}#/entry/data`, `dark=${join(folder, 'dark\n\u202Efile.npy')}`];
  const data = await readDataArguments([...files, 'root://scans/a.h5']);
  expect(dataNamesOf(data, {})).toEqual({ dataNames: { noise: 'scan.h5', dark: 'darkfile.npy' } });
  expect(dataNamesOf(data, { RONDEL_HIDE_NAMES: '1' })).toEqual({});
});
