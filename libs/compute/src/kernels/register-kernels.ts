import { RondelError } from '@rondel/contracts';
import {
  engine,
  getKernelsForBackend,
  registerGradient,
  registerKernel,
  unregisterGradient,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import type { KernelRuntime } from '../runtime/kernel-runtime.js';
import { asTensor3D } from './domain-kernel.js';
import type { EngineKernel, KernelFunction, WebgpuDevice } from './engine-kernel.js';
import { kernels } from './kernels.js';

/** Whether our kernels are there for a backend, which means that an engine is open on it. */
export function hasRegisteredKernels(backendName: string): boolean {
  return getKernelsForBackend(backendName).some(({ kernelName }) => Object.hasOwn(kernels, kernelName));
}

function register(backendName: string, functionOf: (kernel: EngineKernel) => KernelFunction): () => void {
  if (hasRegisteredKernels(backendName)) {
    throw new RondelError(
      'CONFLICT',
      `the kernels are registered for ${backendName} already: dispose the engine first`,
    );
  }
  for (const one of Object.values<EngineKernel>(kernels)) {
    registerKernel({ kernelName: one.name, backendName, kernelFunc: functionOf(one) });
    registerGradient({
      kernelName: one.name,
      gradFunc: (dy, _saved, attrs) => ({
        x: () => asTensor3D(one.name, engine().runKernel(one.adjoint, { x: asTensor3D(one.name, dy) }, attrs)),
      }),
    });
  }
  return () => {
    for (const { name } of Object.values<EngineKernel>(kernels)) {
      unregisterKernel(name, backendName);
      unregisterGradient(name);
    }
  };
}

/** Registers our kernels for tfjs' backend wasm; returns what takes them back. Throws CONFLICT when they are there. */
export function registerWasmKernels(runtime: KernelRuntime): () => void {
  return register('wasm', (one) => one.wasm(runtime));
}

/** Registers our kernels for tfjs' backend webgpu; returns what takes them back. Throws CONFLICT when they are there. */
export function registerWebgpuKernels(device: WebgpuDevice): () => void {
  return register('webgpu', (one) => one.webgpu(device));
}

/** Registers the compositions from core ops for any other backend; returns what takes them back. Throws CONFLICT. */
export function registerComposedKernels(backendName: string): () => void {
  return register(backendName, (one) => one.composed);
}
