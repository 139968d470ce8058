import { spawn, spawnSync } from 'node:child_process';
import { chmod, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeNpy } from '@rondel/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rondel, rondelScript } from '../support/machine/rondel-command.js';
import { startStackWithToken, type Stack } from '../support/machine/stack.js';

const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
const guides = new URL('../../apps/docs/guides/', import.meta.url);
const index = await readFile(new URL('README.md', guides), 'utf8');
const guideNames = [...index.matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, name = '']) => name);
/** The README and the guides that it leads to, in the order of their list. */
const pages = [readme, ...(await Promise.all(guideNames.map((name) => readFile(new URL(name, guides), 'utf8'))))].join(
  '\n',
);
const hasCurl = spawnSync('curl', ['--version']).status === 0;
const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasCurl) console.warn('The curl commands of the guides are not tried: there is no curl here.');
if (!hasPython) console.warn('The Python of the guides is not tried: there is no python3 here.');
/** Blocks as they stand, but for those that start Rondel itself, and the commands between backticks in the text. */
const blocks = [...pages.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);
const scripts = [
  ...blocks.filter((block) => !/^npm /m.test(block) && (hasCurl || !block.includes('curl '))),
  ...[...pages.matchAll(/`(npx rondel [^`]*)`/g)].map(([, command = '']) => command),
  ...[...pages.matchAll(/```python\n([\s\S]*?)```/g)]
    .filter(() => hasPython)
    .map(([, program = '']) => `python3 - <<'END'\n${program}END`),
];

describe('the commands of README and guides', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStackWithToken();
    await stack.startWorker();
    // The only thing that is not as it stands: npx would look for the workspace from the folder of the test.
    const npx = join(stack.directory, 'bin', 'npx');
    await mkdir(join(stack.directory, 'bin'));
    await writeFile(npx, `#!/bin/sh\nshift\nexec "${process.execPath}" "${rondelScript}" "$@"\n`);
    await chmod(npx, 0o755);
  });
  afterAll(() => stack.stop());

  it('D4: run as they stand, in the order in which a newcomer meets them', async () => {
    expect(scripts.join('').match(/npx rondel/g)?.length).toBeGreaterThan(15);
    for (const script of scripts) {
      const { code, output } = await shell(script.replaceAll('http://127.0.0.1:7420', stack.client.url), stack);
      expect(code, `${script}\n${output}`).toBe(0);
    }
    const files = await readdir(stack.directory);
    expect(files).toEqual(expect.arrayContaining(['head.npy', 'head.plan.toml', 'head.png', 'smooth.npy', 'sweep']));
    if (!hasCurl) return;
    // What curl has fetched is the image, the same that the command line made of the same plan.
    const fetched = files.find((file) => /^[0-9A-Z]{26}\.npy$/.test(file)) ?? '';
    const image = await readFile(join(stack.directory, fetched));
    expect(decodeNpy(Uint8Array.from(image).buffer).shape).toEqual([2, 64, 64, 64]);
    expect(image.equals(await readFile(join(stack.directory, 'smooth.npy')))).toBe(true);
  });

  it('D4: find a job also where a slash follows its address', async () => {
    const [job] = (await stack.client.jobs({ limit: 1 })).jobs;
    const { stdout } = await rondel(['token', 'show'], stack.environment);
    const headers = { authorization: `Bearer ${stdout.trim()}` };
    const answer = await fetch(`${stack.client.url}/v1/jobs/${job?.id ?? ''}/?wait=30`, { headers });
    expect([answer.status, await answer.json()]).toMatchObject([200, { id: job?.id }]);
  });

  it('show the built-in plan as it is', async () => {
    const catalog = await stack.client.catalog();
    const shown = /```toml\n([\s\S]*?)```/.exec(readme)?.[1];
    expect(shown).toBe(catalog.plans.find(({ name }) => name === 'radon/fbp')?.toml);
  });
});

function shell(script: string, { directory, environment }: Stack): Promise<{ code: number | null; output: string }> {
  const env = { ...process.env, ...environment, PATH: `${join(directory, 'bin')}:${process.env.PATH ?? ''}` };
  const child = spawn('sh', ['-eux', '-c', script], { cwd: directory, env });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
}
