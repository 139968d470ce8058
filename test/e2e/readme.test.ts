import { readFile, readdir } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rondelScript } from '../support/rondel-command.js';
import { startStack, type Stack } from '../support/stack.js';

const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
const commands = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)]
  .flatMap(([, block = '']) => block.split('\n'))
  .filter((line) => line.startsWith('npx rondel '));

describe('the commands of the README', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
    await stack.startWorker('--pool', 'default,gpu');
  });
  afterAll(() => stack.stop());

  it('run in the order in which a newcomer meets them', async () => {
    expect(commands.length).toBeGreaterThan(5);
    for (const command of commands) {
      const { code, output } = await shell(
        command.replace('npx rondel', `"${process.execPath}" "${rondelScript}"`),
        stack,
      );
      expect(code, `${command}\n${output}`).toBe(0);
    }
    expect(await readdir(stack.directory)).toEqual(
      expect.arrayContaining(['head.npy', 'head.plan.toml', 'head.png', 'smooth.npy']),
    );
  });

  it('show the built-in plan as it is', async () => {
    const catalog = await stack.client.catalog();
    const shown = /```toml\n([\s\S]*?)```/.exec(readme)?.[1];
    expect(shown).toBe(catalog.plans.find(({ name }) => name === 'radon/fbp')?.toml);
  });
});

function shell(command: string, { directory, environment }: Stack): Promise<{ code: number | null; output: string }> {
  const child = spawn('sh', ['-c', command], { cwd: directory, env: { ...process.env, ...environment } });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
}
