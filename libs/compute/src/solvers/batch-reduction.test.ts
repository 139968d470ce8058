import '@tensorflow/tfjs-backend-wasm';
import { memory, setBackend, slice, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomTensor } from '../linop/linear-operator-laws.test.support.js';
import { batchDot } from './batch-reduction.js';

beforeAll(async () => {
  await setBackend('wasm');
});

describe('inner products of batch entries', () => {
  it('agree with float64 sums to a few float32 roundings', () => {
    const [a, b] = [randomTensor([37, 21, 3], 1), randomTensor([37, 21, 3], 2)];
    const [x, y] = [a.dataSync(), b.dataSync()];
    const dots = batchDot(a, b).dataSync();
    for (let entry = 0; entry < 3; entry++) {
      let [sum, size] = [0, 0];
      for (let at = entry; at < x.length; at += 3) {
        sum += (x[at] ?? 0) * (y[at] ?? 0);
        size += Math.abs((x[at] ?? 0) * (y[at] ?? 0));
      }
      expect(Math.abs((dots[entry] ?? NaN) - sum) / size).toBeLessThan(1e-6);
    }
  });

  it.each([1, 2, 3, 5, 8, 13, 16, 31, 64])(
    'do not depend on the other entries of a batch of %i, bit for bit',
    (batch) => {
      const [a, b] = [randomTensor([19, 33, batch], 3), randomTensor([19, 33, batch], 4)];
      const together = batchDot(a, b).dataSync();
      for (let entry = 0; entry < batch; entry++) {
        const alone = tidy(() =>
          batchDot(slice(a, [0, 0, entry], [19, 33, 1]), slice(b, [0, 0, entry], [19, 33, 1])).dataSync(),
        );
        expect(alone[0]).toBe(together[entry]);
      }
    },
  );

  it('leave one tensor behind', () => {
    const a = randomTensor([4, 5, 2], 5);
    const before = memory().numTensors;
    batchDot(a, a).dispose();
    expect(memory().numTensors).toBe(before);
  });
});
