import { availableParallelism, cpus, totalmem } from 'node:os';
import { quantity, RondelError } from '@rondel/contracts';
import { BackendWasm, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { backend, findBackendFactory, registerBackend, removeBackend, setBackend } from '@tensorflow/tfjs-core';
import { hasRegisteredKernels, registerWasmKernels } from '../kernels/register-kernels.js';
import { warmUp } from '../kernels/warm-up.js';
import { compileKernelModules, createKernelRuntime } from '../runtime/kernel-runtime.js';
import type { Engine, EngineOptions } from './engine.js';
import { mostThreads } from './processor-threads.js';
import { engineUnavailable } from './engine-unavailable.js';

const name = 'wasm';
const addressSpace = 4 * 1024 ** 3;

function threadsOf({ threads = Math.min(mostThreads, availableParallelism()) }: EngineOptions): number {
  if (Number.isInteger(threads) && threads >= 1 && threads <= mostThreads) return threads;
  throw new RondelError('INVALID_REQUEST', `threads must be an integer from 1 to ${mostThreads}, got ${threads}`);
}

function deviceText(threads: number): string {
  const model = cpus()[0]?.model.trim() ?? process.arch;
  return `${model}, ${quantity(threads, 'thread')}, WebAssembly SIMD`;
}

/** wasm32 addresses 4 GiB; a container may be given less. */
function memoryBytes(): number {
  const constrained = process.constrainedMemory();
  return Math.min(addressSpace, totalmem(), constrained > 0 ? constrained : Infinity);
}

/** Takes off the error handlers of the whole process that `start` leaves behind: those are the program's own affair. */
async function withoutProcessHandlers<T>(start: () => Promise<T>): Promise<T> {
  const exceptions = process.listeners('uncaughtException');
  const rejections = process.listeners('unhandledRejection');
  try {
    return await start();
  } finally {
    for (const listener of process.listeners('uncaughtException')) {
      if (!exceptions.includes(listener)) process.removeListener('uncaughtException', listener);
    }
    for (const listener of process.listeners('unhandledRejection')) {
      if (!rejections.includes(listener)) process.removeListener('unhandledRejection', listener);
    }
  }
}

async function startBackend(): Promise<BackendWasm> {
  const started = await withoutProcessHandlers(() => setBackend(name));
  const instance = started ? backend() : undefined;
  if (instance instanceof BackendWasm) return instance;
  throw engineUnavailable(name, {
    reason: "TensorFlow.js' backend wasm did not start",
    nextStep: 'Reinstall @tensorflow/tfjs-backend-wasm with npm ci.',
  });
}

/** tfjs takes address 0, which a failed allocation returns, for a valid one and would overwrite other tensors. */
function refuseFailedAllocations(instance: BackendWasm): void {
  const allocate: unknown = Reflect.get(instance.wasm, '_malloc');
  if (typeof allocate !== 'function') {
    throw new RondelError('INTERNAL', "TensorFlow.js' backend wasm has no _malloc: use version 4.22.0 of it");
  }
  const checked = (bytes: number): unknown => {
    // Its argument is a 32-bit integer: a larger number would be taken modulo 2^32.
    const address: unknown = bytes < addressSpace ? Reflect.apply(allocate, instance.wasm, [bytes]) : 0;
    if (address !== 0 || bytes === 0) return address;
    throw new RondelError(
      'OUT_OF_MEMORY',
      `the engine wasm cannot take ${bytes} more bytes of tensors (it addresses ${addressSpace} in all): split the data or use an engine with more memory`,
      { details: { wanted: bytes, limit: addressSpace } },
    );
  };
  Reflect.set(instance.wasm, '_malloc', checked);
}

/** Takes the backend's memory back; it can be started again. */
function stopBackend(): void {
  const factory = findBackendFactory(name);
  removeBackend(name);
  registerBackend(name, factory, 2);
}

/** What the engine would run on. Throws ENGINE_UNAVAILABLE. */
export async function probeWasmEngine(): Promise<string> {
  await compileKernelModules();
  return deviceText(threadsOf({}));
}

/**
 * Opens tfjs' backend wasm with our kernels on threads of their own. Throws ENGINE_UNAVAILABLE, INVALID_REQUEST, or
 * CONFLICT when it is open already in this process.
 */
export async function openWasmEngine(options: EngineOptions): Promise<Engine> {
  const threads = threadsOf(options);
  if (hasRegisteredKernels(name)) {
    throw new RondelError('CONFLICT', 'the engine wasm is open already in this process: dispose it first');
  }
  const runtime = await createKernelRuntime({ threads });
  try {
    refuseFailedAllocations(await startBackend());
    warmUp(runtime);
    const unregister = registerWasmKernels(runtime);
    let open = true;
    return {
      name,
      version: `tfjs ${version_wasm}`,
      device: deviceText(threads),
      memoryBytes: memoryBytes(),
      sharesHost: true,
      threads,
      dispose: async () => {
        if (!open) return;
        open = false;
        unregister();
        await runtime.dispose();
        stopBackend();
      },
    };
  } catch (error) {
    await runtime.dispose();
    throw error;
  }
}
