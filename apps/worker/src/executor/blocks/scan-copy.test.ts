import { appendFileSync, readdirSync, truncateSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RondelError } from '@rondel/contracts';
import { openArtifactStore, openPartArea, type PartFiles } from '@rondel/store';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { getDocument, openDatasetPart } from '../files/dataset-parts.js';
import { openHeldInputs } from '../input/held-inputs.js';
import { openKnownLinks } from '../input/input-file.js';
import { describeInput } from '../input/read-input.js';
import { divideInput, openInputBlock, openInputBlockDocuments, readInputBlock } from './input-blocks.js';

// The first HDF5 file starts a thread that compiles libhdf5, which a busy machine may take seconds for.
vi.setConfig({ testTimeout: 60_000 });

/** A NeXus scan as `libs/formats/src/testing/nexus.py` wrote it: 16 projections, a flat and a dark of 4 x 16, each one gzipped chunk. */
const fixtures = new URL('../../../../../libs/formats/src/testing/', import.meta.url).pathname;
const names = { unnamedAxes: [], companionAxes: {} };

let folder: string;
let files: PartFiles;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rondel-scan-copy-'));
  await mkdir(join(folder, 'frames'));
  await copyFile(join(fixtures, 'linking.nxs'), join(folder, 'scan.nxs'));
  await copyFile(join(fixtures, 'frames.h5'), join(folder, 'frames', 'scan.h5'));
  files = openPartArea(join(folder, 'store')).files({ job: '01JD3AAAAAAAAAAAAAAAAAAAAA', run: 0 });
});
afterEach(() => rm(folder, { recursive: true }));

interface Dividing {
  readonly byReference?: boolean;
  readonly size?: number;
  readonly into?: PartFiles;
  readonly maxOutputBytes?: number;
}

/** Slabs of 8 projections, each 256 B. */
const room = { memoryBytes: 8 * 8 * 256 };

async function divide(
  reference: string,
  { byReference = true, size = 1, into = files, maxOutputBytes = 1e6 }: Dividing = {},
) {
  const store = openArtifactStore(join(folder, 'store'));
  const held = openHeldInputs();
  const places = {
    store,
    roots: { scans: folder },
    held,
    links: openKnownLinks(),
    documents: openInputBlockDocuments(),
    files: into,
    room: () => room,
  };
  const said: string[] = [];
  const onLog = (_: string, message: string) => said.push(message);
  const described = await describeInput({ data: reference }, places);
  const leaves = { kind: 'blocks', axis: 'slice', size, halo: 1, byReference } as const;
  const { parts } = await divideInput(described, { leaves, names, maxOutputBytes, onLog, leastBytes: 0 }, places);
  const read = async (part: string, fromFile = false) => {
    const block = openInputBlock(part, places);
    if (block === undefined) return openDatasetPart(part, files).load();
    const { copy, ...rest } = block;
    return readInputBlock({ ...rest, ...(copy !== undefined && !fromFile && { copy }) }, places);
  };
  const copy = byReference ? openInputBlock(parts[0] ?? '', places)?.copy : undefined;
  return { parts, said, read, copy };
}

it.each(['', '?skip=3&detector=2:14', '?axes=angle,-slice,detector'])(
  'blocks of a compressed scan are read from a copy, and are what they are in the file: %s',
  async (part) => {
    const { parts, said, read, copy } = await divide(`root://scans/scan.nxs${part}`);
    expect(said.join()).toMatch(/scan\.nxs.* is compressed: .* were copied in .* so that \d blocks need not/);
    const stored = getDocument(copy ?? '', files) as { arrays: { data: { slabs: unknown[] } } };
    expect(stored.arrays.data.slabs.length).toBeGreaterThan(1);
    for (const block of parts.slice(-2)) expect(await read(block)).toEqual(await read(block, true));
  },
);

it('blocks that are copied one by one come out of the copy, of which nothing is left', async () => {
  const referred = await divide('root://scans/scan.nxs');
  const before = readdirSync(files.path('0'.repeat(64)).slice(0, -64)).length;
  const copied = await divide('root://scans/scan.nxs', { byReference: false });
  expect(copied.said).toHaveLength(1);
  for (const [index, part] of copied.parts.entries()) {
    expect(await copied.read(part)).toEqual(await referred.read(referred.parts[index] ?? '', true));
  }
  expect(readdirSync(files.path('0'.repeat(64)).slice(0, -64)).length).toBeLessThan(before + copied.parts.length);
});

it('blocks read the file, as the log says, where there is no room for a copy', async () => {
  const reference = 'root://scans/scan.nxs';
  const full: PartFiles = { ...files, freeBytes: () => 4000 };
  const short = await divide(reference, { into: full });
  expect(short.said.join()).toMatch(
    /decompresses all of it: a copy would take .* half of what the disk .* has left is/,
  );
  const quota = await divide(reference, { maxOutputBytes: 1000 });
  expect(quota.said.join()).toMatch(/a copy would take .* and the job may write 1000 B/);
  let puts = 0;
  const filling: PartFiles = {
    ...files,
    put(...of) {
      puts += 1;
      if (puts === 3) throw new RondelError('QUOTA_EXCEEDED', 'The disk is full.', { retryable: true });
      files.put(...of);
    },
  };
  const filled = await divide(reference, { into: filling });
  expect(filled.said.join()).toMatch(/no copy could be made\. The disk is full/);
  for (const { copy, parts, read } of [short, quota, filled]) {
    expect(copy).toBeUndefined();
    expect((await read(parts[1] ?? '')).data.shape).toEqual([1, 3, 16, 16]);
  }
  // Of the copies nothing is left: each division is a document.
  expect(readdirSync(files.path('0'.repeat(64)).slice(0, -64))).toHaveLength(1);
});

it('what a process that was killed has left is taken for no copy, and the next makes it whole', async () => {
  let puts = 0;
  const killed: PartFiles = {
    ...files,
    put(...of) {
      puts += 1;
      if (puts === 3) throw new Error('The process is gone.');
      files.put(...of);
    },
  };
  await expect(divide('root://scans/scan.nxs', { into: killed })).rejects.toThrow('The process is gone.');
  const { parts, read } = await divide('root://scans/scan.nxs');
  expect(await read(parts[1] ?? '')).toEqual(await read(parts[1] ?? '', true));
});

it('a part of a copy that is damaged starts the job over, and a scan that changes as it is copied ends it', async () => {
  const reference = 'root://scans/scan.nxs';
  const { parts, read, copy } = await divide(reference);
  const { arrays } = getDocument(copy ?? '', files) as { arrays: { data: { slabs: { name: string }[] } } };
  const name = arrays.data.slabs[1]?.name ?? '';
  truncateSync(files.path(name), 100);
  await expect(read(parts[0] ?? '')).rejects.toMatchObject({
    code: 'CONFLICT',
    failure: { details: { lostPart: name } },
  });
  const again = await divide(reference);
  expect(again.copy).toBe(copy);
  expect(await again.read(parts[0] ?? '')).toEqual(await again.read(parts[0] ?? '', true));
  const changing: PartFiles = {
    ...files,
    put(...of) {
      appendFileSync(join(folder, 'frames', 'scan.h5'), ' ');
      files.put(...of);
    },
  };
  await expect(divide(reference, { into: changing })).rejects.toThrow(/was changed while the job read it/);
});
