import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { float32Array } from '@rondel/contracts';
import { encodeArray } from '@rondel/formats';
import { openArtifactStore } from '@rondel/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openHeldInputs } from './held-inputs.js';
import { openHeldParts } from './held-parts.js';
import { readInput } from './read-input.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'rondel-parts-'))));
afterEach(() => rm(folder, { recursive: true }));

async function npy(first: number): Promise<Buffer> {
  const array = float32Array(
    Float32Array.from({ length: 12 }, (_, at) => first + at),
    [1, 3, 2, 2],
  );
  return Buffer.concat((await encodeArray(array, 'npy')).parts);
}

describe('parts of scans that are held', () => {
  /** Reads through one holder, and tells how often a file was read. */
  function reading(hostBytes = 2 ** 30) {
    const held = openHeldInputs();
    const reads: string[] = [];
    const counted: typeof held = {
      ...held,
      read: (file, options) => {
        reads.push(file.label);
        return held.read(file, options);
      },
    };
    const places = {
      store: openArtifactStore(join(folder, 'store')),
      roots: { here: folder },
      held: counted,
      heldParts: openHeldParts(hostBytes),
    };
    return { reads, store: places.store, read: (data: string) => readInput({ data }, places) };
  }

  it('are read once for each state of a file, and stay what they were whatever is done to the arrays', async () => {
    const { reads, read } = reading();
    const path = join(folder, 'scan.npy');
    await writeFile(path, await npy(0));
    const first = await read('root://here/scan.npy?slice=1:2');
    first.dataset.data.data.fill(9);
    const again = await read('root://here/scan.npy?slice=1:2');
    expect([...again.dataset.data.data]).toEqual([4, 5, 6, 7]);
    expect(again.sources).toEqual(first.sources);
    expect([...(await read('root://here/scan.npy?slice=2:3')).dataset.data.data]).toEqual([8, 9, 10, 11]);
    expect(reads).toHaveLength(2);
    await writeFile(`${path}.new`, await npy(100));
    await rename(`${path}.new`, path);
    expect([...(await read('root://here/scan.npy?slice=1:2')).dataset.data.data]).toEqual([104, 105, 106, 107]);
  });

  it('are also those of artifacts, but not whole files, nor what is too large for the memory', async () => {
    const { reads, store, read } = reading();
    const { sha256 } = await store.put([await npy(0)]);
    for (let round = 0; round < 2; round++) await read(`artifact:sha256-${sha256}?slice=0:1`);
    expect(reads).toHaveLength(1);
    for (let round = 0; round < 2; round++) await read(`artifact:sha256-${sha256}`);
    expect(reads).toHaveLength(3);
    const small = reading(1024);
    for (let round = 0; round < 2; round++) await small.read(`artifact:sha256-${sha256}?slice=0:1`);
    expect(small.reads).toHaveLength(2);
  });
});
