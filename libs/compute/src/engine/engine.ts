import type { EngineName, RondelError } from '@rondel/contracts';

export interface EngineOptions {
  /** Threads of the engine wasm, 1 to 64, the calling one included. @default as many as the process may run at once */
  readonly threads?: number | undefined;
  /** Refuses tensorflow and webgpu on anything but a GPU. @default false where an engine is asked for by name */
  readonly hardware?: boolean | undefined;
}

/** An open engine: tfjs computes on it, and the domain kernels are registered for it. One per process at a time. */
export interface Engine {
  readonly name: EngineName;
  /** Version of the array library, e.g. `tfjs 4.22.0`. */
  readonly version: string;
  /** For people, e.g. `AMD EPYC, 2 threads, WebAssembly SIMD`. */
  readonly device: string;
  /** Most bytes that tensors can ever take on this device. */
  readonly memoryBytes: number;
  readonly threads: number;
  /** Whether tensors lie in the memory of the host, as they do for engines that compute on the processor. */
  readonly sharesHost: boolean;
  /**
   * Resolves with WORKER_LOST when the device is gone, after which nothing can be computed in this process. Absent where
   * that cannot happen.
   */
  readonly lost?: Promise<RondelError>;
  /** Frees memory and threads. Every tensor is lost, so dispose tensors before. */
  dispose(): Promise<void>;
}

/** What `rondel doctor` says about one engine. */
export interface EngineReport {
  readonly name: EngineName;
  readonly available: boolean;
  readonly device?: string;
  /** Why it cannot start here; present when it is not available. */
  readonly reason?: string;
  /** What to do about it. */
  readonly nextStep?: string;
}
