import { readdir, readFile } from 'node:fs/promises';
import { RondelError } from '@rondel/contracts';
import { openTasks } from '../../threads/tasks.mjs';
import { createKernelMemory, type KernelMemory } from './kernel-memory.js';
import { createAngleTables, type ParallelGeometry } from '../kernels/projection/parallel-geometry.js';
import { createThreadPool, type Work } from './thread-pool.js';

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

/** Where the build puts the kernels' modules; the same seen from `src` and from `dist`. */
const modulesFolder = new URL('../../dist/kernels/', import.meta.url);
const toBuild = 'build them with "npm run build -w @rondel/compute"';

/**
 * The compiled kernel modules, in the order of their names. Throws ENGINE_UNAVAILABLE when they are not built or this
 * Node.js cannot run them.
 */
export async function compileKernelModules(): Promise<WebAssembly.Module[]> {
  try {
    const names = (await readdir(modulesFolder)).filter((name) => name.endsWith('.wasm')).sort();
    if (names.length === 0) throw new Error('there are none');
    return await Promise.all(
      names.map(async (name) => WebAssembly.compile(await readFile(new URL(name, modulesFolder)))),
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RondelError('ENGINE_UNAVAILABLE', `the kernel modules cannot be loaded (${reason}): ${toBuild}`, {
      cause: error,
    });
  }
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
