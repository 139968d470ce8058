import { readFile } from 'node:fs/promises';
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readDataset } from '../../read-dataset.js';
import { makeScratch, type Scratch } from '../../testing/scratch.js';
import { runInThread } from './run-in-thread.js';

// A new thread compiles libhdf5, which a busy machine may take seconds for.
vi.setConfig({ testTimeout: 60_000 });

const array = { dtype: 'float32', data: Float32Array.of(1, 2, 3), shape: [3] } as const;
/** As `testing/filters.py` wrote it. */
const filters = new URL('../../testing/filters.h5', import.meta.url).pathname;

let scratch: Scratch;
beforeAll(async () => {
  scratch = await makeScratch();
});
afterAll(() => scratch.remove());

function write(signal?: AbortSignal) {
  return runInThread({ kind: 'write', array }, { label: 'image.h5', maxSeconds: 60, signal });
}

function sizeOf(answer: Awaited<ReturnType<typeof write>>): number {
  if (answer.kind !== 'file') throw new Error(`The thread answered with ${answer.kind}.`);
  return answer.bytes.byteLength;
}

async function readsRight(): Promise<void> {
  const { data } = await readDataset(filters, { dataset: '/lz4' });
  expect(Array.from(data.data.slice(0, 3))).toEqual([0, 37, 74]);
}

/** Threads that were started meanwhile. */
async function startedIn(work: () => Promise<unknown>): Promise<Worker[]> {
  const started: Worker[] = [];
  const hear = (thread: Worker) => started.push(thread);
  process.on('worker', hear);
  try {
    await work();
  } finally {
    process.off('worker', hear);
  }
  return started;
}

describe('threads of libhdf5', () => {
  it('do one task after the other, each as if it was the first', async () => {
    const first = await write();
    const started = await startedIn(async () => {
      // In a file system that has had a file of this name, each would fail. Only the second in it differs, and its sums.
      expect(sizeOf(await write())).toBe(sizeOf(first));
      await readsRight();
      await readsRight();
    });
    expect(started).toEqual([]);
  });

  it('end with a task that nobody waits for any more or that led libhdf5 astray, and leave nothing of it', async () => {
    await write();
    await expect(write(AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await startedIn(readsRight)).toHaveLength(1);
    const path = await scratch.write('damaged.h5', (await readFile(filters)).fill(0xff, 96, 2000));
    await expect(readDataset(path, { dataset: '/lz4' })).rejects.toMatchObject({ code: 'DATA_FORMAT' });
    await readsRight();
  });

  it('wait two at most', async () => {
    await Promise.all([write(), write(), write()]);
    expect(await startedIn(() => Promise.all([readsRight(), readsRight(), readsRight()]))).toHaveLength(1);
  });
});
