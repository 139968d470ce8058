import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { float32Array } from '@rondel/contracts';
import { encodeArray } from '@rondel/formats';
import type { MemoryRoom } from '@rondel/reco';
import { openArtifactStore } from '@rondel/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identifyFiles, openDataFiles } from './data-files.js';
import { openKnownFiles } from './known-files.js';
import { joinSources, requireOneState } from './sources.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rondel-files-'));
  await write('gain.npy', [1, 2, 3, 4, 5, 6]);
});
afterEach(() => rm(folder, { recursive: true }));

const reference = 'root://scans/gain.npy?axes=y,x';
const path = 'parameter.reco.gain';

/** [y = 2, x = 3]; returns the hash of the file. */
async function write(name: string, values: readonly number[]): Promise<string> {
  const array = float32Array(Float32Array.from(values), [2, 3], ['y', 'x']);
  const bytes = Buffer.concat((await encodeArray(array, 'npy')).parts);
  await writeFile(join(folder, name), bytes);
  return createHash('sha256').update(bytes).digest('hex');
}

async function open(named = [{ path, reference }], room: MemoryRoom = { memoryBytes: 1e6 }) {
  const sources = { store: openArtifactStore(folder), roots: { scans: folder } };
  const files = await identifyFiles(named, sources);
  return openDataFiles({ ...sources, files, known: openKnownFiles(), room: () => room });
}

describe('a data file of a run', () => {
  it('is looked at and read in parts', async () => {
    const file = await (await open()).open(reference);
    expect(file).toMatchObject({ label: reference, facts: { data: { shape: [2, 3], axes: ['y', 'x'] } } });
    expect([...(await file.read('data')).data]).toEqual([1, 2, 3, 4, 5, 6]);
    const part = await file.read('data', { y: [1, 2], x: [0, 2] }, ['x', 'y']);
    expect(part).toMatchObject({ shape: [2, 1], axes: ['x', 'y'] });
    expect([...part.data]).toEqual([4, 5]);
    await expect(file.read('snr')).rejects.toMatchObject({ code: 'DATA_NOT_FOUND' });
    await expect(file.read('data', { z: [0, 1] })).rejects.toMatchObject({ code: 'DATA_SHAPE_MISMATCH' });
  });

  it('has its small companions read together, and gives each of them to whoever asks as his own', async () => {
    const calibration = new URL('../../../../../libs/formats/src/testing/calibration.mdf', import.meta.url);
    await copyFile(calibration, join(folder, 'sf.mdf'));
    const sf = 'root://scans/sf.mdf';
    const file = await (await open([{ path, reference: sf }])).open(sf);
    const snr = await file.read('snr');
    snr.data.fill(0);
    expect([...(await file.read('snr')).data]).toEqual([0, 1, 2, 3, 4, 5]);
    const part = await file.read('snr', { channel: [1, 2], frequency: [0, 2] }, ['frequency', 'channel', 'period']);
    expect([part.shape, ...part.data]).toEqual([[2, 1, 1], 3, 4]);
    expect([...(await file.read('isBackgroundFrame')).data]).toEqual([0, 0, 0, 0, 1, 1]);
    await expect(file.read('snr', { frequency: [1, 9] })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    await expect(file.read('phase')).rejects.toMatchObject({ code: 'DATA_NOT_FOUND' });
  });

  it('is told with its hash under each path that names it', async () => {
    const sha256 = await write('gain.npy', [7, 8, 9, 1, 2, 3]);
    const files = await open([
      { path, reference },
      { path: 'parameter.pre.gain[1]', reference },
    ]);
    expect(await files.sources()).toEqual([]);
    await files.open(reference);
    const known = { reference, sha256, format: 'npy', bytes: expect.any(Number) as number };
    expect(await files.sources()).toEqual([
      { name: path, ...known },
      { name: 'parameter.pre.gain[1]', ...known },
    ]);
  });

  it('has another identity once its content is another', async () => {
    const before = (await (await open()).open(reference)).identity;
    expect((await (await open()).open(reference)).identity).toBe(before);
    await write('gain.npy', [1, 2, 3, 4, 5, 7]);
    expect((await (await open()).open(reference)).identity).not.toBe(before);
  });

  it('that changes while it is used is never taken for what it was', async () => {
    const changed = { code: 'CONFLICT', failure: { retryable: true } };
    const early = await open();
    await write('gain.npy', [0, 2, 3, 4, 5, 6]);
    await expect(early.open(reference)).rejects.toMatchObject(changed);
    const files = await open();
    const file = await files.open(reference);
    await write('gain.npy', [0, 0, 3, 4, 5, 6]);
    await expect(file.read('data')).rejects.toMatchObject(changed);
    await expect(files.sources()).rejects.toMatchObject(changed);
  });

  it('is refused at its path where it is not there, leaves its root, or nothing names it', async () => {
    await symlink('/etc/hostname', join(folder, 'out.npy'));
    const named = (name: string) => open([{ path, reference: `root://scans/${name}` }]);
    await expect(named('none.npy')).rejects.toMatchObject({ failure: { code: 'DATA_NOT_FOUND', at: path } });
    await expect(named('out.npy')).rejects.toMatchObject({ failure: { code: 'DATA_FORBIDDEN', at: path } });
    await expect((await open()).open('root://scans/other.npy')).rejects.toMatchObject({ code: 'DATA_NOT_FOUND' });
  });

  it('is not read beyond the memory that there is', async () => {
    const file = await (await open(undefined, { memoryBytes: 20 })).open(reference);
    await expect(file.read('data')).rejects.toMatchObject({
      failure: { code: 'OUT_OF_MEMORY', details: { neededBytes: 24, availableBytes: 20 } },
    });
    expect([...(await file.read('data', { y: [0, 1] })).data]).toEqual([1, 2, 3]);
  });
});

it('an image that was made from two states of a file is none', () => {
  const source = { name: path, reference, format: 'npy', bytes: 8 };
  const [one, other] = [
    { ...source, sha256: 'a' },
    { ...source, sha256: 'b' },
  ];
  expect(joinSources([one], [one])).toEqual([one]);
  requireOneState(joinSources([one], [one]));
  expect(() => {
    requireOneState(joinSources([one], [other]));
  }).toThrow(expect.objectContaining({ code: 'CONFLICT' }) as Error);
});
