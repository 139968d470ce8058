import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { float32Array, type Dataset, type Warning } from '@rondel/contracts';
import { openPartArea, type PartFiles } from '@rondel/store';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDatasetPart, putDataset, warningsOf } from './dataset-parts.js';

let folder: string;
let files: PartFiles;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rondel-dataset-'));
  files = openPartArea(folder).files({ job: '01JD3AAAAAAAAAAAAAAAAAAAAA', run: 0 });
});
afterEach(() => rm(folder, { recursive: true }));

const values = (count: number) => Float32Array.from({ length: count }, (_, index) => Math.sin(index));
const dataset: Dataset = {
  data: float32Array(values(30), [2, 3, 5], ['slice', 'y', 'x'], [1, 1, 2]),
  companions: {
    nothing: { dtype: 'int16', shape: [0, 4], data: new Int16Array(0) },
    counts: { dtype: 'uint8', shape: [3], data: Uint8Array.of(1, 2, 3) },
    phases: { dtype: 'complex128', shape: [2], data: Float64Array.of(1, 2, 3, 4), spacingUnit: 'mm' },
    // Blocks share arrays of this size, which have files of their own.
    matrix: float32Array(values(2 ** 18), [2 ** 9, 2 ** 9]),
  },
  attributes: { layout: 'plain', numbers: [1, 2] },
};
const block = { axis: 'slice', extent: 4, start: 0, stop: 2, from: 0, to: 2 };

/** A dataset with the hash of its large array, which compares fast. */
function comparable({ companions: { matrix, ...companions }, ...rest }: Dataset) {
  return {
    ...rest,
    companions,
    matrix: createHash('sha256')
      .update(matrix?.data ?? new Uint8Array())
      .digest('hex'),
  };
}

it('reads a dataset back as it was left, whatever its arrays', async () => {
  const name = putDataset(dataset, files, { block });
  expect(putDataset(dataset, files, { block })).toBe(name);
  expect(putDataset(dataset, files, { block: { ...block, start: 1 } })).not.toBe(name);
  // Two blocks and the array that they share.
  expect(await readdir(join(files.path(name), '..'))).toHaveLength(3);
  const part = openDatasetPart(name, files);
  expect(part.header.block).toEqual(block);
  expect(comparable(part.load())).toEqual(comparable(dataset));
  const long = { ...dataset, data: float32Array(values(5000), [5000]), companions: {} };
  expect(openDatasetPart(putDataset(long, files), files).load()).toEqual(long);
});

const axis: Warning = { code: 'AXIS_UNCERTAIN', message: 'The axis lies at 131 ± 4.', step: 'parameter.pre' };
const units: Warning = { code: 'UNITS_ASSUMED', message: 'No unit: degrees.', path: 'parameter.pre.angles' };

it('has the same name whatever it is warned of, and keeps the warnings', () => {
  const long = { ...dataset, data: float32Array(values(5000), [5000]), companions: {} };
  for (const each of [dataset, long]) {
    const name = putDataset(each, files, { block });
    expect(openDatasetPart(name, files).load()).not.toHaveProperty('warnings');
    expect(putDataset({ ...each, warnings: [axis, units] }, files, { block })).toBe(name);
    expect(openDatasetPart(name, files).load().warnings).toEqual([axis, units]);
    const other = putDataset({ ...each, warnings: [units] }, files);
    expect(warningsOf([name, other], files)).toEqual([axis, units]);
  }
});

it('refuses warnings that are not what was written, or none that there may be', async () => {
  const name = putDataset({ ...dataset, warnings: [axis] }, files);
  const path = files.path(name);
  const whole = await readFile(path);
  const tail = Buffer.byteLength(JSON.stringify([axis]));
  for (const at of [whole.length - 3, whole.length - tail - 5]) {
    const changed = Buffer.from(whole);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    await writeFile(path, changed);
    expect(() => openDatasetPart(name, files).load()).toThrow('its warnings are not what was written');
  }
  const text = Buffer.from(JSON.stringify([{ ...axis, message: 'x'.repeat(1001) }]));
  const digits = createHash('sha256').update(text).digest('hex');
  await writeFile(path, Buffer.concat([whole.subarray(0, whole.length - tail - 64), Buffer.from(digits), text]));
  expect(() => openDatasetPart(name, files).load()).toThrow('its warnings are none that this version knows');
});

it('refuses a part that is not what was left, so that the job starts over, and it can be written again', async () => {
  const name = putDataset(dataset, files, { block });
  const [shared = ''] = (await readdir(join(files.path(name), '..'))).filter((other) => other !== name);
  const damages = [
    (path: string) => rm(path),
    (path: string) => truncate(path, 2),
    async (path: string) => truncate(path, (await readFile(path)).length - 1),
    async (path: string) => {
      const bytes = await readFile(path);
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      await writeFile(path, bytes);
    },
  ];
  for (const [lost, damage] of [name, shared].flatMap((each) => damages.map((damage) => [each, damage] as const))) {
    await damage(files.path(lost));
    expect(() => openDatasetPart(name, files).load()).toThrow(
      expect.objectContaining({
        failure: expect.objectContaining({ code: 'CONFLICT', retryable: true, details: { lostPart: lost } }) as unknown,
      }),
    );
    expect(putDataset(dataset, files, { block })).toBe(name);
    expect(comparable(openDatasetPart(name, files).load())).toEqual(comparable(dataset));
  }
});
