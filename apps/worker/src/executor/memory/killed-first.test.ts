import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { beKilledFirst } from './killed-first.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rondel-score-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('raises the score of this process, says why it cannot, and does nothing where there is none', async () => {
  const problems: string[] = [];
  const file = join(folder, 'oom_score_adj');
  const complain = (problem: string) => problems.push(problem);
  beKilledFirst(complain, file);
  await writeFile(file, '0\n');
  beKilledFirst(complain, file);
  expect(await readFile(file, 'utf8')).toBe('800');
  expect(problems).toEqual([]);
  beKilledFirst(complain, folder);
  expect(problems).toEqual([expect.stringMatching(/^This executor is not the first .* EISDIR/)]);
});
