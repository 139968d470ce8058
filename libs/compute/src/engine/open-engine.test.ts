import { add, memory, tensor1d } from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EngineName } from '@rondel/contracts';
import type { Engine } from './engine.js';
import { openEngine, probeEngines } from './open-engine.js';

let open: Engine | undefined;
afterEach(async () => {
  await open?.dispose();
  open = undefined;
});

describe('openEngine', () => {
  it('opens an engine on which tfjs computes, and says what it is', async () => {
    open = await openEngine('auto', { threads: 1 });
    const sum = add(tensor1d([1, 2]), tensor1d([3, 4]));
    expect([...sum.dataSync()]).toEqual([4, 6]);
    expect(open.version).toBe('tfjs 4.22.0');
    expect(open.memoryBytes).toBeGreaterThan(2 ** 20);
  });

  it('opens again after dispose', async () => {
    for (let round = 0; round < 2; round++) {
      const engine = await openEngine('wasm', { threads: 2 });
      expect([...tensor1d([round]).dataSync()]).toEqual([round]);
      await engine.dispose();
      await engine.dispose();
    }
  });

  it('refuses a second engine in the process', async () => {
    open = await openEngine('wasm', { threads: 1 });
    await expect(openEngine('wasm')).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('leaves the error handlers of the process and its standard output alone', async () => {
    const count = (): number =>
      process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection');
    const before = count();
    const output = vi.spyOn(process.stdout, 'write');
    open = await openEngine('wasm', { threads: 2 });
    expect(output).not.toHaveBeenCalled();
    output.mockRestore();
    expect(count()).toBe(before);
  });

  it('refuses tensors that do not fit instead of overwriting others', async () => {
    open = await openEngine('wasm', { threads: 1 });
    const { backend } = await import('@tensorflow/tfjs-core');
    const before = memory().numDataBuffers;
    expect(() => backend().write(new Float32Array(0), [1100 * 2 ** 20], 'float32')).toThrow('cannot take');
    expect(memory().numDataBuffers).toBe(before);
  });

  it.each([0, 65, 1.5, NaN])('refuses %d threads', async (threads) => {
    await expect(openEngine('wasm', { threads })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });

  it('refuses an engine that nobody knows', async () => {
    await expect(openEngine('cuda' as EngineName)).rejects.toThrow(
      'there is no engine "cuda": use auto, tensorflow, webgpu, wasm',
    );
  });
});

describe('probeEngines', () => {
  it('reports every engine with its device or with a reason and a next step', async () => {
    const reports = await probeEngines();
    expect(reports.map((report) => report.name)).toEqual(['tensorflow', 'webgpu', 'wasm']);
    expect(reports.at(-1)).toMatchObject({ available: true });
    for (const report of reports.filter(({ available }) => !available)) {
      expect(report.reason).toMatch(/\w/);
      expect(report.nextStep).toMatch(/\w/);
    }
  });
});
