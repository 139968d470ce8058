import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { float32Array, type NdArray } from '@rondel/contracts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { npyParts } from '../npy/encoder.js';
import { openPictureThreads } from './picture-threads.js';
import { renderSlice } from './png.js';
import { drawSheet } from './sheet.js';

// Threads take seconds to start on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const threads = vi.hoisted(() => ({ alive: 0, most: 0, started: 0, onStart: () => {} }));
vi.mock('node:worker_threads', async (original) => {
  const real = await original<typeof import('node:worker_threads')>();
  class Counted extends real.Worker {
    constructor(...options: ConstructorParameters<typeof real.Worker>) {
      super(...options);
      threads.alive += 1;
      threads.started += 1;
      threads.onStart();
      threads.most = Math.max(threads.most, threads.alive);
      this.once('exit', () => (threads.alive -= 1));
    }
  }
  return { ...real, Worker: Counted };
});

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'rondel-pictures-'))));
afterAll(() => rm(folder, { recursive: true }));

const large = float32Array(
  Float32Array.from({ length: 2 * 200 * 210 }, (_, index) => Math.sin(index)),
  [2, 200, 210],
);
const small = float32Array(Float32Array.from({ length: 12 }, Math.sqrt), [3, 2, 2]);

async function file(name: string, image: NdArray) {
  const path = join(folder, name);
  await writeFile(path, npyParts(image));
  return { path, label: name, shape: image.shape };
}

describe('a slice', () => {
  it('is what renderSlice draws, a small one and, in a thread, a large one', async () => {
    const { slice } = openPictureThreads();
    const before = threads.started;
    for (const [name, image] of Object.entries({ small, large })) {
      const source = await file(`${name}.npy`, image);
      for (const bits of [8, 16] as const) {
        const png = await slice(source, { bits, slice: 0 });
        expect(Buffer.from(png)).toEqual(Buffer.from(renderSlice(image, { bits, slice: 0 })));
      }
    }
    // The second large one was drawn by the thread of the first.
    expect(threads.started).toBe(before + 1);
  });

  it('is refused as renderSlice refuses it', async () => {
    const { slice } = openPictureThreads();
    for (const image of [small, large]) {
      const source = await file('refused.npy', image);
      await expect(slice(source, { slice: 9 })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    }
  });

  it('ends the thread whose picture nobody waits for any more, and draws the next one', async () => {
    const { slice } = openPictureThreads();
    const source = await file('left.npy', large);
    const before = threads.alive;
    const gone = new AbortController();
    threads.onStart = () => setImmediate(() => gone.abort());
    const left = slice(source, { signal: gone.signal });
    await expect(left).rejects.toMatchObject({ code: 'CANCELLED' });
    threads.onStart = () => {};
    expect(threads.alive).toBe(before);
    expect(Buffer.from(await slice(source, {}))).toEqual(Buffer.from(renderSlice(large)));
  });

  it('waits for its turn: a burst has no more threads than it may', async () => {
    const { slice } = openPictureThreads(2);
    const source = await file('burst.npy', large);
    const before = threads.alive;
    threads.most = before;
    const gone = new AbortController();
    const left = slice(source, { signal: gone.signal });
    const all = Array.from({ length: 8 }, () => slice(source, { bits: 8 }));
    gone.abort();
    await expect(left).rejects.toMatchObject({ code: 'CANCELLED' });
    const pictures = await Promise.all(all);
    expect(new Set(pictures.map((png) => Buffer.from(png).toString('base64'))).size).toBe(1);
    expect(threads.most).toBe(before + 2);
  });
});

describe('a contact sheet', () => {
  it('is drawn in a thread, from files, in the grey scale of all of them', async () => {
    const { sheet } = openPictureThreads();
    const cells = [
      { captions: ['a=1'], image: await file('sheet-1.npy', small) },
      { captions: ['a=2'], note: 'failed' },
      { captions: ['a=3'], image: await file('sheet-2.npy', large) },
    ];
    const request = { cells, columns: 2, percentiles: [0, 100], footer: ', 0 to 2 of 9' } as const;
    const png = await sheet(request);
    expect(Buffer.from(png)).toEqual(Buffer.from(await drawSheet(request)));
    expect(decode(png)).toMatchObject({ width: 12 + 2 * 268, depth: 8, channels: 1 });
    const windowed = await sheet({ ...request, window: [0, 1] });
    expect(Buffer.from(windowed).equals(Buffer.from(png))).toBe(false);
  });

  it('is refused when an image lacks the slice', async () => {
    const { sheet } = openPictureThreads();
    const cells = [{ captions: [], image: await file('lacks.npy', small) }];
    const refused = sheet({ cells, columns: 1, percentiles: [0, 100], slice: 9 });
    await expect(refused).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });
});
