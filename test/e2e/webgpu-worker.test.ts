import { join } from 'node:path';
import type { Job } from '@rondel/contracts';
import { readDataset } from '@rondel/formats';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { relativeError } from '../conformance/reference.js';
import { rondel } from '../support/machine/rondel-command.js';
import { softwareGpu } from '../support/machine/software-gpu.js';
import { startStack, type Stack, type WorkerProcess } from '../support/machine/stack.js';

describe.skipIf(softwareGpu === undefined)('a worker on the engine webgpu', () => {
  let stack: Stack;
  let gpu: WorkerProcess;
  const file = (name: string) => join(stack.directory, name);

  beforeAll(async () => {
    stack = await startStack();
    await stack.startWorker('--pool', 'cpu');
    for (const [name, value] of Object.entries(softwareGpu ?? {})) vi.stubEnv(name, value);
    gpu = await stack.startWorker('--pool', 'gpu', '--engine', 'webgpu');
    const made = await rondel(
      ['data', 'phantom', '-o', file('head.npy'), '--size', '32', '--frames', '1', '--angles', '48'],
      stack.environment,
    );
    expect(made.code, made.stderr).toBe(0);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await stack.stop();
  });

  async function reconstructOn(pool: string): Promise<{ job: Job; image: ArrayLike<number> }> {
    const { code, stdout, stderr } = await rondel(
      ['submit', file('head.plan.toml'), file('head.npy'), '--pool', pool, '-o', file(`${pool}.npy`), '--json'],
      stack.environment,
    );
    expect(code, stderr + stdout).toBe(0);
    return { job: JSON.parse(stdout) as Job, image: (await readDataset(file(`${pool}.npy`))).data.data };
  }

  it('is listed with its engine, its device and what that holds', async () => {
    const workers = await stack.client.workers();
    const record = workers.find(({ id }) => id === gpu.record.id);
    expect(record).toMatchObject({ engine: 'webgpu', pools: ['gpu'], state: 'running' });
    expect(record?.device).toMatch(/^SwiftShader .* on the processor, WebGPU$/);
    expect(record?.memoryBytes).toBeGreaterThan(2 ** 20);
  });

  it('gives through the API the image of a worker on wasm', async () => {
    const [ours, reference] = [await reconstructOn('gpu'), await reconstructOn('cpu')];
    expect(ours.job.worker).toBe(gpu.record.id);
    // The preparation has nothing for an engine to do, and the record says so.
    const { engine } = await stack.client.provenance(ours.job.id);
    expect(engine).toMatchObject({ name: 'webgpu', processor: ['parameter.pre'] });
    const onWasm = (await stack.client.provenance(reference.job.id)).engine;
    expect(onWasm.name).toBe('wasm');
    expect(onWasm).not.toHaveProperty('processor');
    // What the engines promise of a whole plan; float32 rounding alone makes about 1e-6.
    expect(relativeError(ours.image, reference.image)).toBeLessThan(1e-4);
  });
});
