import type { DamagedArtifact } from '@rondel/store';
import { expect, it } from 'vitest';
import { openCopyChecks, type CheckedStore } from './copy-checks.js';

/** A store of which every artifact has 4 bytes and is read until the test says what was found. */
function slowStore() {
  const reads = new Map<string, (found: DamagedArtifact | undefined | Error) => void>();
  const begun: string[] = [];
  const check = (sha256: string) =>
    new Promise<DamagedArtifact | undefined>((resolve, reject) => {
      begun.push(sha256);
      reads.set(sha256, (found) => (found instanceof Error ? reject(found) : resolve(found)));
    });
  const stat = (sha256: string) => Promise.resolve(sha256 === 'none' ? undefined : { sha256, bytes: 4 });
  const store: CheckedStore = { stat, files: { check } };
  return {
    store,
    begun,
    end: (sha256: string, found?: DamagedArtifact | Error) => reads.get(sha256)?.(found),
  };
}

const of = (sha256: string, state: string) => ({ artifact: `artifact:sha256-${sha256}`, bytes: 4, state });

it('reads an artifact once for all who ask, and remembers what it found for those who ask again', async () => {
  const { store, begun, end } = slowStore();
  const { check } = openCopyChecks(store, { holdMs: 10 });
  expect(await Promise.all([check('a'), check('a'), check('b')])).toEqual([
    of('a', 'reading'),
    of('a', 'reading'),
    of('b', 'reading'),
  ]);
  end('a');
  end('b', { sha256: 'b', bytes: 4, found: 'c' });
  expect(await check('a')).toEqual(of('a', 'whole'));
  expect(await check('b')).toEqual(of('b', 'damaged'));
  expect(begun).toEqual(['a', 'b']);
});

it('reads no more at once than it may, and goes on with the next when one is done', async () => {
  const { store, begun, end } = slowStore();
  const { check } = openCopyChecks(store, { holdMs: 30_000, mostReads: 1 });
  const answers = [check('a'), check('b')];
  await expect.poll(() => begun).toEqual(['a']);
  end('a');
  await expect.poll(() => begun).toEqual(['a', 'b']);
  end('b');
  expect(await Promise.all(answers)).toEqual([of('a', 'whole'), of('b', 'whole')]);
});

it('tells what is not there, and reads again after a failure', async () => {
  const { store, begun, end } = slowStore();
  const { check } = openCopyChecks(store, { holdMs: 30_000 });
  await expect(check('none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const failing = check('a');
  await expect.poll(() => begun).toEqual(['a']);
  end('a', new Error('the disk'));
  await expect(failing).rejects.toThrow('the disk');
  const second = check('a');
  await expect.poll(() => begun).toEqual(['a', 'a']);
  end('a');
  expect(await second).toEqual(of('a', 'whole'));
});
