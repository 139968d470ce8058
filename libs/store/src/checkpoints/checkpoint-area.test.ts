import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCheckpointArea, type CheckpointArea, type CheckpointPlace } from './checkpoint-area.js';
import { openArtifactStore } from '../file-artifact-store.js';

const job = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const place = { job, subjob: '1.0', step: 'parameter.reco' };

describe('the checkpoints in a store', () => {
  let folder: string;
  let area: CheckpointArea;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rondel-checkpoints-'));
    area = openCheckpointArea(folder);
  });
  afterEach(() => rm(folder, { recursive: true }));

  const write = (text: string, at: CheckpointPlace = place) => area.write(at, [Buffer.from(text)]);
  async function read(at: CheckpointPlace = place): Promise<string | undefined> {
    const reader = await area.open(at);
    if (reader === undefined) return undefined;
    try {
      const bytes = new Uint8Array(reader.bytes);
      await reader.fill(bytes);
      await reader.check();
      return Buffer.from(bytes).toString();
    } finally {
      await reader.close();
    }
  }
  const files = () => readdir(join(folder, 'checkpoints', job));

  it('are one for each step of each sub-job, the newest, until sub-job or job is over', async () => {
    expect(await read()).toBeUndefined();
    const others = [
      { ...place, subjob: '1.10' },
      { ...place, subjob: '11.0' },
      { ...place, step: 'parameter.pre' },
    ];
    for (const [index, at] of [place, place, ...others].entries()) await write(`${index}`, at);
    expect(await Promise.all([place, ...others].map((at) => read(at)))).toEqual(['1', '2', '3', '4']);
    await area.remove(job, '1.0');
    expect(await Promise.all([place, ...others].map((at) => read(at)))).toEqual([undefined, '2', '3', undefined]);
    await area.remove(job);
    await area.remove(job);
    await area.remove(job, '1.0');
    expect(await readdir(join(folder, 'checkpoints'))).toEqual([]);
  });

  it('are refused when a bit, the end or the checksum is not as it was written', async () => {
    await write('some state');
    const [name = ''] = await files();
    const path = join(folder, 'checkpoints', job, name);
    const whole = await readFile(path);
    const flipped = Buffer.from(whole);
    flipped.writeUInt8(flipped.readUInt8(3) ^ 1, 3);
    for (const bytes of [flipped, whole.subarray(0, -1), whole.subarray(1), Buffer.alloc(3), Buffer.alloc(0)]) {
      await writeFile(path, bytes);
      await expect(read()).rejects.toThrow();
    }
    await writeFile(path, whole);
    expect(await read()).toBe('some state');
  });

  it('leave nothing behind when what is written fails on the way, and keep the one before', async () => {
    await write('before');
    const failing = function* () {
      yield Buffer.from('half');
      throw new Error('lost device');
    };
    await expect(area.write(place, failing())).rejects.toThrow('lost device');
    expect([await files(), await read()]).toEqual([[expect.stringMatching(/^1\.0-[0-9a-f]{16}$/)], 'before']);
  });

  it('belong to jobs and sub-jobs, not to paths', async () => {
    for (const at of [
      { ...place, job: '../escape' },
      { ...place, subjob: '../1.0' },
    ]) {
      await expect(write('x', at)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
      await expect(area.remove(at.job, at.subjob)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    }
  });

  it('are swept a day after their job has saved the last one', async () => {
    await write('old');
    const store = openArtifactStore(folder);
    expect(await store.collectUnfinished()).toBe(0);
    const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1000);
    await utimes(join(folder, 'checkpoints', job), yesterday, yesterday);
    expect(await store.collectUnfinished()).toBe(1);
    expect(await readdir(join(folder, 'checkpoints'))).toEqual([]);
  });
});
