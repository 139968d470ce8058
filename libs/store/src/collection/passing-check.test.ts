import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCheckpointArea } from '../checkpoints/checkpoint-area.js';
import { openArtifactStore } from '../file-artifact-store.js';
import { openPartArea } from '../parts/part-area.js';
import { checkedKinds, type CheckedKind, type PassingFile } from './passing-check.js';
import { openResultArea } from '../results/result-area.js';

const job = '01JD3AAAAAAAAAAAAAAAAAAAAA';
const content = Buffer.from('what was written');
const hash = createHash('sha256').update(content).digest('hex');
let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'rondel-passing-'))));
afterEach(() => rm(folder, { recursive: true }));

async function listed(kind: CheckedKind, after?: string): Promise<PassingFile[]> {
  const found: PassingFile[] = [];
  for await (const file of openArtifactStore(folder).files.passing(kind, after)) found.push(file);
  return found;
}

/** Changes one byte of a file, 0 the first and -1 the last. */
async function spoil(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  const index = at < 0 ? bytes.length + at : at;
  bytes.writeUInt8((bytes[index] ?? 0) ^ 1, index);
  await chmod(path, 0o644);
  await writeFile(path, bytes);
}

const put: Record<CheckedKind, () => unknown> = {
  shared: () => openResultArea(folder).files('b'.repeat(64)).put([content]),
  checkpoints: () => openCheckpointArea(folder).write({ job, subjob: '1.2', step: 'parameter.reco' }, [content]),
  parts: () => openPartArea(folder).files({ job, run: 0 }).put(hash, [content]),
};
const folders: Record<CheckedKind, string> = { shared: 'results', checkpoints: 'checkpoints', parts: 'parts' };

describe.each(checkedKinds)('files of the kind %s', (kind) => {
  it.each([0, -1])('are damaged when their byte %i has changed, and deleted only if they are to be', async (at) => {
    await put[kind]();
    const { files } = openArtifactStore(folder);
    const [file, ...others] = await listed(kind);
    if (file === undefined) throw new Error('There is no file.');
    expect(others).toEqual([]);
    expect(await files.checkPassing(file, { remove: true })).toBe(false);
    await spoil(join(folder, folders[kind], file.name), at);
    expect(await files.checkPassing(file, { remove: false })).toBe(true);
    expect(await listed(kind)).toEqual([file]);
    expect(await files.checkPassing(file, { remove: true })).toBe(true);
    expect(await listed(kind)).toEqual([]);
    expect(await files.checkPassing(file, { remove: true })).toBe(false);
  });
});

it('come in the order of their names, from any of them on, without those that are being written', async () => {
  for (const run of [0, 1, 2, 10]) {
    for (const text of ['one', 'two']) {
      const bytes = Buffer.from(text);
      const name = createHash('sha256').update(bytes).digest('hex');
      openPartArea(folder).files({ job, run }).put(name, [bytes]);
    }
  }
  await writeFile(join(folder, 'parts', job, '1', `${hash}.0-0`), 'half');
  const names = (await listed('parts')).map(({ name }) => name);
  expect(names).toHaveLength(8);
  expect(names).toEqual([...names].sort());
  for (const [index, name] of names.entries()) {
    expect((await listed('parts', name)).map((file) => file.name)).toEqual(names.slice(index + 1));
  }
});
