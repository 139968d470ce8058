import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { float32Array, type Dataset } from '@rondel/contracts';
import { encodeArray, npyParts, npyHeader, type AxisRange } from '@rondel/formats';
import { cutDataset } from '@rondel/reco';
import { openArtifactStore } from '@rondel/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashDataset } from '../files/dataset-hash.js';
import { openHeldInputs } from './held-inputs.js';
import { openKnownLinks } from './input-file.js';
import { referenceIdentity } from './input-identity.js';
import { withInheritedPart } from './inherited-part.js';
import { nameAxes } from './named-axes.js';
import { describeInput, mainBytes, readInput, readInputRanges, type Places } from './read-input.js';

const names = {
  unnamedAxes: ['frame', 'slice', 'angle', 'detector'],
  companionAxes: { white: ['slice', 'sample', 'detector'] },
};

async function readRange(references: Record<string, string>, range: AxisRange, places: Places): Promise<Dataset> {
  const { companionAxes } = names;
  const [dataset] = await readInputRanges(references, [range], { companionAxes, places });
  if (dataset === undefined) throw new Error('No range was read.');
  return dataset;
}

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
  const content = npyParts(float32Array(values, shape));
  await writeFile(join(folder, `${name}.npy`), content);
  const { sha256 } = await places.store.put(content);
  return [`artifact:sha256-${sha256}`, `root://here/${name}.npy`];
}

it('is not read of a file that changes while it is read, or before its hash is known', async () => {
  const [[artifact = '', data = '']] = await Promise.all([stored('changing', [4, 3])]);
  const { held } = places;
  const changing: Places = {
    ...places,
    held: {
      ...held,
      async read(file, options) {
        const read = await held.read(file, options);
        await stored('changing', [4, 3]);
        return read;
      },
    },
  };
  const conflict = { code: 'CONFLICT', failure: { retryable: true }, message: expect.stringContaining(data) as string };
  for (const part of ['', '?axes=angle,detector&angle=1:']) {
    await expect(readInput({ data: `${data}${part}` }, changing)).rejects.toMatchObject(conflict);
  }
  expect((await readInput({ data: artifact }, changing)).dataset.data.shape).toEqual([4, 3]);
});

it('takes slices of a field only where it is said which axis has them', async () => {
  const [[, data = ''], [, white = '']] = await Promise.all([
    stored('parted', [6, 4, 3]),
    stored('whites', [10, 6, 3]),
  ]);
  const cut = (axes: string) => ({ data: `${data}?slice=2:4`, white: `${white}?slice=2:4${axes}` });
  const refused = 'of shape [10, 6, 3] has the slices';
  await expect(readInput(cut(''), places)).rejects.toThrow(refused);
  await expect(describeInput(cut(''), places)).rejects.toThrow(refused);
  const { dataset } = await readInput(cut('&axes=sample,slice,detector'), places);
  expect(dataset.companions.white?.shape).toEqual([2, 10, 3]);
});

it('takes the part of the data from fields and angles in files of their own that have all of the scan', async () => {
  const parted = '?axes=angle,slice,detector&slice=2:4&angle=:9:2&skip=4&detector=1:';
  const [[data = ''], [white = '', beside = ''], [dark = ''], [angles = ''], [few = '']] = await Promise.all([
    stored('scan', [12, 6, 3]),
    stored('samples', [10, 6, 3]),
    stored('one', [6, 3]),
    stored('turn', [12]),
    stored('cut', [4, 5, 2]),
  ]);
  const inherited = await withInheritedPart({ data: `${data}${parted}`, white, dark, angles }, places);
  expect(inherited).toEqual({
    data: `${data}${parted}`,
    white: `${white}?axes=sample,slice,detector&slice=2:4&detector=1:`,
    dark: `${dark}?slice=2:4&detector=1:`,
    angles: `${angles}?axes=angle&angle=:9:2&skip=4`,
  });
  const { dataset } = await readInput(inherited, places);
  expect(dataset.companions).toMatchObject({
    white: { shape: [2, 10, 2] },
    dark: { shape: [2, 1, 2], axes: ['slice', 'sample', 'detector'] },
    angles: { shape: [4] },
  });
  // Entries 2 and 3 of 6 slices, from bin 1 of 3.
  expect([...(dataset.companions.dark?.data ?? [])]).toEqual([7, 8, 10, 11]);
  expect([...(dataset.companions.angles?.data ?? [])]).toEqual([0, 2, 6, 8]);
  const binned = { data: `${data}?axes=angle,slice,detector&slice=:4&binning=3x2x4`, white, dark, angles };
  expect(await withInheritedPart(binned, places)).toMatchObject({
    white: `${white}?axes=sample,slice,detector&slice=:4&binning=3x2x1`,
    dark: `${dark}?slice=:4&binning=3x2x1`,
    angles: `${angles}?axes=angle&binning=1x1x4`,
  });
  const own = { data: `${data}${parted}`, white: `${beside}?axes=sample,slice,detector&slice=0:2`, dark: few };
  expect(await withInheritedPart(own, places)).toMatchObject({ white: own.white });
  expect(await withInheritedPart({ data, white }, places)).toEqual({ data, white });
  const [[square = '']] = await Promise.all([stored('square', [6, 6, 3])]);
  await expect(withInheritedPart({ ...own, white: square }, places)).rejects.toThrow(
    'of shape [6, 6, 3] has the slices',
  );
});

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
    const block = await readRange(references, { ...range, extent: 4, ...names }, places);
    const { data: expected, companions } = cutDataset(nameAxes(dataset, names), range);
    expect([block.data.shape, block.companions.white?.shape]).toEqual([
      [2, 2, 3],
      [2, 5, 3],
    ]);
    expect(block.data).toEqual(expected);
    expect(block.companions).toEqual(companions);
  }
});

/** As `unwritten.py` wrote it: 6 KB that claim 1 GiB and more an array. */
const unwritten = new URL('../../../../../libs/formats/src/testing/unwritten.h5', import.meta.url).pathname;
const mib = 2 ** 20;

describe('a small file that claims much', { timeout: 60_000 }, () => {
  let claiming: string[];
  beforeAll(async () => {
    await copyFile(unwritten, join(folder, 'unwritten.h5'));
    const { sha256 } = await places.store.put([await readFile(unwritten)]);
    claiming = [`artifact:sha256-${sha256}`, 'root://here/unwritten.h5'];
  });
  const within = (memoryBytes: number): Places => ({ ...places, room: () => ({ memoryBytes }) });

  it('H4: is refused unread with both numbers, as data and as a companion', async () => {
    const [small = ''] = await stored('little', [4, 2, 3]);
    const [artifact = '', root = ''] = claiming;
    const before = process.memoryUsage().arrayBuffers;
    const refused = { code: 'OUT_OF_MEMORY', failure: { details: { availableBytes: 256 * mib } } };
    for (const [references, claim] of [
      [{ data: artifact }, '1.0 GiB'],
      [{ data: small, white: `${artifact}#/fields` }, '2.0 GiB'],
      [{ data: small, angles: `${root}#/angles` }, '1.5 GiB'],
    ] as const) {
      const reading = readInput(references, within(256 * mib));
      await expect(reading).rejects.toMatchObject(refused);
      const said = `${Object.values(references).at(-1) ?? ''} says that its arrays take ${claim}`;
      await expect(reading).rejects.toThrow(said);
      await expect(reading).rejects.toThrow('256.0 MiB');
    }
    expect((await describeInput({ data: artifact }, places)).dataset.data.shape).toEqual([64, 2048, 2048]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * mib);
  });

  it('H4: counts with all others, and a block of it with the companions of the block', async () => {
    const [, root = ''] = claiming;
    const header = npyHeader({ dtype: 'float32', shape: [6, 2048, 1024] });
    await writeFile(join(folder, 'half.npy'), header);
    // A hole: reads as zeros.
    await truncate(join(folder, 'half.npy'), header.byteLength + 48 * mib);
    const references = {
      data: 'root://here/half.npy?axes=slice,angle,detector',
      white: 'root://here/half.npy?axes=slice,sample,detector',
    };
    const details = { neededBytes: 96 * mib, availableBytes: 80 * mib };
    await expect(readInput(references, within(80 * mib))).rejects.toMatchObject({ failure: { details } });
    expect((await readInput(references, within(96 * mib))).dataset.companions.white?.shape).toEqual([6, 2048, 1024]);
    const block = { axis: 'slice', start: 0, stop: 1, extent: 6, ...names };
    const absurd = { ...references, angles: `${root}#/angles` };
    const refused = { code: 'OUT_OF_MEMORY', failure: { details: { availableBytes: 80 * mib } } };
    await expect(readRange(absurd, block, within(80 * mib))).rejects.toMatchObject(refused);
  });
});

describe('a file that links to another one', () => {
  const testing = (name: string) =>
    new URL(`../../../../../libs/formats/src/testing/${name}`, import.meta.url).pathname;
  beforeAll(async () => {
    await mkdir(join(folder, 'day/frames'), { recursive: true });
    await copyFile(testing('linking.nxs'), join(folder, 'day/linking.nxs'));
    await copyFile(testing('frames.h5'), join(folder, 'day/frames/scan.h5'));
  });
  const range = { axis: 'slice', start: 1, stop: 3, extent: 4 };

  it('is read with it, as a whole and in blocks, and is another one once that was changed', async () => {
    const references = { data: 'root://here/day/linking.nxs' };
    const linking = { ...places, links: openKnownLinks() };
    const described = await describeInput(references, linking);
    expect(described.dataset.data).toMatchObject({ shape: [1, 4, 16, 16], spacing: [1, 0.0025, 1, 0.0025] });
    const { dataset, sources } = await readInput(references, linking);
    expect([dataset.companions.white?.shape, dataset.companions.dark?.shape]).toEqual([
      [4, 2, 16],
      [4, 1, 16],
    ]);
    expect(await described.sources()).toEqual(sources);
    expect(await mainBytes(references, linking)).toBe(sources[0]?.bytes);
    const block = await readRange(references, { ...range, ...names }, linking);
    expect(block.data).toEqual(cutDataset(dataset, range).data);
    const before = await referenceIdentity(references.data, linking);
    expect(await referenceIdentity(references.data, linking)).toEqual(before);
    await utimes(join(folder, 'day/frames/scan.h5'), 1, 1);
    expect(await referenceIdentity(references.data, linking)).not.toEqual(before);
  });

  it('is looked at again once the other one leads to more files', async () => {
    await mkdir(join(folder, 'later/frames'), { recursive: true });
    await copyFile(testing('linking.nxs'), join(folder, 'later/linking.nxs'));
    await copyFile(testing('frames.h5'), join(folder, 'later/frames/scan.h5'));
    const references = { data: 'root://here/later/linking.nxs' };
    const linking = { ...places, links: openKnownLinks() };
    await readInput(references, linking);
    await copyFile(testing('virtual-frames.h5'), join(folder, 'later/frames/scan.h5'));
    const missing = (file: string) => ({ message: expect.stringContaining(file) as string });
    await expect(readInput(references, linking)).rejects.toMatchObject(missing('The file frames/a.h5 to which'));
    await copyFile(testing('frames.h5'), join(folder, 'later/frames/scan.h5'));
    await readInput(references, linking);
  });

  it('is read as an upload with the other one given by name, which provenance names', async () => {
    const [data = '', linked = ''] = await Promise.all(
      ['linking.nxs', 'frames.h5'].map(async (name) => {
        const { sha256 } = await places.store.put([await readFile(testing(name))]);
        return `artifact:sha256-${sha256}`;
      }),
    );
    const { dataset, sources } = await readInput({ data, linked }, places);
    expect(Object.keys(dataset.companions)).toEqual(['white', 'dark', 'angles']);
    expect(sources.map(({ name, reference }) => [name, reference])).toEqual([
      ['data', data],
      ['linked', linked],
    ]);
    expect((await describeInput({ data, linked }, places)).dataset.data.shape).toEqual([1, 4, 16, 16]);
    const block = await readRange({ data, linked }, { ...range, ...names }, places);
    expect(block.data).toEqual(cutDataset(dataset, range).data);
    await expect(readInput({ data }, places)).rejects.toMatchObject({
      code: 'DATA_FORBIDDEN',
      message: expect.stringMatching(/links to another file, frames\/scan\.h5.*linked=scan\.h5/) as string,
    });
  });

  it('is read with all files that its virtual dataset has its values in, and with none of them missing', async () => {
    await copyFile(testing('virtual.nxs'), join(folder, 'day/virtual.nxs'));
    const references = { data: 'root://here/day/virtual.nxs' };
    const { parts } = await encodeArray(float32Array(new Float32Array(18).fill(7), [3, 2, 3]), 'h5');
    await writeFile(join(folder, 'day/frames/a.h5'), parts);
    await expect(readInput(references, places)).rejects.toMatchObject({
      code: 'DATA_NOT_FOUND',
      message: expect.stringContaining('The file frames/b.h5 to which root://here/day/virtual.nxs links') as string,
    });
    await writeFile(join(folder, 'day/frames/b.h5'), parts);
    const { dataset, sources } = await readInput(references, places);
    expect([dataset.data.shape, new Set(dataset.data.data)]).toEqual([[1, 2, 4, 3], new Set([7])]);
    const uploaded = async (content: readonly Uint8Array[]) =>
      `artifact:sha256-${(await places.store.put(content)).sha256}`;
    const data = await uploaded([await readFile(testing('virtual.nxs'))]);
    const source = await uploaded(parts);
    const given = { data, linked: `${source}?name=b.h5`, linked2: `${source}?name=a.h5` };
    const upload = await readInput(given, places);
    expect(upload.dataset.data).toEqual(dataset.data);
    expect(upload.sources.map(({ name, reference }) => [name, reference])).toEqual(Object.entries(given));
    await expect(readInput({ ...given, linked2: source }, places)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringMatching(/^linked2 does not say what its file is called.*name=frames\.h5/) as string,
    });
    expect(sources[0]?.bytes).toBe(
      (await stat(join(folder, 'day/virtual.nxs'))).size + 2 * Buffer.concat(parts).length,
    );
  });

  it('is refused where that is not there', async () => {
    await copyFile(testing('linking.nxs'), join(folder, 'alone.nxs'));
    await expect(readInput({ data: 'root://here/alone.nxs' }, places)).rejects.toMatchObject({
      code: 'DATA_NOT_FOUND',
      message: expect.stringContaining('The file frames/scan.h5 to which root://here/alone.nxs links') as string,
    });
  });
});

describe('a folder of TIFF files', () => {
  const image = async (name: string, value: number) => {
    const data = Uint16Array.from({ length: 12 }, (_, at) => value + at);
    const { parts } = await encodeArray({ dtype: 'uint16', shape: [3, 4], data }, 'tif');
    await writeFile(join(folder, 'tiffs', name), parts);
  };
  beforeAll(async () => {
    await mkdir(join(folder, 'tiffs'), { recursive: true });
    for (let file = 0; file < 6; file += 1) await image(`proj_${file}.tif`, 100 * file);
    for (let file = 0; file < 2; file += 1) await image(`flat_${file}.tif`, 1000 * file);
    await image('dark.tif', 7);
  });
  const references = {
    data: 'root://here/tiffs/proj_*.tif?theta=0:180&angle=:4',
    white: 'root://here/tiffs/flat_*.tif',
    dark: 'root://here/tiffs/dark.tif',
  };

  it('is a scan with its fields and angles, as a whole and in blocks', async () => {
    const { dataset, sources } = await readInput(references, places);
    expect(dataset.data).toMatchObject({ shape: [3, 4, 4], axes: ['slice', 'angle', 'detector'] });
    expect([...dataset.data.data.slice(4, 6)]).toEqual([100, 101]);
    expect(dataset.companions.white).toMatchObject({ shape: [3, 2, 4], axes: ['slice', 'sample', 'detector'] });
    expect(dataset.companions.dark).toMatchObject({ shape: [3, 1, 4], axes: ['slice', 'sample', 'detector'] });
    expect(dataset.companions.angles?.data).toHaveLength(4);
    expect(dataset.companions.angles?.data[3]).toBeCloseTo((108 * Math.PI) / 180, 12);
    const described = await describeInput(references, places);
    expect(dataset).toMatchObject(described.dataset);
    // Of what is read in part that part is hashed, so that a look at a large scan does not take reading it.
    expect((await described.sources()).slice(1)).toEqual(sources.slice(1));
    expect(sources[0]?.sha256).toBe(hashDataset((await readInput({ data: references.data }, places)).dataset));
    const range = { axis: 'slice', start: 1, stop: 3 };
    const block = await readRange(references, { ...range, extent: 3, ...names }, places);
    expect(block).toEqual(cutDataset(dataset, range));
  });

  it('has the slices of its fields cut as its own', async () => {
    const cut = await withInheritedPart({ ...references, data: `${references.data}&slice=1:2` }, places);
    const { dataset } = await readInput(cut, places);
    const whole = await readInput(references, places);
    const range = { axis: 'slice', start: 1, stop: 2, extent: 3 };
    const leftOut = { detector: [0, 0], slice: [1, 1] };
    const block = cutDataset(whole.dataset, range);
    expect(dataset).toEqual({ ...block, attributes: { ...block.attributes, leftOut } });
    expect(dataset.companions.dark?.shape).toEqual([1, 1, 4]);
    expect(await referenceIdentity(cut.white ?? '', places)).not.toEqual(
      await referenceIdentity(references.white, places),
    );
  });

  it('is hashed as sha256sum lists its files, and is another one once one of them was changed', async () => {
    const { sources } = await readInput(references, places);
    const lines = [0, 1].map(async (file) => {
      const content = await readFile(join(folder, 'tiffs', `flat_${file}.tif`));
      return `${createHash('sha256').update(content).digest('hex')}  flat_${file}.tif\n`;
    });
    const listed = createHash('sha256')
      .update((await Promise.all(lines)).join(''))
      .digest('hex');
    expect(sources.find(({ name }) => name === 'white')).toMatchObject({ sha256: listed, format: 'tiff' });
    const before = await referenceIdentity(references.white, places);
    await utimes(join(folder, 'tiffs/flat_1.tif'), 1, 1);
    expect(await referenceIdentity(references.white, places)).not.toEqual(before);
  });
});
