import type { KernelRuntime } from '../runtime/kernel-runtime.js';
import { batchFirstKernel } from './batch-first.js';
import { batchLastKernel } from './batch-last.js';
import type { WasmCall } from './domain-kernel.js';
import type { Shape3D } from './shape.js';
import { filterSinogramKernel } from './filter-sinogram.js';
import type { ParallelGeometry } from './parallel-geometry.js';
import { radonBackprojectKernel } from './radon-backproject.js';
import { radonForwardKernel } from './radon-forward.js';

const rounds = 60;
/** One lane, four, eight and sixteen. */
const batches = [1, 4, 8, 16];

function callOf(runtime: KernelRuntime, inputShape: Shape3D, outputSize: number): WasmCall {
  const [first, second, third] = inputShape;
  return { runtime, inputShape, input: new Float32Array(first * second * third), output: new Float32Array(outputSize) };
}

/**
 * Calls every kernel on tiny arrays. WebAssembly starts in V8's baseline compiler and a running function is never
 * replaced, so without this the first large call would be several times slower. Machine code is shared by all threads.
 */
export function warmUp(runtime: KernelRuntime): void {
  const angles = Float64Array.from({ length: 32 }, (_, index) => index / 10);
  const geometry: ParallelGeometry = { shape: [16, 16], angles, detectors: 24, center: 12 };
  const response = new Float32Array(33).fill(1);
  for (let round = 0; round < rounds; round++) {
    for (const batch of batches) {
      radonBackprojectKernel.wasm(callOf(runtime, [32, 24, batch], 256 * batch), geometry);
      radonForwardKernel.wasm(callOf(runtime, [16, 16, batch], 768 * batch), geometry);
    }
    batchLastKernel.wasm(callOf(runtime, [16, 16, 16], 4096), null);
    batchFirstKernel.wasm(callOf(runtime, [16, 16, 16], 4096), null);
    filterSinogramKernel.wasm(callOf(runtime, [1, 32, 24], 768), { response, fftSize: 64 });
  }
}
