import '@tensorflow/tfjs-backend-cpu';
import { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { backend, memory, mul, setBackend, sum, tensor3d } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKernelRuntime, type KernelRuntime } from '../runtime/kernel-runtime.js';
import { radonBackprojectKernel, radonBackproject } from './radon-backproject/radon-backproject.js';
import { hasRegisteredKernels, registerComposedKernels, registerWasmKernels } from './register-kernels.js';
import { radonForward } from './radon-forward/radon-forward.js';
import type { ParallelGeometry } from './projection/parallel-geometry.js';

const angles = Float64Array.from({ length: 20 }, (_, index) => index / 6);
const geometry: ParallelGeometry = { shape: [24, 20], angles, detectors: 33, center: 16.2 };

let runtime: KernelRuntime;
beforeEach(async () => {
  runtime = await createKernelRuntime({ threads: 2 });
});
afterEach(() => runtime.dispose());

describe('a kernel that throws', () => {
  it('leaves no tensor and no memory behind', async () => {
    await setBackend('wasm');
    const failing: KernelRuntime = {
      ...runtime,
      run: () => {
        throw new Error('a thread stopped');
      },
    };
    const unregister = registerWasmKernels(failing);
    const instance = backend();
    const sinogram = tensor3d(new Float32Array(20 * 33), [20, 33, 1]);
    const before = { tensors: memory(), ids: instance.numDataIds(), arena: runtime.memory.allocate(0) };
    expect(() => radonBackproject(sinogram, geometry)).toThrow('a thread stopped');
    expect({ tensors: memory(), ids: instance.numDataIds(), arena: runtime.memory.allocate(0) }).toEqual(before);
    expect(instance).toBeInstanceOf(BackendWasm);
    sinogram.dispose();
    unregister();
  });
});

describe('registration', () => {
  it('refuses a second one and can be taken back', () => {
    const unregister = registerWasmKernels(runtime);
    expect(() => registerWasmKernels(runtime)).toThrow('dispose the engine first');
    unregister();
    expect(hasRegisteredKernels('wasm')).toBe(false);
  });

  it('makes the compositions serve any backend', async () => {
    const unregister = registerComposedKernels('cpu');
    await setBackend('cpu');
    const image = tensor3d(
      Float32Array.from({ length: 24 * 20 * 2 }, (_, index) => Math.sin(index)),
      [24, 20, 2],
    );
    const projected = radonForward(image, geometry);
    const smeared = radonBackproject(projected, geometry);
    // <A x, A x> = <x, A' A x>; float32 sums of some 1000 terms.
    const energy = sum(mul(projected, projected)).dataSync<'float32'>()[0] ?? NaN;
    const product = sum(mul(smeared, image)).dataSync<'float32'>()[0] ?? NaN;
    expect(Math.abs(energy - product) / energy).toBeLessThan(1e-5);
    unregister();
  });
});

describe('slabs of slices', () => {
  function backproject(values: Float32Array, by: KernelRuntime): Float32Array {
    const output = new Float32Array(24 * 20 * 70);
    radonBackprojectKernel.wasm({ runtime: by, input: values, inputShape: [20, 33, 70], output }, geometry);
    return output;
  }

  it('give the bits of the undivided volume', async () => {
    const values = Float32Array.from({ length: 20 * 33 * 70 }, (_, index) => Math.sin(index));
    const small = await createKernelRuntime({ threads: 1, slabBytes: 200_000 });
    expect(backproject(values, small)).toEqual(backproject(values, runtime));
    await small.dispose();
  });
});
