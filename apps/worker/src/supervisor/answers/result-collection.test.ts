import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resultLimits } from '@rondel/jobs';
import { openResultArea } from '@rondel/store';
import { createLogger } from '@rondel/telemetry';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { collectResults } from './result-collection.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'rondel-collection-'))));
afterEach(() => rm(folder, { recursive: true }));

it('removes what the index has given up and, after an hour, files that it does not know', async () => {
  const area = openResultArea(folder);
  const [evicted, stray, kept] = ['evicted', 'stray', 'kept'].map((name) =>
    createHash('sha256').update(name).digest('hex'),
  ) as [string, string, string];
  for (const key of [evicted, stray, kept]) await area.files(key).put([Buffer.from(key)]);
  const results = {
    trim: () => Promise.resolve([evicted]),
    unknown: (keys: readonly string[]) => Promise.resolve(keys.filter((key) => key !== kept)),
  };
  const collection = { results, area, limits: resultLimits, logger: createLogger('worker', 'silent') };
  const keys = async () => (await area.list()).map(({ key }) => key).sort();
  await collectResults(collection);
  expect(await keys()).toEqual([stray, kept].sort());
  await collectResults(collection, Date.now() + 2 * 3600_000);
  expect(await keys()).toEqual([kept]);
});
