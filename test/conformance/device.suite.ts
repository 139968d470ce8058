import { openEngine } from '@rondel/compute';
import { add, backend, fill, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { engineName } from './engine-under-test.js';

interface Destroyable {
  destroy(): void;
}

function isDestroyable(value: unknown): value is Destroyable {
  return typeof value === 'object' && value !== null && 'destroy' in value && typeof value.destroy === 'function';
}

/** Large enough that tfjs computes it on the device. */
function plusOne(value: number): Tensor {
  return add(fill([4096], value), 1);
}

/** Ends tfjs' device behind the engine's back, as a fault of the driver does. */
function loseDevice(): void {
  const device: unknown = Reflect.get(backend(), 'device');
  if (!isDestroyable(device)) throw new Error('the backend has no device');
  device.destroy();
}

describe.runIf(engineName === 'webgpu')('the device of webgpu', () => {
  it('is never taken by auto when it is a software driver, and says so', async () => {
    const byName = await openEngine('webgpu');
    const { device } = byName;
    await byName.dispose();
    const best = await openEngine('auto');
    const { name } = best;
    await best.dispose();
    expect(name === 'webgpu').toBe(!device.includes('on the processor'));
  });

  it('refuses a tensor that is too large and goes on', async () => {
    const engine = await openEngine('webgpu');
    expect(() => add(zeros([2 ** 31]), 1).dataSync()).toThrow(expect.objectContaining({ code: 'OUT_OF_MEMORY' }));
    expect(
      plusOne(1)
        .dataSync()
        .every((value) => value === 2),
    ).toBe(true);
    await engine.dispose();
  });

  it('opens again after dispose, one at a time', async () => {
    for (let round = 0; round < 3; round++) {
      const engine = await openEngine('webgpu');
      await expect(openEngine('webgpu')).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(
        plusOne(round)
          .dataSync()
          .every((value) => value === round + 1),
      ).toBe(true);
      await engine.dispose();
    }
  });

  it('when it is lost, ends the work with a failure that is tried again', async () => {
    const engine = await openEngine('webgpu');
    const sum = plusOne(1);
    loseDevice();
    expect(() => sum.dataSync()).toThrow(expect.objectContaining({ code: 'WORKER_LOST' }));
    const loss = await engine.lost;
    expect(loss?.failure).toMatchObject({ code: 'WORKER_LOST', retryable: true });
    await engine.dispose();
  });
});
