import { RondelError } from '@rondel/contracts';
import { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { tidy, type KernelConfig, type NamedTensorInfoMap, type TensorInfo } from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { KernelRuntime } from '../runtime/kernel-runtime.js';
import { isSequence, runSequence } from '../webgpu/program-sequence.js';
import { runProgram, type DeviceLimits } from '../webgpu/program.js';
import { asTensor3D, shapeOfInput, type DomainKernel } from './domain-kernel.js';

export type KernelFunction = KernelConfig['kernelFunc'];

/** What kernels need to know of the device that they are registered for. */
export interface WebgpuDevice {
  /** tfjs' class of the backend; handed over because its package is optional. */
  readonly backendClass: typeof WebGPUBackend;
  readonly limits: DeviceLimits;
}

/** What engines need of a kernel, its attributes' type forgotten. */
export interface EngineKernel {
  readonly name: string;
  readonly adjoint: string;
  readonly composed: KernelFunction;
  wasm(runtime: KernelRuntime): KernelFunction;
  webgpu(device: WebgpuDevice): KernelFunction;
  /** Runs the kernel's `trials` once. */
  tryOut(runtime: KernelRuntime): void;
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
    const call = { input: x, outputShape: kernel.outputShape(inputShape, attributes) };
    const work = programFor(inputShape, attributes);
    return isSequence(work) ? runSequence(backend, work, call) : runProgram(backend, work, call);
  };
}

function tryOut<A>(kernel: DomainKernel<A>, runtime: KernelRuntime): void {
  for (const { inputShape, attributes } of kernel.trials) {
    const [input, output] = [inputShape, kernel.outputShape(inputShape, attributes)].map(
      (shape) => new Float32Array(shape[0] * shape[1] * shape[2]),
    );
    if (input && output) kernel.wasm({ runtime, inputShape, input, output }, attributes);
  }
}

/** The kernel as engines have it. */
export function forEngines<A>(kernel: DomainKernel<A>): EngineKernel {
  const { name, adjoint } = kernel;
  return {
    name,
    adjoint,
    composed: composedFunction(kernel),
    wasm: (runtime) => wasmFunction(kernel, runtime),
    webgpu: (device) => webgpuFunction(kernel, device),
    tryOut: (runtime) => tryOut(kernel, runtime),
  };
}
