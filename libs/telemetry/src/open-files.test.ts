import { open, type FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createLogger } from './logger.js';
import { watchOpenFiles } from './open-files-watch.js';
import { openFilesLimit, tooFewOpenFiles } from './open-files.js';

it('O15: says what is missing of the open files that are allowed', () => {
  expect(tooFewOpenFiles('A worker', 256, 64)).toMatch(/A worker needs .* 256 .* 64 are allowed here.*ulimit -n/);
  expect(tooFewOpenFiles('A worker', 256, 256)).toBeUndefined();
  expect(openFilesLimit('/no/such/file')).toBe(Infinity);
});

it.skipIf(process.platform !== 'linux')('O15: tells once when a process comes near to its limit', async () => {
  const said: string[] = [];
  const logger = Object.assign(createLogger('test', 'silent'), {
    warn: (_facts: unknown, message: string) => said.push(message),
  });
  const files: FileHandle[] = [];
  const stop = watchOpenFiles(logger, 20, 1000);
  try {
    await sleep(100);
    expect(said).toEqual([]);
    for (let count = 0; count < 900; count += 1) files.push(await open('/dev/null'));
    await expect.poll(() => said.length).toBe(1);
    await sleep(100);
    expect(said).toEqual([expect.stringMatching(/of 1000 files and connections are open.*LimitNOFILE/)]);
  } finally {
    stop();
    for (const file of files) await file.close();
  }
});
