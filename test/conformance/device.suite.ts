import { filterLength, filterSinogram, openEngine, radonBackproject, type Engine } from '@rondel/compute';
import { add, backend, fill, memory, tensor3d, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { expectAgreement } from './agreement.js';
import { engineName, tolerance } from './engine-under-test.js';
import { randomValues, referenceFilter } from './reference.js';

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

/** Opens the engine on a device that has no more than WebGPU promises of every one. */
async function openLeastDevice(): Promise<Engine> {
  // The first opening makes Dawn's classes globals.
  await (await openEngine('webgpu')).dispose();
  const request: unknown = Reflect.get(GPUAdapter.prototype, 'requestDevice');
  if (typeof request !== 'function') throw new Error('Dawn has no adapters');
  Reflect.set(GPUAdapter.prototype, 'requestDevice', function (this: GPUAdapter): unknown {
    const device: unknown = Reflect.apply(request, this, [{}]);
    return device;
  });
  try {
    return await openEngine('webgpu');
  } finally {
    Reflect.set(GPUAdapter.prototype, 'requestDevice', request);
  }
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

  it('holds no more than 32 MiB for programs that are not sent off', async () => {
    const engine = await openEngine('webgpu');
    const mib = 2 ** 20;
    const values = 4 * mib;
    let sum: Tensor = fill([values], 1);
    let most = 0;
    for (let step = 0; step < 8; step++) {
      const next = add(sum, 1);
      sum.dispose();
      sum = next;
      most = Math.max(most, Number(Reflect.get(memory(), 'numBytesInGPU')));
    }
    expect(sum.dataSync()[0]).toBe(9);
    sum.dispose();
    await engine.dispose();
    // What an addition takes and gives, 16 MiB each; the last programs' uniforms are small.
    expect(most).toBeLessThan((2 * 16 + 32 + 1) * mib);
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

  it('computes right on a device that can do least, and refuses what is too large for it with the limit', async () => {
    const engine = await openLeastDevice();
    expect(() => tidy(() => add(zeros([2 ** 25 + 1]), 1).dataSync())).toThrow(
      'its device allows 134217728): split the data',
    );

    // More workgroups than a dispatch may have along one dimension, 65535 of 64: one angle, so that rows are the sinogram's.
    const columns = 2050;
    const row = randomValues(columns, 3);
    const image = tidy(() =>
      radonBackproject(tensor3d(row, [1, columns, 1]), {
        shape: [columns, columns],
        angles: new Float64Array(1),
        detectors: columns,
        center: columns / 2,
      }).dataSync<'float32'>(),
    );
    expect(image.findIndex((value, at) => value !== row[at % columns])).toBe(-1);

    // Rows whose transform is twice the memory that a workgroup shares.
    const [bins, fftSize] = [1100, filterLength(1100)];
    const [rows, response] = [randomValues(2 * bins, 5), randomValues(fftSize / 2 + 1, 6)];
    const filtered = tidy(() =>
      filterSinogram(tensor3d(rows, [1, 2, bins]), { response, fftSize }).dataSync<'float32'>(),
    );
    expectAgreement('filter: a small device', filtered, referenceFilter(rows, bins, response), tolerance.kernel);
    await engine.dispose();
  });
});
