import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const script = fileURLToPath(new URL('../../bin/rondel.mjs', import.meta.url));

it.skipIf(process.platform !== 'linux').each([
  [64, ['ls', '--json'], /Rondel needs to have 96 .* 64 are allowed here/],
  [192, ['worker', '--concurrency', '8', '--json'], /needs to have 288 .* 192 are allowed here/],
  [192, ['api', '--json'], /needs to have 256 .* 192 are allowed here/],
])('O15: with %i open files %j says how many it needs and how that is raised', (most, parameters, sentence) => {
  const command = ['-c', `ulimit -n ${most}; exec "$@"`, 'sh', process.execPath, script, ...parameters];
  const { status, stdout } = spawnSync('sh', command, { encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stdout).toContain('ulimit -n 1024');
  expect(JSON.parse(stdout)).toMatchObject({
    code: 'QUOTA_EXCEEDED',
    detail: expect.stringMatching(sentence) as string,
  });
});
