import { createHash } from 'node:crypto';
import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { elementCount, type NdArray } from '@rondel/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { summarize } from '../image/summary.js';
import { joinFiles } from './join-files.js';
import type { JoinedSection } from './joined-sections.js';
import { npyParts } from '../npy/encoder.js';
import { bytesOf } from '../array/typed-array.js';
import { readDataset } from '../read-dataset.js';
import { makeScratch, type Scratch } from '../testing/scratch.js';

let scratch: Scratch;
beforeAll(async () => {
  scratch = await makeScratch();
});
afterAll(() => scratch.remove());

function arrayOf(shape: number[]): NdArray {
  const data = Float32Array.from({ length: elementCount(shape) }, (_, index) => Math.sin(index));
  data[1] = NaN;
  return { dtype: 'float32', shape, data };
}

const axes = ['a', 'b', 'c'];

/** Writes an array's blocks of `size` along an axis as files of their own, behind a few other bytes. */
async function divide(array: NdArray, at: number, size: number): Promise<JoinedSection[]> {
  const path = await scratch.write('whole.npy', ...npyParts(array));
  const parts: JoinedSection[] = [];
  const extent = array.shape[at] ?? 0;
  for (let start = 0; start < extent; start += size) {
    const range = {
      axis: axes[at] ?? '',
      start,
      stop: Math.min(extent, start + size),
      extent,
      unnamedAxes: axes.slice(0, array.shape.length),
    };
    const { data } = await readDataset(path, { range });
    const { dtype, shape } = data;
    const bytes = bytesOf(data.data);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const label = `block ${start}`;
    const damaged = (why: string) => new Error(`${label} is damaged: ${why}`);
    const file = await scratch.write(`${start}.part`, Buffer.alloc(start), bytes);
    parts.push({ path: file, start, dtype, shape, sha256, label, damaged });
  }
  return parts;
}

async function joined(parts: readonly JoinedSection[], at: number) {
  return joinFiles(parts, at, ({ shape, bytes, summary }) => {
    const pieces: Buffer[] = [];
    for (const piece of bytes()) pieces.push(Buffer.from(piece));
    const longest = Math.max(...pieces.map(({ length }) => length));
    return Promise.resolve({ shape, file: Buffer.concat(pieces), summary: summary(), longest });
  });
}

describe('files that are joined', () => {
  it.each([
    [0, [5, 4, 3], 2],
    [1, [3, 5, 4], 3],
    [2, [3, 2, 7], 1],
    // Longer than a piece: rows in one, several rows, and rows that are longer than a piece by themselves.
    [1, [900, 7, 300], 2],
    [1, [2, 9, 200_000], 4],
    [0, [7, 2, 200_000], 3],
  ])('along axis %i give the file and the figures of the whole %j in blocks of %i', async (at, shape, size) => {
    const array = arrayOf(shape);
    const found = await joined(await divide(array, at, size), at);
    expect(found.shape).toEqual(shape);
    expect(found.file.equals(await readFile(join(scratch.folder, 'whole.npy')))).toBe(true);
    expect(found.summary).toEqual(summarize(array));
    expect(found.longest).toBeLessThanOrEqual(4 * 1024 ** 2);
  });

  it('of which one was damaged are refused with its name', async () => {
    const parts = await divide(arrayOf([6, 4]), 0, 2);
    const path = parts[1]?.path ?? '';
    const bytes = await readFile(path);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(path, bytes);
    await expect(joined(parts, 0)).rejects.toThrow(/^block 2 is damaged: its values no longer have the SHA-256/);
    await truncate(path, bytes.length - 1);
    await expect(joined(parts, 0)).rejects.toThrow('block 2 is damaged: it is shorter than it was');
    await rm(path);
    await expect(joined(parts, 0)).rejects.toThrow(/^block 2 is damaged: it cannot be opened/);
  });

  it('must fit together', async () => {
    const [first] = await divide(arrayOf([2, 4]), 0, 2);
    if (first === undefined) throw new Error('unreachable');
    await expect(joined([first, { ...first, shape: [2, 3] }], 0)).rejects.toMatchObject({
      code: 'DATA_SHAPE_MISMATCH',
    });
    await expect(joined([], 0)).rejects.toMatchObject({ code: 'DATA_SHAPE_MISMATCH' });
  });
});
