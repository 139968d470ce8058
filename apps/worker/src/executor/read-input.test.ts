import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { float32Array } from '@rondel/contracts';
import { encodeNpy } from '@rondel/formats';
import { cutDataset } from '@rondel/reco';
import { openArtifactStore } from '@rondel/store';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openHeldInputs } from './held-inputs.js';
import { nameAxes } from './named-axes.js';
import { describeInput, mainBytes, readInput, readInputRange, type Places } from './read-input.js';

const names = {
  unnamedAxes: ['frame', 'slice', 'angle', 'detector'],
  companionAxes: { white: ['slice', 'sample', 'detector'] },
};
let folder: string;
let places: Places;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rondel-input-'));
  places = { store: openArtifactStore(join(folder, 'store')), roots: { here: folder }, held: openHeldInputs() };
});
afterAll(() => rm(folder, { recursive: true }));

/** As an artifact, of which small ones are held, and as a file in a data root. */
async function stored(name: string, shape: number[]): Promise<string[]> {
  const values = Float32Array.from({ length: shape.reduce((product, extent) => product * extent, 1) }, (_, at) => at);
  const content = encodeNpy(float32Array(values, shape));
  await writeFile(join(folder, `${name}.npy`), content);
  const { sha256 } = await places.store.put(content);
  return [`artifact:sha256-${sha256}`, `root://here/${name}.npy`];
}

it('is described as it is read, and its fields are cut with it though no file names an axis', async () => {
  const [data, white, angles] = await Promise.all([
    stored('data', [4, 2, 3]),
    stored('white', [4, 5, 3]),
    stored('angles', [2]),
  ]);
  for (const [index, main] of data.entries()) {
    const references = { data: main, white: white[index] ?? '', angles: angles[index] ?? '' };
    const { dataset, sources } = await readInput(references, places);
    const described = await describeInput(references, places);
    expect(dataset).toMatchObject(described.dataset);
    expect(Object.keys(described.dataset.companions)).toEqual(Object.keys(dataset.companions));
    expect(await described.sources()).toEqual(sources);
    expect(await mainBytes(references, places)).toBe(sources[0]?.bytes);

    const range = { axis: 'slice', start: 1, stop: 3 };
    const block = await readInputRange(references, { ...range, extent: 4, ...names }, places);
    const { data: expected, companions } = cutDataset(nameAxes(dataset, names), range);
    expect([block.data.shape, block.companions.white?.shape]).toEqual([
      [2, 2, 3],
      [2, 5, 3],
    ]);
    expect(block.data).toEqual(expected);
    expect(block.companions).toEqual(companions);
  }
});
