import { totalmem } from 'node:os';
import { RondelError } from '@rondel/contracts';

const pageBytes = 65536;
const maximumPages = 65536;
const alignment = 128;
const mebibyte = 1024 * 1024;

/** Bytes of the area through which arrays come in and go out. */
export const stagingBytes = 16 * mebibyte;
const scratchBytes = 64 * 1024;
const controlBytes = 4096;

/**
 * The kernels' own shared memory: control words, one scratch area per thread, a staging area, and an arena from which
 * one call at a time takes its arrays. It grows up to wasm32's 4 GiB and never shrinks.
 */
export interface KernelMemory {
  readonly shared: WebAssembly.Memory;
  /** Control words of the thread pool, at address 0. */
  readonly control: Int32Array;
  /** Address of the parameter block of the work in hand. */
  readonly parameters: number;
  /** Address of the staging area, `stagingBytes` long. */
  readonly staging: number;
  /** Most bytes the arena can ever hold. */
  readonly capacity: number;
  scratchOf(thread: number): number;
  /** Address of `bytes` fresh bytes of unknown content, aligned to 128. Throws OUT_OF_MEMORY. */
  allocate(bytes: number): number;
  /** Gives back what was allocated at this address and after it. */
  release(address: number): void;
  /** Runs `body` and gives back all it allocated, also when it throws. */
  scope<T>(body: () => T): T;
  float32(address: number, length: number): Float32Array;
  uint32(address: number, length: number): Uint32Array;
  bytes(address: number, length: number): Uint8Array;
}

function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}

function reserve(initialBytes: number): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({
      initial: Math.ceil(initialBytes / pageBytes),
      maximum: maximumPages,
      shared: true,
    });
  } catch (error) {
    throw new RondelError(
      'OUT_OF_MEMORY',
      `the kernels need 4 GiB of address space and ${initialBytes} bytes at the start, and the system refuses (${String(error)}): raise the process's limit of virtual memory (ulimit -v)`,
      { cause: error },
    );
  }
}

function outOfMemory(wanted: number, used: number, limit: number, cause?: unknown): RondelError {
  return new RondelError(
    'OUT_OF_MEMORY',
    `the kernels hold ${used} bytes and need ${wanted} more, of at most ${limit}: use a smaller image, fewer angles or fewer slices at a time`,
    { details: { wanted, used, limit }, cause },
  );
}

function growTo(memory: WebAssembly.Memory, end: number, wanted: number): void {
  const missing = Math.ceil((end - memory.buffer.byteLength) / pageBytes);
  if (missing <= 0) return;
  try {
    memory.grow(missing);
  } catch (error) {
    throw outOfMemory(wanted, memory.buffer.byteLength, Math.min(maximumPages * pageBytes, totalmem()), error);
  }
}

export function createKernelMemory(threads: number): KernelMemory {
  const scratch = controlBytes;
  const staging = scratch + threads * scratchBytes;
  const arena = staging + stagingBytes;
  // The last page stays free: kernels may read a few bytes beyond an array's end.
  const limit = (maximumPages - 1) * pageBytes;
  const shared = reserve(arena);
  let top = arena;

  const allocate = (bytes: number): number => {
    const address = top;
    const end = roundUp(address + bytes, alignment);
    if (end > limit) throw outOfMemory(bytes, address, limit);
    growTo(shared, end, bytes);
    top = end;
    return address;
  };
  const scope = <T>(body: () => T): T => {
    const mark = top;
    try {
      return body();
    } finally {
      top = mark;
    }
  };
  return {
    shared,
    control: new Int32Array(shared.buffer, 0, 64),
    parameters: 1024,
    staging,
    capacity: limit - arena,
    scratchOf: (thread) => scratch + thread * scratchBytes,
    allocate,
    release: (address) => {
      top = Math.min(top, address);
    },
    scope,
    float32: (address, length) => new Float32Array(shared.buffer, address, length),
    uint32: (address, length) => new Uint32Array(shared.buffer, address, length),
    bytes: (address, length) => new Uint8Array(shared.buffer, address, length),
  };
}
