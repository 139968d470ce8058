import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findOnPath } from '@rondel/local';
import { describe, expect, it } from 'vitest';
import { rondelScript } from '../support/machine/rondel-command.js';

const infra = (path: string) => fileURLToPath(new URL(`../../infra/${path}`, import.meta.url));
const units = ['rondel-api.service', 'rondel-worker@.service'];
const slurm = infra('slurm/rondel-workers.sh');

const analyze = await findOnPath(['systemd-analyze'], process.env);
const shellcheck = await findOnPath(['shellcheck'], process.env);
if (analyze === undefined) console.warn('systemd-analyze is not installed: the unit files are not checked by systemd.');
if (shellcheck === undefined) console.warn('shellcheck is not installed: scripts are only parsed.');

describe('the systemd units', () => {
  it.skipIf(analyze === undefined)('are ones that systemd takes without a warning', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rondel-units-'));
    try {
      const copies = units.map((name) => {
        const copy = join(folder, name);
        const text = readFileSync(infra(`systemd/${name}`), 'utf8');
        // The program has to be there to be checked, and the checkout stands in for the installation.
        writeFileSync(copy, text.replaceAll('/usr/local/bin/rondel', rondelScript).replaceAll('/opt/rondel', folder));
        return copy;
      });
      const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...copies], { encoding: 'utf8' });
      expect(stderr).toBe('');
      expect(status).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('let a worker live of which an executor was killed for want of memory', () => {
    expect(readFileSync(infra('systemd/rondel-worker@.service'), 'utf8')).toMatch(/^OOMPolicy=continue$/m);
  });

  it('give a worker more time to stop than it takes', () => {
    const text = readFileSync(infra('systemd/rondel-worker@.service'), 'utf8');
    const stop = Number(/^TimeoutStopSec=(\d+)$/m.exec(text)?.[1]);
    expect(stop).toBeGreaterThan(Number(/RONDEL_GRACE=(\d+)/.exec(text)?.[1]));
  });
});

describe('what images hold', () => {
  it('H16: is what production needs, as npm reads the lock file: no tests, and none of the tools that build', () => {
    const names = ['playwright-core', 'kubernetes-models', 'vite', 'vitest', 'typescript', 'eslint', 'nx', 'preact'];
    const root = fileURLToPath(new URL('../..', import.meta.url));
    const ls = (...more: string[]) =>
      spawnSync('npm', ['ls', '--all', '--json', '--package-lock-only', ...more], { cwd: root, encoding: 'utf8' })
        .stdout;
    const without = ls('--omit=dev');
    expect(without).toContain('"fastify"');
    expect(names.filter((name) => without.includes(`"${name}": {`))).toEqual([]);
    const dockerfile = readFileSync(infra('docker/Dockerfile'), 'utf8');
    expect(dockerfile).toMatch(/npm ci --omit=dev .*rm -rf test$/m);
  });
});

describe('the Slurm script', () => {
  it('is one that bash can parse', () => {
    const { status, stderr } = spawnSync('bash', ['-n', slurm], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it.skipIf(shellcheck === undefined)('has nothing that shellcheck objects to', () => {
    expect(spawnSync('shellcheck', [slurm], { encoding: 'utf8' }).stdout).toBe('');
  });

  it('is told of the end of its walltime before the grace of its worker is over', () => {
    const text = readFileSync(slurm, 'utf8');
    const notice = Number(/^#SBATCH --signal=B:TERM@(\d+)$/m.exec(text)?.[1]);
    expect(notice).toBeGreaterThan(Number(/RONDEL_GRACE:-(\d+)/.exec(text)?.[1]));
  });
});
