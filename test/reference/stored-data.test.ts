import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const text = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const page = text('apps/docs/guides/stored-data.md');

/** Words in the first column of a table of the page. */
function listed(heading: string): Set<string> {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const firsts = [...section.matchAll(/^\| (`[^|]+) \|/gm)].map(([, first = '']) => first);
  return new Set(firsts.flatMap((first) => [...first.matchAll(/`([\w-]+):?`/g)].map(([, word = '']) => word)));
}

it('the page of stored data has every kind of key in Redis', () => {
  // Kinds are named by patterns such as `job:*:events`; the first word tells which it is.
  const kinds = [...text('libs/jobs/src/redis/key-kinds.ts').matchAll(/^ {2}\['([\w-]+)/gm)].map(([, kind]) => kind);
  expect(kinds.length).toBeGreaterThan(50);
  const known = listed('In Redis');
  expect(kinds.filter((kind) => kind === undefined || !known.has(kind))).toEqual([]);
});

it('the page of stored data has every folder of the store', () => {
  const code = ['files/store-folders', 'parts/part-folders', 'checkpoints/checkpoint-area', 'results/result-folders'];
  const folders = code.flatMap((name) =>
    [...text(`libs/store/src/${name}.ts`).matchAll(/join\((?:directory|root), '([\w-]+)'/g)].map(
      ([, folder]) => folder,
    ),
  );
  expect(new Set(folders).size).toBeGreaterThan(10);
  const known = listed('In the store');
  expect(folders.filter((folder) => folder === undefined || !known.has(folder))).toEqual([]);
});
