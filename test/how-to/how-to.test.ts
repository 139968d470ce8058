import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
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
  /** What it has printed so far. */
  readonly printed: () => string;
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

  it('keeps other accounts out of what it starts, and lets its own in', { timeout: 120_000 }, async () => {
    await start({ kind: 'start', environment: {}, parameters: ['up', '--workers', '2'] });
    const status = async (headers: Record<string, string>) => (await fetch(`${url}/v1/jobs`, { headers })).status;
    expect(await status({})).toBe(401);
    const tokens = join(root, 'state', 'rondel', 'tokens');
    const file = join(tokens, `${new URL(url).port}.json`);
    expect([(await stat(tokens)).mode & 0o777, (await stat(file)).mode & 0o777]).toEqual([0o700, 0o600]);
    const shown = await shell('npx rondel token show');
    expect(await status({ authorization: `Bearer ${shown.printed}` })).toBe(200);
    const [, code] = /#login=(\S+)/.exec(running?.printed() ?? '') ?? [];
    const login = await fetch(`${url}/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
    });
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect([login.status, await status({ cookie })]).toEqual([200, 200]);
    await stop();
    await expect(stat(file)).rejects.toThrow('ENOENT');
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
    const own = { RONDEL_HOME: join(root, 'home'), XDG_STATE_HOME: join(root, 'state') };
    return { ...inherited, NO_COLOR: '1', RONDEL_URL: url, ...own };
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
    let output = '';
    running = { child, start: wanted, printed: () => output };
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
