import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { float32Array } from '@rondel/contracts';
import { encodeArray } from '@rondel/formats';
import { openArtifactStore, type ResolvedReference } from '@rondel/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openHeldInputs } from './held-inputs.js';
import { readInputRanges } from './read-input.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'rondel-held-'))));
afterEach(() => rm(folder, { recursive: true }));

async function npy(values: readonly number[], shape: readonly number[] = [values.length]): Promise<Buffer> {
  return Buffer.concat((await encodeArray(float32Array(Float32Array.from(values), [...shape]), 'npy')).parts);
}

/** Other values in the same file, which nobody writes who leaves the name true. */
async function overwrite(path: string, values: readonly number[]): Promise<void> {
  await chmod(path, 0o600);
  await writeFile(path, await npy(values));
}

describe('inputs that are held', () => {
  let artifact: ResolvedReference;
  beforeEach(async () => {
    const store = openArtifactStore(folder);
    const { sha256 } = await store.put([await npy([1, 2, 3])]);
    artifact = { path: await store.localPath(sha256), label: `artifact:sha256-${sha256}`, sha256 };
  });

  it('are read once, and stay what they were whatever is done to the arrays', async () => {
    const held = openHeldInputs();
    const first = await held.read(artifact);
    first.dataset.data.data.fill(0);
    await overwrite(artifact.path, [7, 8, 9]);
    const { dataset, bytes } = await held.read(artifact);
    expect([...dataset.data.data]).toEqual([1, 2, 3]);
    expect(bytes).toBe((await npy([1, 2, 3])).byteLength);
    expect(await held.readSmall(artifact)).toEqual({ dataset, bytes });
  });

  it('are read again when the file was replaced', async () => {
    const held = openHeldInputs();
    await held.read(artifact);
    await writeFile(`${artifact.path}.new`, await npy([4, 5, 6]));
    await rename(`${artifact.path}.new`, artifact.path);
    expect([...(await held.read(artifact)).dataset.data.data]).toEqual([4, 5, 6]);
  });

  it('are not those of a data root, whose files change', async () => {
    const path = join(folder, 'scan.npy');
    const held = openHeldInputs();
    await writeFile(path, await npy([1, 2, 3]));
    expect([...(await held.read({ path, label: 'root://a/scan.npy' })).dataset.data.data]).toEqual([1, 2, 3]);
    expect(await held.readSmall({ path, label: 'root://a/scan.npy' })).toBeUndefined();
    await overwrite(path, [4, 5, 6]);
    expect([...(await held.read({ path, label: 'root://a/scan.npy' })).dataset.data.data]).toEqual([4, 5, 6]);
  });
});

it('gives a range of a held file as it is read from a large one', async () => {
  const store = openArtifactStore(join(folder, 'store'));
  const content = await npy([1, 2, 3, 4, 5, 6], [3, 2]);
  const { sha256 } = await store.put([content]);
  await writeFile(join(folder, 'same.npy'), content);
  const places = { store, roots: { here: folder }, held: openHeldInputs() };
  const range = { axis: 'y', start: 1, stop: 3, extent: 3, unnamedAxes: ['slice', 'y', 'x'] };
  const ranges = [`artifact:sha256-${sha256}`, 'root://here/same.npy'].map((data) =>
    readInputRanges({ data }, [range], { companionAxes: {}, places }),
  );
  const [[held] = [], [read] = []] = await Promise.all(ranges);
  expect(held).toEqual(read);
  expect(held?.data).toMatchObject({ shape: [2, 2], axes: ['y', 'x'], data: Float32Array.of(3, 4, 5, 6) });
  const other = readInputRanges({ data: `artifact:sha256-${sha256}` }, [{ ...range, extent: 4 }], {
    companionAxes: {},
    places,
  });
  await expect(other).rejects.toMatchObject({ code: 'DATA_SHAPE_MISMATCH' });
});
