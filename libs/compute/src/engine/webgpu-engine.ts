import { createRequire } from 'node:module';
import { totalmem } from 'node:os';
import { RondelError } from '@rondel/contracts';
import { backend, registerBackend, removeBackend, setBackend, version_core } from '@tensorflow/tfjs-core';
import { hasRegisteredKernels, registerWebgpuKernels } from '../kernels/register-kernels.js';
import { createNodeBackend, deviceLost, type WebgpuPackage } from '../webgpu/node-backend.js';
import type { Engine } from './engine.js';
import { chosenCard, findNvidiaCard } from './nvidia-card.js';
import { engineUnavailable } from './engine-unavailable.js';
import { explainDawnFailure, findAdapter, type FoundAdapter } from './webgpu-adapter.js';

const name = 'webgpu';
const raisedLimits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
] as const;

/** tfjs' package registers its kernels when it loads, and a backend of its own only where it finds a browser. */
async function loadPackage(): Promise<WebgpuPackage> {
  try {
    return await import('@tensorflow/tfjs-backend-webgpu');
  } catch (error) {
    throw engineUnavailable(name, explainDawnFailure(error), error);
  }
}

/** tfjs looks at `navigator.gpu` to see whether it may construct its backend. */
function withNavigatorGpu<T>(gpu: GPU, construct: () => T): T {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  try {
    return construct();
  } finally {
    if (before === undefined) Reflect.deleteProperty(globalThis, 'navigator');
    else Object.defineProperty(globalThis, 'navigator', before);
  }
}

async function openDevice({ adapter, info }: FoundAdapter): Promise<GPUDevice> {
  const requiredLimits = Object.fromEntries(raisedLimits.map((limit) => [limit, adapter.limits[limit]]));
  try {
    return await adapter.requestDevice({ requiredLimits });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw engineUnavailable(
      name,
      {
        reason: `${info.description} cannot be opened (${message})`,
        nextStep: 'See whether another process holds the device, and update its driver.',
      },
      error,
    );
  }
}

interface DeviceFacts {
  readonly device: string;
  readonly memoryBytes: number;
}

/**
 * Dawn gives the card's name as `device` and its driver as `description`. WebGPU does not tell how much memory a device
 * has: where nobody else does, its largest buffer stands for it.
 */
async function factsOf({ adapter, info, software }: FoundAdapter): Promise<DeviceFacts> {
  const largestBuffer = adapter.limits.maxBufferSize;
  const kind = `${info.vendor} ${info.architecture}`.trim();
  if (software) {
    const device = `${info.description || kind} on the processor, WebGPU`;
    return { device, memoryBytes: Math.min(totalmem(), largestBuffer) };
  }
  const device = `${info.device || info.description || kind}, WebGPU`;
  if (info.vendor !== 'nvidia') return { device, memoryBytes: largestBuffer };
  const { card } = await findNvidiaCard(chosenCard(process.env.CUDA_VISIBLE_DEVICES));
  return { device, memoryBytes: card?.memoryBytes ?? largestBuffer };
}

function refuseSoftware({ software, info }: FoundAdapter): void {
  if (!software) return;
  throw engineUnavailable(name, {
    reason: `the only device is ${info.description}, a driver that computes on the processor and is slower than wasm`,
    nextStep: 'Ask for the engine by name to use it all the same, for tests.',
  });
}

/** Dawn looks for finished work once more after a device was opened; later readings need that to be over. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

/** Resolves when the device is gone, unless it was given back. */
function lossOf(device: GPUDevice, isOpen: () => boolean): Promise<RondelError> {
  return new Promise((resolve) => {
    void device.lost.then(({ message, reason }) => {
      if (isOpen()) resolve(deviceLost(message || reason || 'no reason given'));
    });
  });
}

/**
 * Opens tfjs' WebGPU backend on Dawn (Vulkan, Metal or D3D12) with our kernels in WGSL. Throws ENGINE_UNAVAILABLE with
 * the exact reason, also when hardware is demanded and only a driver that computes on the processor is there, or
 * CONFLICT when it is open already in this process.
 */
export async function openWebgpuEngine(demand: { readonly hardware: boolean }): Promise<Engine> {
  if (hasRegisteredKernels(name)) {
    throw new RondelError('CONFLICT', 'the engine webgpu is open already in this process: dispose it first');
  }
  const found = await findAdapter();
  if (demand.hardware) refuseSoftware(found);
  const tfjs = await loadPackage();
  const facts = await factsOf(found);
  const device = await openDevice(found);
  await settle();
  const settings = { gpu: found.gpu, device, info: found.info, memoryBytes: facts.memoryBytes };
  const instance = withNavigatorGpu(found.gpu, () => createNodeBackend(tfjs, settings));
  registerBackend(name, () => instance, 0);
  await setBackend(name);
  if (backend() !== instance) throw new RondelError('INTERNAL', 'tfjs did not take the backend webgpu');
  const unregister = registerWebgpuKernels({ backendClass: tfjs.WebGPUBackend, limits: device.limits });
  let open = true;
  return {
    name,
    version: `tfjs ${version_core}, Dawn ${dawnVersion()}`,
    ...facts,
    threads: 1,
    sharesHost: found.software,
    lost: lossOf(device, () => open),
    dispose: () => {
      if (open) {
        open = false;
        unregister();
        removeBackend(name);
        device.destroy();
      }
      return Promise.resolve();
    },
  };
}

function dawnVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)('webgpu/package.json');
  return typeof manifest === 'object' && manifest !== null ? String(Reflect.get(manifest, 'version')) : 'unknown';
}
