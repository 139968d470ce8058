import { RondelError } from '@rondel/contracts';
import { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import {
  engine,
  getKernelsForBackend,
  registerGradient,
  registerKernel,
  tidy,
  unregisterGradient,
  unregisterKernel,
  type KernelConfig,
  type NamedTensorInfoMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { KernelRuntime } from '../runtime/kernel-runtime.js';
import { runProgram, type DeviceLimits } from '../webgpu/program.js';
import { batchFirstKernel } from './batch-first.js';
import { batchLastKernel } from './batch-last.js';
import { asTensor3D, shapeOfInput, type DomainKernel } from './domain-kernel.js';
import { filterSinogramKernel } from './filter-sinogram.js';
import { radonBackprojectKernel } from './radon-backproject.js';
import { radonForwardKernel } from './radon-forward.js';

type KernelFunction = KernelConfig['kernelFunc'];

/** What kernels need to know of the device that they are registered for. */
interface WebgpuDevice {
  /** tfjs' class of the backend; handed over because its package is optional. */
  readonly backendClass: typeof WebGPUBackend;
  readonly limits: DeviceLimits;
}

/** What registration needs of a kernel, its attributes' type forgotten. */
interface RegistryEntry {
  readonly name: string;
  readonly adjoint: string;
  readonly composed: KernelFunction;
  wasm(runtime: KernelRuntime): KernelFunction;
  webgpu(device: WebgpuDevice): KernelFunction;
}

function inputOf(name: string, inputs: NamedTensorInfoMap): TensorInfo {
  const { x } = inputs;
  if (x === undefined) throw new RondelError('INTERNAL', `${name}: tfjs handed over no input "x"`);
  return x;
}

function heapArray(backend: BackendWasm, info: TensorInfo): Float32Array {
  const values = backend.typedArrayFromHeap(info);
  if (values instanceof Float32Array) return values;
  throw new RondelError('INTERNAL', `tfjs holds a float32 tensor as ${values.constructor.name}`);
}

function composedFunction<A>(kernel: DomainKernel<A>): KernelFunction {
  return ({ inputs, attrs }) => {
    const x = asTensor3D(kernel.name, inputOf(kernel.name, inputs));
    const attributes = kernel.read(attrs);
    kernel.outputShape(shapeOfInput(kernel.name, x), attributes);
    return tidy(() => kernel.composed(x, attributes));
  };
}

function wasmFunction<A>(kernel: DomainKernel<A>, runtime: KernelRuntime): KernelFunction {
  return ({ inputs, attrs, backend }) => {
    const x = inputOf(kernel.name, inputs);
    if (!(backend instanceof BackendWasm)) throw new RondelError('INTERNAL', `${kernel.name}: not on the backend wasm`);
    const attributes = kernel.read(attrs);
    const inputShape = shapeOfInput(kernel.name, x);
    const result = backend.makeOutput(kernel.outputShape(inputShape, attributes), 'float32');
    try {
      // Views are taken after the output exists: making it may move the heap.
      const [input, output] = [heapArray(backend, x), heapArray(backend, result)];
      kernel.wasm({ runtime, input, inputShape, output }, attributes);
    } catch (error) {
      backend.disposeData(result.dataId);
      throw error;
    }
    return result;
  };
}

function webgpuFunction<A>(kernel: DomainKernel<A>, { backendClass, limits }: WebgpuDevice): KernelFunction {
  if (kernel.webgpu === undefined) return composedFunction(kernel);
  const programFor = kernel.webgpu(limits);
  return ({ inputs, attrs, backend }) => {
    const x = inputOf(kernel.name, inputs);
    if (!(backend instanceof backendClass)) {
      throw new RondelError('INTERNAL', `${kernel.name}: not on the backend webgpu`);
    }
    const attributes = kernel.read(attrs);
    const inputShape = shapeOfInput(kernel.name, x);
    const outputShape = kernel.outputShape(inputShape, attributes);
    return runProgram(backend, programFor(inputShape, attributes), { input: x, outputShape });
  };
}

function entry<A>(kernel: DomainKernel<A>): RegistryEntry {
  const { name, adjoint } = kernel;
  return {
    name,
    adjoint,
    composed: composedFunction(kernel),
    wasm: (runtime) => wasmFunction(kernel, runtime),
    webgpu: (device) => webgpuFunction(kernel, device),
  };
}

const entries: readonly RegistryEntry[] = [
  entry(radonForwardKernel),
  entry(radonBackprojectKernel),
  entry(filterSinogramKernel),
  entry(batchLastKernel),
  entry(batchFirstKernel),
];

/** Whether our kernels are there for a backend, which means that an engine is open on it. */
export function hasRegisteredKernels(backendName: string): boolean {
  return getKernelsForBackend(backendName).some(({ kernelName }) => kernelName === radonForwardKernel.name);
}

function register(backendName: string, functionOf: (entry: RegistryEntry) => KernelFunction): () => void {
  if (hasRegisteredKernels(backendName)) {
    throw new RondelError(
      'CONFLICT',
      `the kernels are registered for ${backendName} already: dispose the engine first`,
    );
  }
  for (const one of entries) {
    registerKernel({ kernelName: one.name, backendName, kernelFunc: functionOf(one) });
    registerGradient({
      kernelName: one.name,
      gradFunc: (dy, _saved, attrs) => ({
        x: () => asTensor3D(one.name, engine().runKernel(one.adjoint, { x: asTensor3D(one.name, dy) }, attrs)),
      }),
    });
  }
  return () => {
    for (const { name } of entries) {
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
