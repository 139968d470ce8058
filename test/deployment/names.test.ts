import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineNameSchema } from '@rondel/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { rondel } from '../support/machine/rondel-command.js';
import { startStack, type Stack } from '../support/machine/stack.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const dockerfile = 'infra/docker/Dockerfile';
const compose = 'infra/compose.yaml';
const chart = 'infra/helm/rondel';
const manifests = [
  dockerfile,
  compose,
  `${chart}/values.yaml`,
  ...readdirSync(join(root, chart, 'templates')).map((name) => `${chart}/templates/${name}`),
  'infra/slurm/rondel-workers.sh',
  'infra/systemd/rondel-api.service',
  'infra/systemd/rondel-worker@.service',
];

function matches(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([all, group]) => group ?? all))];
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(ts|mjs)$/.test(path) && !/(^|\/)(node_modules|dist)\/|\.test\.ts$|\.d\.ts$/.test(path))
    .map((path) => join(folder, path));
}

describe('what manifests name', () => {
  let stack: Stack;
  const flags: Record<string, string[]> = {};
  beforeAll(async () => {
    stack = await startStack();
    for (const command of ['api', 'worker']) {
      const { stdout } = await rondel([command, '--help'], stack.environment);
      flags[command] = matches(stdout, /--[a-z][a-z-]+/g);
    }
  });
  afterAll(() => stack.stop());

  it.each(manifests)('environment variables of %s are read by the code, or by the file itself', (path) => {
    const code = ['apps', 'libs', 'infra/local', 'infra/tensorflow'].flatMap(sources).map(read).join('\n');
    const text = read(path);
    const named = matches(text, /\b(?:RONDEL_[A-Z_]+|REDIS_URL)\b/g);
    const unread = named.filter((name) => !new RegExp(`\\b${name}\\b`).test(code) && !text.includes(`\${${name}`));
    expect(unread).toEqual([]);
  });

  it.each([
    ['api', dockerfile, /^CMD \["api",(.*)\]/gm],
    ['worker', dockerfile, /^CMD \["worker",(.*)\]/gm],
    ['worker', compose, /command: \[worker,(.*)\]/g],
    ['api', `${chart}/templates/api.yaml`, /^ +- (--.*)$/gm],
    ['worker', `${chart}/templates/workers.yaml`, /^ +- (--.*)$/gm],
    ['worker', 'infra/slurm/rondel-workers.sh', /^ {2}(--.*)$/gm],
    ['api', 'infra/systemd/rondel-api.service', /^ExecStart=\S+ api (.*)$/gm],
    ['worker', 'infra/systemd/rondel-worker@.service', /^ExecStart=\S+ worker (.*)$/gm],
  ])('flags of `rondel %s` in %s exist', (command, path, pattern) => {
    const named = matches(matches(read(path), pattern).join(' '), /(?<![\w-])--[a-z][a-z-]+/g);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((flag) => !flags[command]?.includes(flag))).toEqual([]);
  });

  it('engines of the chart are those there are', () => {
    const { definitions } = JSON.parse(read(`${chart}/values.schema.json`)) as {
      definitions: { pool: { properties: { engine: { enum: string[] }; image: { enum: string[] } } } };
    };
    expect([...definitions.pool.properties.engine.enum].sort()).toEqual(['auto', ...EngineNameSchema.enum].sort());
  });

  it('images of compose file and chart are targets of the Dockerfile', () => {
    const targets = matches(read(dockerfile), /^FROM \S+ AS (\S+)$/gm);
    const values = parse(read(`${chart}/values.yaml`)) as { pools: Record<string, { image: string }> };
    const named = [
      ...matches(read(compose), /^ +target: (\S+)$/gm),
      ...Object.values(values.pools).map(({ image }) => image),
      'api',
    ];
    expect(named.filter((name) => !targets.includes(name))).toEqual([]);
  });

  it('files of the checkout are there', () => {
    const text = manifests.map(read).join('\n');
    const installed = matches(text, /\/opt\/rondel\/([\w./-]+\w)/g);
    const copied = matches(read(dockerfile), /^COPY (?!--from)(\S+) /gm);
    const built = matches(read(compose), /^ +dockerfile: (\S+)$/gm);
    const paths = [...installed, ...copied, ...built];
    expect(paths).toEqual(expect.arrayContaining(['apps/cli/bin/rondel.mjs', 'infra/docker/healthy.mjs']));
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('the store lies where RONDEL_HOME puts it', () => {
    for (const path of [dockerfile, compose, `${chart}/templates/api.yaml`, `${chart}/templates/workers.yaml`]) {
      expect(matches(read(path), /\/var\/lib\/rondel\/\w+/g), path).toEqual(['/var/lib/rondel/store']);
    }
    // `rondel` without --store, with RONDEL_HOME set, made its store there.
    expect(existsSync(join(stack.directory, 'store'))).toBe(true);
  });

  it('H8: what lies there is for the account of the API alone', async () => {
    await stack.client.putData(new Uint8Array([1, 2, 3]));
    const store = join(stack.directory, 'store');
    const all = [store, ...readdirSync(store, { recursive: true, encoding: 'utf8' }).map((path) => join(store, path))];
    expect(all.length).toBeGreaterThan(3);
    expect(all.filter((path) => (statSync(path).mode & 0o077) !== 0)).toEqual([]);
  });

  it('H1: an address beyond loopback is refused without the flag that says what it means', async () => {
    const { code, stderr } = await rondel(['api', '--host', '0.0.0.0', '--port', '1'], stack.environment);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--insecure-no-auth')]);
  });

  it('addresses of the API that are asked by others exist, and answer with the field that is read', async () => {
    const answer = await fetch(`${stack.client.url}/openapi.json`);
    const { paths } = (await answer.json()) as { paths: Record<string, unknown> };
    for (const path of ['/healthz', '/readyz', '/metrics', '/v1/pools/{pool}/demand'])
      expect(paths).toHaveProperty([path]);
    const probes = matches(read(`${chart}/templates/api.yaml`), /path: (\/[a-z]+)/g);
    expect(probes.filter((path) => !(path in paths))).toEqual([]);
    const [field = ''] = matches(read(`${chart}/templates/workers.yaml`), /valueLocation: (\w+)/g);
    expect(await stack.client.demand('gpu')).toMatchObject({ [field]: 0 });
  });
});
