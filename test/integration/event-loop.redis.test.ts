import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@rondel/local';
import { afterAll, describe, expect, it } from 'vitest';
import { startRondel } from '../support/machine/rondel-command.js';
import { startTestRedis } from '../support/machine/redis.js';
import { eventually } from '../support/machine/stack.js';

const redis = await startTestRedis();
const directory = await mkdtemp(join(tmpdir(), 'rondel-loop-'));
let api: ChildProcess | undefined;
afterAll(async () => {
  api?.kill('SIGKILL');
  await redis.stop();
  await rm(directory, { recursive: true, force: true });
});

const head = '_type = "A"\n';
const keys = (count: number) => Array.from({ length: count }, (_, index) => `k${index} = 1`).join('\n');
const dotted = (_: unknown, index: number) => `${'a.'.repeat(28)}k${index} = 1`;
/** What was taken once, and as much as a plan may be. */
const [large, full] = [8_000_000, 1_000_000];

const plans: Record<string, string> = {
  'a.a.a': `${head}${'a.'.repeat(large / 2)}a = 1`,
  'a.a.a, as long as may be': `${head}${'a.'.repeat(full / 2)}a = 1`,
  'lines of dotted keys': head + Array.from({ length: 15_000 }, dotted).join('\n'),
  'as many dotted keys as may be': head + Array.from({ length: 340 }, dotted).join('\n'),
  '800,000 keys': head + keys(800_000),
  'as many keys as may be': head + keys(9_990),
  '1.3 million [[a]]': `${head}${'[[a]]\n'.repeat(1_300_000)}`,
  'as many [[a]] as may be': `${head}${'[[a]]\n'.repeat(9_990)}`,
  newlines: `${head}${'\n'.repeat(full)}=`,
  'as many newlines as may be': `${head}${'\n'.repeat(49_000)}=`,
  numbers: `${head}a = [${'1.5,'.repeat(99_000)}]`,
  'empty tables': `${head}a = [${'{},'.repeat(19_000)}]`,
};

const submission = (part: string) => `{"data":"root://x/y",${part}}`;
const times = (count: number, item: string) => Array.from({ length: count }, () => item).join();
const some = (count: number, item: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => item(index));
const filterNode = '_type = "RecoPlan{RadonFilteredBackprojectionParameters}"\n';
const iterative = '"plan":{"name":"radon/iterative"}';

/** Path, body, and what the answer names. */
const bodies: Record<string, readonly [string, string, RegExp]> = {
  'arrays inside each other': [
    '/v1/jobs',
    submission(`${iterative},"parameters":{"angles":${'['.repeat(5000)}${']'.repeat(5000)}}`),
    /at most 64 tables and arrays inside each other/,
  ],
  'tables inside each other': [
    '/v1/jobs',
    submission(`"plan":{"_type":"A","a":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`),
    /at most 64 tables and arrays inside each other/,
  ],
  'many tables': [
    '/v1/jobs',
    submission(`"plan":{"_type":"A",${some(20_000, (index) => `"k${index}":{}`).join()}}`),
    /at most 20000 (keys|values)/,
  ],
  'many tables in a list': [
    '/v1/jobs',
    submission(`"plan":{"_type":"A","a":[${times(20_000, '{}')}]}`),
    /at most 20000 values/,
  ],
  'many nodes in a list': [
    '/v1/jobs',
    submission(`"plan":{"_type":"A","a":[${times(19_000, '{"_type":"B"}')}]}`),
    /at most 2000 nodes/,
  ],
  'many values': [
    '/v1/jobs',
    submission(`${iterative},"parameters":{"angles":[${times(800_000, '1')}]}`),
    /200000 values/,
  ],
  'as many numbers as may be': [
    '/v1/jobs',
    submission(`${iterative},"parameters":{"angles":[${some(90_000, (index) => `${index / 7}`).join()}]}`),
    /takes \d+ characters, \d+ are allowed/,
  ],
  'many values of a property that many nodes have': [
    '/v1/sweeps',
    submission(
      `"plan":${JSON.stringify(`_type = "A"\n[[a]]\n${times(1_900, filterNode).replaceAll(',', '[[a]]\n')}`)},"vary":[{"path":"filter","values":[${times(300, '"hann"')}]}]`,
    ),
    /which no installed package provides/,
  ],
};

/** As many combinations as may be: refused for the last of them, accepted, shown, cancelled. */
async function largestSweep(
  url: string,
  post: (path: string, body: string) => Promise<{ status: number; id?: string; detail: string }>,
): Promise<void> {
  const sweep = (last: string) =>
    submission(
      `"plan":{"name":"radon/fbp"},"parameters":{"angles":[0,1]},"vary":[{"path":"centerOfRotation","values":[${[...some(9_999, String), last].join()}]}]`,
    );
  const refused = await post('/v1/sweeps', sweep('"x"'));
  expect([refused.status, refused.detail], 'a sweep').toEqual([422, expect.stringContaining('got "x"')]);
  const { status, id } = await post('/v1/sweeps', sweep('9999'));
  expect(status, 'a sweep').toBe(202);
  const answer = await fetch(`${url}/v1/sweeps/${id}`);
  expect(((await answer.json()) as { items: unknown[] }).items).toHaveLength(10_000);
  expect((await fetch(`${url}/v1/jobs?limit=500&q=none`)).status).toBe(200);
  expect((await fetch(`${url}/openapi.json`)).status).toBe(200);
  const cancelled = await fetch(`${url}/v1/sweeps/${id}`, { method: 'DELETE' });
  expect(await cancelled.json()).toMatchObject({ states: { cancelled: 10_000 } });
}

describe('an API', { timeout: 120_000 }, () => {
  it('H3, H12: refuses what is too large with its limit, and keeps nobody waiting meanwhile', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const file = join(directory, 'delay.json');
    api = startRondel(['api', '--port', String(port), '--log-level', 'silent'], {
      REDIS_URL: redis.url,
      RONDEL_HOME: directory,
      NODE_OPTIONS: `--import ${new URL('../support/machine/loop-delay.mjs', import.meta.url).href}`,
      LOOP_DELAY_FILE: file,
    });
    const post = async (path: string, body: string) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body });
      const { detail = '', id } = (await answer.json()) as { detail?: string; id?: string };
      return { status: answer.status, detail, ...(id !== undefined && { id }) };
    };
    await eventually(
      async () => (await fetch(`${url}/healthz`)).ok,
      () => 'There is no API.',
    );
    // What is opened on first use is, and what a program does at its start keeps nobody waiting.
    await post('/v1/jobs', submission('"plan":{"name":"radon/fbp"},"parameters":{"angles":[0,1]}'));
    api.kill('SIGUSR2');
    for (const [name, plan] of Object.entries(plans)) {
      const { status, detail } = await post('/v1/jobs', JSON.stringify({ plan, data: 'root://x/y' }));
      expect([400, 413, 422], name).toContain(status);
      expect(detail, name).toMatch(/at most|are allowed|no installed package|unexpected end/);
      const session = await post('/v1/plans', JSON.stringify({ plan }));
      expect([201, 400, 413], name).toContain(session.status);
    }
    for (const [name, [path, body, limit]] of Object.entries(bodies)) {
      const { status, detail } = await post(path, body);
      expect(status, `${name}: ${detail}`).toBeLessThan(500);
      expect(detail, name).toMatch(limit);
    }
    await largestSweep(url, post);
    const exited = once(api, 'exit');
    api.kill('SIGTERM');
    await exited;
    const facts = JSON.parse(await readFile(file, 'utf8')) as Record<'longestMs' | 'busiestMs' | 'residentMiB', number>;
    expect(facts.longestMs).toBeLessThan(500);
    // Of its own doing, whatever else the machine does.
    expect(facts.busiestMs).toBeLessThan(250);
    expect(facts.residentMiB).toBeLessThan(512);
  });
});
