import {
  memory,
  reshape,
  scatterND,
  tensor1d,
  tensor2d,
  tensor3d,
  tidy,
  type Rank,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import { filterLength, filterSinogram } from '../kernels/filter-sinogram/filter-sinogram.js';
import type { ParallelGeometry } from '../kernels/projection/parallel-geometry.js';
import { radonBackproject } from '../kernels/radon-backproject/radon-backproject.js';
import { radonForward } from '../kernels/radon-forward/radon-forward.js';
import type { EngineName } from '@rondel/contracts';
import type { Engine } from './engine.js';
import { openEngine } from './open-engine.js';

const built = Boolean(process.env.RONDEL_TENSORFLOW_DIR);
if (!built) {
  console.warn('Skipped: the engine tensorflow (RONDEL_TENSORFLOW_DIR is not set, see infra/tensorflow/README.md).');
}

let open: Engine | undefined;
afterEach(async () => {
  await open?.dispose();
  open = undefined;
});

const angles = Float64Array.from({ length: 31 }, (_, index) => index / 10);
const geometry: ParallelGeometry = { shape: [40, 52], angles, detectors: 61, center: 29.7 };
const fftSize = filterLength(geometry.detectors);
const response = Float32Array.from({ length: fftSize / 2 + 1 }, (_, index) => (2 * index) / fftSize);

function image(): Tensor3D {
  const values = Float32Array.from({ length: 40 * 52 * 3 }, (_, index) => Math.sin(index * index));
  return tensor3d(values, [40, 52, 3]);
}

/** Forward projection, filtered and plain backprojection of one random image on an engine. */
async function resultsOn(name: EngineName): Promise<Float32Array[]> {
  open = await openEngine(name);
  const before = memory().numTensors;
  const tensors = tidy(() => {
    const projected = radonForward(image(), geometry);
    const rows = reshape<Rank.R3>(projected, [3, 31, 61]);
    return [projected, radonBackproject(projected, geometry), filterSinogram(rows, { response, fftSize })];
  });
  const results = tensors.map((tensor) => Float32Array.from(tensor.dataSync()));
  for (const tensor of tensors) tensor.dispose();
  expect(memory().numTensors).toBe(before);
  await open.dispose();
  open = undefined;
  return results;
}

describe.runIf(built)('the engine tensorflow', () => {
  it('says what it computes on and can be opened again', async () => {
    for (let round = 0; round < 2; round++) {
      open = await openEngine('tensorflow');
      expect(open.version).toMatch(/^tfjs 4\.22\.0, TensorFlow \d+\.\d+\.\d+$/);
      expect(open.device).toMatch(/, (CPU|CUDA) by TensorFlow \d/);
      expect(open.memoryBytes).toBeGreaterThan(2 ** 20);
      await expect(openEngine('tensorflow')).rejects.toMatchObject({ code: 'CONFLICT' });
      await open.dispose();
    }
  });

  it('gives what the engine wasm gives', async () => {
    const expected = await resultsOn('wasm');
    const actual = await resultsOn('tensorflow');
    for (const [index, values] of expected.entries()) {
      const scale = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
      const worst = values.reduce((most, v, at) => Math.max(most, Math.abs(v - (actual[index]?.[at] ?? NaN))), 0);
      // Both round to float32, in other orders: some 60 to 2000 terms of 6e-8 each.
      expect(worst / scale).toBeLessThan(1e-5);
    }
  });

  it('scatters along one axis and along several as every backend does', async () => {
    open = await openEngine('tensorflow');
    const along = scatterND(tensor2d([2, 0, 2], [3, 1], 'int32'), tensor2d([1, 2, 3, 4, 5, 6], [3, 2]), [3, 2]);
    expect([...along.dataSync()]).toEqual([3, 4, 0, 0, 6, 8]);
    const both = scatterND(tensor2d([1, 0, 0, 1], [2, 2], 'int32'), tensor1d([7, 8]), [2, 2]);
    expect([...both.dataSync()]).toEqual([0, 8, 7, 0]);
  });

  it('is not what auto takes without a GPU', async () => {
    open = await openEngine('auto');
    expect(open.device.includes('CPU by TensorFlow')).toBe(false);
  });
});
