import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeNpy } from '@rondel/client';
import type { Job } from '@rondel/contracts';
import { freePort } from '@rondel/local';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { rondel } from '../support/machine/rondel-command.js';
import { eventually, startStack, type Stack } from '../support/machine/stack.js';

const folder = fileURLToPath(new URL('../../apps/docs/how-to/slab-projection', import.meta.url));
const projections = 30;
const angles = { _remote: 'range', start: 0, stop: Math.PI, length: projections, endpoint: false };

describe('a package that RONDEL_PACKAGES names', { timeout: 120_000 }, () => {
  let stack: Stack;
  let scan: string;

  beforeAll(async () => {
    stack = await withPackage(() => startStack());
    await withPackage(() => stack.startWorker('--threads', '1'));
    await stack.startWorker('--threads', '1', '--pool', 'bare');
    scan = join(stack.directory, 'scan.npy');
    const size = ['--size', '16', '--frames', '2', '--angles', String(projections)];
    await rondel(['data', 'phantom', '-o', scan, ...size], stack.environment);
  });
  afterAll(() => stack.stop());

  /** What is started here has the package. */
  async function withPackage<T>(start: () => Promise<T>): Promise<T> {
    vi.stubEnv('RONDEL_PACKAGES', folder);
    try {
      return await start();
    } finally {
      vi.unstubAllEnvs();
    }
  }

  /** From a machine that has not got the package. */
  async function submit(...args: string[]): Promise<{ code: number | null; job: Job }> {
    const plan = ['--set', `angles=${JSON.stringify(angles).replaceAll('":', '"=')}`, '--json'];
    const { code, stdout } = await rondel(['submit', ...args, scan, ...plan], stack.environment);
    return { code, job: JSON.parse(stdout) as Job };
  }

  async function imageOf({ id }: Job): Promise<ArrayLike<number>> {
    const { body } = await stack.client.result(id, { format: 'npy' });
    return decodeNpy(await new Response(body).arrayBuffer()).data;
  }

  it('runs its steps after those that are built in, with the numbers of plain loops', async () => {
    const { code, job } = await submit('lab/slabs', '--set', 'thickness=5');
    expect(code).toBe(0);
    expect(job.result).toMatchObject({ shape: [2, 4, 16, 16], spacing: [1, 5, 1, 1] });
    const volume = await imageOf((await submit('radon/fbp')).job);
    const slabs = await imageOf(job);
    const expected = Array.from({ length: slabs.length }, (_, index) => {
      const [slab, pixel] = [Math.floor(index / 256), index % 256];
      const first = 16 * Math.floor(slab / 4) + 5 * (slab % 4);
      const last = Math.min(first + 5, 16 * (Math.floor(slab / 4) + 1));
      const seen = Array.from({ length: last - first }, (_, slice) => volume[(first + slice) * 256 + pixel] ?? NaN);
      return Math.max(...seen);
    });
    // Adding 0 makes -0 and 0, of which either may count as the larger, the same.
    expect(Array.from(slabs, (value) => value + 0)).toEqual(expected.map((value) => value + 0));
    const { packages } = await stack.client.provenance(job.id);
    expect(packages).toMatchObject({ '@lab/slab-projection': '1.0.0' });
  });

  it('is in the catalog with all that a form needs', async () => {
    const { nodes } = await stack.client.catalog();
    const { properties } = nodes.find(({ type }) => type === 'SlabProjectionParameters') ?? { properties: [] };
    expect(properties).toMatchObject([
      { name: 'method', schema: { enum: ['maximum', 'mean'] }, default: 'maximum', optional: true },
      { name: 'thickness', schema: { type: 'integer', minimum: 1 }, default: 8, unit: 'slice', optional: true },
    ]);
  });

  it('is what a job waits for while no worker of the pool has it', async () => {
    const { job } = await submit('lab/slabs', '--pool', 'bare', '--detach');
    await eventually(
      async () => (await stack.client.job(job.id)).waiting?.reason.includes('@lab/slab-projection') === true,
      () => stack.log(),
    );
    await withPackage(() => stack.startWorker('--threads', '1', '--pool', 'bare'));
    expect((await stack.client.waitForJob(job.id)).state).toBe('completed');
  });

  it('keeps an API from starting that cannot load it', async () => {
    const { code, stderr } = await rondel(['api', '--port', String(await freePort())], {
      ...stack.environment,
      RONDEL_PACKAGES: `${folder}-absent`,
    });
    expect(code).toBe(2);
    expect(stderr).toContain('slab-projection-absent cannot be used');
  });
});
