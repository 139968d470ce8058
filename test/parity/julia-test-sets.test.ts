import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { juliaTestSets } from './julia-test-sets.js';

const root = new URL('../../', import.meta.url);

/** Whether a file has a test of that title. */
function hasTest(file: string, title: string): boolean {
  const url = new URL(file, root);
  return existsSync(url) && readFileSync(url, 'utf8').includes(`'${title}'`);
}

describe('P13: every test set of the Julia packages', () => {
  it('is held by a test here or has a reason why there is none', () => {
    const missing = juliaTestSets.flatMap(({ file, set, here = {}, reason }) => {
      const tests = Object.entries(here).flatMap(([path, titles]) => titles.map((title) => ({ path, title })));
      const lost = tests.filter(({ path, title }) => !hasTest(path, title)).map(({ title }) => title);
      return tests.length + Number(reason !== undefined) === 0 || lost.length > 0 ? [{ file, set, lost }] : [];
    });
    expect(missing).toEqual([]);
  });

  it('has one row', () => {
    const names = juliaTestSets.map(({ file, set }) => `${file}: ${set}`);
    expect(new Set(names).size).toBe(names.length);
  });
});
