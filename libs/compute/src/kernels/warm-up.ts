import type { KernelRuntime } from '../runtime/kernel-runtime.js';
import type { EngineKernel } from './engine-kernel.js';
import { kernels } from './kernels.js';

const rounds = 60;

/**
 * Calls every kernel on tiny arrays. WebAssembly starts in V8's baseline compiler and a running function is never
 * replaced, so without this the first large call would be several times slower. Machine code is shared by all threads.
 */
export function warmUp(runtime: KernelRuntime): void {
  for (let round = 0; round < rounds; round++) {
    for (const kernel of Object.values<EngineKernel>(kernels)) kernel.tryOut(runtime);
  }
}
