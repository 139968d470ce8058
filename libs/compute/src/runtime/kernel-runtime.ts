import { readFile } from 'node:fs/promises';
import { RondelError } from '@rondel/contracts';
import { openTasks } from '../../kernels/tasks.mjs';
import { createKernelMemory, type KernelMemory } from './kernel-memory.js';
import { createAngleTables, type ParallelGeometry } from '../kernels/parallel-geometry.js';
import { createThreadPool, type Work } from './thread-pool.js';

const moduleNames = ['radon', 'slice', 'arrange', 'transpose'] as const;

/** What computes the domain kernels of the engine wasm: their memory and their threads. */
export interface KernelRuntime {
  readonly threads: number;
  readonly memory: KernelMemory;
  /** Most bytes of arena that one slab of slices may take; a slab of the least size may exceed it. */
  readonly slabBytes: number;
  run(work: Work): void;
  /** The kernels' table of a geometry, made once for its array of angles. */
  angleTable(geometry: ParallelGeometry): Uint8Array;
  /** A number that this runtime has not given before; marks what threads may keep from one work to the next. */
  stamp(): number;
  dispose(): Promise<void>;
}

export interface KernelRuntimeOptions {
  /** 1 to 64. */
  readonly threads: number;
  /** Bytes, default 1 GiB: bounds what stays allocated after a large call, at no cost in speed. */
  readonly slabBytes?: number | undefined;
}

async function compileModule(name: string): Promise<WebAssembly.Module> {
  const url = new URL(`../../dist/kernels/${name}.wasm`, import.meta.url);
  try {
    return await WebAssembly.compile(await readFile(url));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RondelError(
      'ENGINE_UNAVAILABLE',
      `the kernel module ${name}.wasm cannot be loaded (${reason}): build it with "npm run build -w @rondel/compute"`,
      { cause: error },
    );
  }
}

/** The compiled kernel modules. Throws ENGINE_UNAVAILABLE when they are not built or this Node.js cannot run them. */
export function compileKernelModules(): Promise<WebAssembly.Module[]> {
  return Promise.all(moduleNames.map(compileModule));
}

/** Loads the kernels and starts their threads. Throws ENGINE_UNAVAILABLE or OUT_OF_MEMORY. */
export async function createKernelRuntime(options: KernelRuntimeOptions): Promise<KernelRuntime> {
  let stamps = 0;
  const modules = await compileKernelModules();
  const memory = createKernelMemory(options.threads);
  const tasks = await openTasks(memory.shared, modules);
  const pool = await createThreadPool({ memory, modules, tasks, threads: options.threads });
  return {
    threads: pool.threads,
    memory,
    slabBytes: options.slabBytes ?? 1024 ** 3,
    run: (work) => pool.run(work),
    angleTable: createAngleTables(),
    stamp: () => (stamps = (stamps + 1) % 2 ** 31),
    dispose: () => pool.dispose(),
  };
}
