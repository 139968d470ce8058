import '@tensorflow/tfjs-backend-wasm';
import { engine, setBackend, tidy, zeros, type Tensor, type Tensor3D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { circularCone } from './cone/cone-views.test.support.js';
import { composedConeBytes } from './cone/entries-together.js';
import { fdkBackproject } from './cone/fdk-backproject.js';
import type { ParallelGeometry } from './projection/parallel-geometry.js';
import { radonBackproject } from './radon-backproject/radon-backproject.js';
import { radonForward } from './radon-forward/radon-forward.js';
import { gridPrograms } from './radon-grid/grid-programs.js';
import { gridBytes } from './radon-grid/grid-size.js';
import { registerComposedKernels } from './register-kernels.js';

const [extent, batch] = [48, 24];
const angles = Float64Array.from({ length: 4 }, (_, index) => (index * Math.PI) / 4);
const geometry: ParallelGeometry = { shape: [extent, extent], angles, detectors: extent, center: extent / 2 };
const image = 4 * extent * extent * batch;
const sinogram = 4 * angles.length * extent * batch;
/** Numbers for each pixel that say where a view meets it, at most so many. */
const places = 11 * 4 * extent * extent;

let unregister: () => void;
beforeAll(async () => {
  await setBackend('wasm');
  unregister = registerComposedKernels('wasm');
});
afterAll(() => unregister());

/** The most bytes of arrays while a kernel computes, its input and what it returns included; tensors may share an array. */
function peakOf(shape: [number, number, number], kernel: (input: Tensor3D) => Tensor3D): number {
  const arrays = new Map<object, number>();
  let peak = 0;
  const state: unknown = engine();
  const tracking = state as Record<'trackTensor' | 'removeDataId', (this: unknown, ...given: unknown[]) => void>;
  const { trackTensor, removeDataId } = tracking;
  const tracked = vi.spyOn(tracking, 'trackTensor').mockImplementation((...given) => {
    trackTensor.apply(state, given);
    const { dataId, size } = given[0] as Tensor;
    arrays.set(dataId, 4 * size);
    peak = Math.max(
      peak,
      [...arrays.values()].reduce((sum, bytes) => sum + bytes, 0),
    );
  });
  const removed = vi.spyOn(tracking, 'removeDataId').mockImplementation((...given) => {
    arrays.delete(given[0] as object);
    removeDataId.apply(state, given);
  });
  try {
    tidy(() => void kernel(zeros(shape)));
    return peak;
  } finally {
    tracked.mockRestore();
    removed.mockRestore();
  }
}

it('core operations hold four images beside the sinogram of a backprojection, and two beside those of a projection', () => {
  const back = peakOf([angles.length, extent, batch], (rows) => radonBackproject(rows, geometry));
  expect(back).toBeGreaterThan(sinogram + 4 * image);
  expect(back).toBeLessThan(sinogram + 4 * image + places);
  const forward = peakOf([extent, extent, batch], (pixels) => radonForward(pixels, geometry));
  expect(forward).toBeGreaterThan(2 * image);
  expect(forward).toBeLessThan(2 * image + 2 * sinogram + places);
});

it('programs of a graphics card have as much for a Fourier grid as it says', () => {
  const { arrays } = gridPrograms([angles.length, extent, batch], geometry);
  const values = Object.values(arrays).reduce((sum, count) => sum + count, 0);
  expect(gridBytes({ ...geometry, batch }, 'webgpu')).toBe(4 * values);
});

it('core operations compute as much of a cone beam at a time as they say, to a quarter', () => {
  const shape = [96, 96, 32] as const;
  const cone = circularCone(shape, { views: 1, detector: [96, 32], source: 500, beyond: 250 });
  const volume = 4 * shape[0] * shape[1] * shape[2];
  const taken = peakOf([1, 96, 32], (rows) => fdkBackproject(rows, cone));
  // The volume in parts, and as it is joined of them.
  const estimated = 2 * volume + composedConeBytes(volume / 4);
  expect(taken).toBeLessThan(1.25 * estimated);
  expect(taken).toBeGreaterThan(0.75 * estimated);
});
