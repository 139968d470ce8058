import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { createArtifactSet } from './artifact-set.js';

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

it('knows what was added, also when it has grown many times', () => {
  const set = createArtifactSet();
  const added = Array.from({ length: 5000 }, (_, index) => hashOf(`added ${index}`));
  for (const sha256 of added) set.add(sha256);
  for (const sha256 of added) set.add(sha256);
  expect(set.size).toBe(5000);
  expect(added.every((sha256) => set.has(sha256))).toBe(true);
  // Two of 10,000 random hashes agree in 64 bits once in 10^11 runs; these are the same in every run.
  expect(added.some((_, index) => set.has(hashOf(`other ${index}`)))).toBe(false);
});

it('tells hashes apart that lie in the same slot', () => {
  const set = createArtifactSet();
  const [first, second, third] = ['0000000000000001', '0000000100000001', '0000000200000001'].map((start) =>
    start.padEnd(64, '0'),
  ) as [string, string, string];
  set.add(first);
  set.add(second);
  expect([first, second, third].map((sha256) => set.has(sha256))).toEqual([true, true, false]);
});
