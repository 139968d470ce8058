import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@rondel/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rondelScript } from '../support/machine/rondel-command.js';
import { blocksOf, type Block, type StartBlock } from './how-to.js';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const folder = new URL('../../apps/docs/how-to/', import.meta.url);
const names = (await readdir(folder)).filter((name) => name.endsWith('.md') && name !== 'README.md');
const howTos = await Promise.all(
  names.map(async (name) => ({ name, blocks: blocksOf(await readFile(new URL(name, folder), 'utf8')) })),
);
/** What Rondel is started with. Those that start it alike come one after the other and share it. */
const startOf = ({ blocks }: (typeof howTos)[number]) => JSON.stringify(blocks.find(({ kind }) => kind === 'start'));
howTos.sort((one, other) => startOf(one).localeCompare(startOf(other)));

interface Running {
  readonly child: ChildProcess;
  /** What it was started with; a how-to that starts the same takes it over. */
  readonly start: string;
}

describe('the how-tos, each as it stands', () => {
  let root: string;
  let directory: string;
  let url: string;
  let running: Running | undefined;

  beforeAll(async () => {
    // A folder beside what a checkout has, as the how-tos say.
    root = await mkdtemp(join(tmpdir(), 'rondel-how-to-'));
    for (const name of ['node_modules', 'apps']) await symlink(join(checkout, name), join(root, name));
    directory = join(root, 'try');
    await mkdir(directory);
    url = `http://127.0.0.1:${await freePort()}`;
  });
  afterAll(async () => {
    await stop();
    await rm(root, { recursive: true, force: true });
  });

  it.each(howTos)('$name does and prints what it says', { timeout: 120_000 }, async ({ blocks }) => {
    expect(blocks.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['start', 'commands']));
    for (const block of blocks) await follow(block);
  });

  it('are all in the list', async () => {
    const list = await readFile(new URL('README.md', folder), 'utf8');
    expect([...list.matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, name]) => name).sort()).toEqual(names.sort());
  });

  async function follow(block: Block): Promise<void> {
    switch (block.kind) {
      case 'start':
        return start(block);
      case 'file':
        await mkdir(dirname(join(directory, block.name)), { recursive: true });
        return writeFile(join(directory, block.name), here(block.text));
      case 'excerpt':
        expect(flat(await readFile(new URL(block.name, folder), 'utf8'))).toContain(flat(block.text));
        return;
      case 'commands': {
        const { code, printed } = await shell(block.text);
        expect(code, `${block.text}\n${printed}`).toBe(block.exitCode);
        if (block.prints) expect(printed).toMatch(block.prints);
      }
    }
  }

  function environment(): NodeJS.ProcessEnv {
    const { REDIS_URL: _, ...inherited } = process.env;
    return { ...inherited, NO_COLOR: '1', RONDEL_URL: url, RONDEL_HOME: join(root, 'home') };
  }

  async function start(block: StartBlock): Promise<void> {
    const wanted = JSON.stringify(block);
    if (running?.start === wanted) return;
    await stop();
    const child = spawn(process.execPath, [rondelScript, ...block.parameters, '--port', new URL(url).port], {
      cwd: directory,
      env: { ...environment(), ...block.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running = { child, start: wanted };
    let output = '';
    await new Promise<void>((resolve, reject) => {
      const hear = (chunk: Buffer) => {
        output += chunk.toString();
        if (output.includes('Rondel is up')) resolve();
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.once('exit', (code) => reject(new Error(`It ended with ${code ?? 'a signal'}:\n${output}`)));
    });
  }

  async function stop(): Promise<void> {
    const { child } = running ?? {};
    running = undefined;
    if (!child || child.exitCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  }

  async function shell(commands: string): Promise<{ code: number | null; printed: string }> {
    const script = here(commands).replaceAll('npx rondel', `"${process.execPath}" "${rondelScript}"`);
    const child = spawn('sh', ['-e', '-c', script], { cwd: directory, env: environment() });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, printed: stdout.trim() || stderr.trim() };
  }

  /** The server of this test instead of the one that a reader has started. */
  function here(text: string): string {
    return text.replaceAll('http://127.0.0.1:7420', url);
  }
});

function flat(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
