import { createRequire } from 'node:module';
import { unavailable } from './unavailable.js';

const name = 'webgpu';
const packageName = 'webgpu';

function isInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve(packageName);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return false;
    throw error;
  }
}

/** Always throws ENGINE_UNAVAILABLE: this version has no kernels for WebGPU. */
export function openWebgpuEngine(): Promise<never> {
  const dawn = isInstalled()
    ? `the npm package ${packageName} (Dawn) is`
    : `the npm package ${packageName} (Dawn) is not`;
  return Promise.reject(
    unavailable(name, {
      reason: `this version of Rondel has no WebGPU kernels (${dawn} installed)`,
      nextStep: 'Use the engine wasm, or auto.',
    }),
  );
}
