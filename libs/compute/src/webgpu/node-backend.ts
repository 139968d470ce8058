import { RondelError } from '@rondel/contracts';
import { util, type BackendValues } from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { mapNow } from './map-now.js';

/** Results are copied to the host in pieces of this many bytes. */
const stagingBytes = 32 * 2 ** 20;

/** What tfjs' package exports that is needed here. */
export type WebgpuPackage = typeof import('@tensorflow/tfjs-backend-webgpu');

export interface BackendSettings {
  /** Dawn's instance. Kept as long as the backend: Dawn crashes when it is collected while its device computes. */
  readonly gpu: GPU;
  readonly device: GPUDevice;
  readonly info: GPUAdapterInfo;
  /** Of the device. A quarter of it may be freed buffers that tfjs keeps for reuse, and none that something else has no room for. */
  readonly memoryBytes: number;
  /** Bytes of buffers that nobody needs any more, but programs that tfjs has not sent off yet. @default 32 MiB */
  readonly unsentBytes?: number;
}

/** The first thing that went wrong on the device since it was last asked for. */
interface ErrorSlot {
  take(): GPUError | undefined;
}

function collectErrors(device: GPUDevice): ErrorSlot {
  let first: GPUError | undefined;
  device.addEventListener('uncapturederror', (event) => {
    event.preventDefault();
    if ('error' in event) first ??= (event as GPUUncapturedErrorEvent).error;
  });
  return {
    take: () => {
      const taken = first;
      first = undefined;
      return taken;
    },
  };
}

function throwDeviceError(error: GPUError): never {
  const kind = error.constructor.name;
  if (kind === 'GPUOutOfMemoryError') {
    throw new RondelError(
      'OUT_OF_MEMORY',
      `the GPU has no memory left (${error.message}): split the data or use a device with more memory`,
    );
  }
  throw new RondelError('INTERNAL', `WebGPU refused an operation with ${kind}: ${error.message}`);
}

/** The failure of everything on a device that is gone: the same work may succeed on another one. */
export function deviceLost(reason: string): RondelError {
  return new RondelError(
    'WORKER_LOST',
    `the GPU was lost while it computed (${reason}): the job is tried again; see the system's log for faults of the driver`,
  );
}

/** Of `unsentBytes`: submitting programs costs nothing beside computing as much. */
const usualUnsentBytes = 32 * 2 ** 20;
/** Programs for less are not worth a look. */
const looksFromBytes = 2 ** 16;

/** Refuses buffers that the device cannot have, frees what only unsent programs hold, and gives unused ones back when too many are kept. */
function boundBuffers(
  backend: WebGPUBackend,
  { device, memoryBytes, unsentBytes = usualUnsentBytes }: BackendSettings,
): void {
  const keptBytes = memoryBytes / 4;
  const { bufferManager } = backend;
  const limit = Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize);
  const acquire = bufferManager.acquireBuffer.bind(bufferManager);
  bufferManager.acquireBuffer = (size, usage, mappedAtCreation, reuse) => {
    if (size > limit) {
      throw new RondelError(
        'OUT_OF_MEMORY',
        `the engine webgpu cannot hold ${size} bytes in one tensor (its device allows ${limit}): split the data`,
        { details: { wanted: size, limit } },
      );
    }
    const held = size < looksFromBytes ? 0 : bytesOfUnsent(backend);
    if (held > 0 && held + size > unsentBytes) submit(backend);
    const kept = bufferManager.numBytesAllocated - bufferManager.numBytesUsed;
    if (kept > keptBytes || (kept > 0 && bufferManager.numBytesAllocated + size > memoryBytes)) {
      giveBack(bufferManager);
    }
    return acquire(size, usage, mappedAtCreation, reuse);
  };
}

/** tfjs sends programs off by fifteen, and until then holds the tensors that they read, and what these came up with. */
function bytesOfUnsent(backend: WebGPUBackend): number {
  const [tensors, staging] = ['tensorDataPendingDisposal', 'stagingPendingDisposal'].map((name) => {
    const list: unknown = Reflect.get(backend, name);
    if (!Array.isArray(list)) throw new RondelError('INTERNAL', `tfjs-backend-webgpu keeps no ${name}: use 4.22.0`);
    return list as readonly unknown[];
  });
  const ofTensors = (tensors ?? []).map((id) => backend.tensorMap.get(id as object).resource);
  return [...ofTensors, ...(staging ?? [])].reduce<number>(
    (bytes, buffer) => bytes + (buffer instanceof GPUBuffer ? buffer.size : 0),
    0,
  );
}

/** Sends off what was recorded: what nobody else needs is free then, as the device goes in order. */
export function submit(backend: WebGPUBackend): void {
  backend.ensureCommandEncoderReady();
  backend.endComputePassEncoder();
  backend.submitQueue();
}

/** tfjs keeps every freed buffer for a tensor of exactly the same size, for ever. */
function giveBack(bufferManager: WebGPUBackend['bufferManager']): void {
  const free: unknown = Reflect.get(bufferManager, 'freeBuffers');
  if (!(free instanceof Map)) throw new RondelError('INTERNAL', 'tfjs-backend-webgpu keeps no freeBuffers: use 4.22.0');
  for (const buffers of free.values()) {
    for (const buffer of Array.isArray(buffers) ? buffers.splice(0) : []) {
      if (!(buffer instanceof GPUBuffer)) continue;
      bufferManager.numBytesAllocated -= buffer.size;
      buffer.destroy();
    }
  }
  Reflect.set(bufferManager, 'numFreeBuffers', 0);
}

/** tfjs says that the values are always there; on the device they are null. */
function isOnHost(data: object): boolean {
  return Boolean(Reflect.get(data, 'values'));
}

/**
 * tfjs' backend as Node.js needs it. The original reads synchronously by way of a canvas, which only browsers have; here
 * every reading waits on this thread, `data()` too. Errors of the device, which WebGPU reports aside, are thrown by the
 * next reading: what is read has been computed without one.
 */
export function createNodeBackend({ WebGPUBackend: Base }: WebgpuPackage, settings: BackendSettings): WebGPUBackend {
  const { device, info } = settings;
  const errors = collectErrors(device);

  class NodeBackend extends Base {
    readonly gpu = settings.gpu;
    private staging: GPUBuffer | undefined;

    override readSync(dataId: object): BackendValues {
      const data = this.tensorMap.get(dataId);
      if (isOnHost(data) || data.dtype === 'string' || data.dtype === 'complex64') return super.readSync(dataId);
      if (!(data.resource instanceof GPUBuffer)) {
        throw new RondelError('INTERNAL', 'the tensor to be read has no buffer on the GPU');
      }
      const values = util.convertBackendValuesAndArrayBuffer(this.download(data.resource), data.dtype);
      data.values = values;
      return values;
    }

    override read(dataId: object): Promise<BackendValues> {
      return new Promise((resolve) => resolve(this.readSync(dataId)));
    }

    private download(source: GPUBuffer): ArrayBuffer {
      submit(this);
      const bytes = new Uint8Array(source.size);
      for (let begin = 0; begin < bytes.length; begin += stagingBytes) {
        bytes.set(this.downloadPart(source, begin, Math.min(stagingBytes, bytes.length - begin)), begin);
      }
      const error = errors.take();
      if (error !== undefined) throwDeviceError(error);
      return bytes.buffer;
    }

    /** Valid until the next call. */
    private downloadPart(source: GPUBuffer, begin: number, size: number): Uint8Array {
      const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
      this.staging ??= device.createBuffer({ size: stagingBytes, usage });
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(source, begin, this.staging, 0, size);
      device.queue.submit([encoder.finish()]);
      if (!mapNow(this.staging, size)) {
        const error = errors.take();
        if (error !== undefined) throwDeviceError(error);
        throw deviceLost('its results could not be read');
      }
      const part = new Uint8Array(this.staging.getMappedRange(0, size).slice(0));
      this.staging.unmap();
      return part;
    }

    override dispose(): void {
      this.staging?.destroy();
      super.dispose();
    }
  }

  const backend = new NodeBackend(device, info);
  boundBuffers(backend, settings);
  return backend;
}
