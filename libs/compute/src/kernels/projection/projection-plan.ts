import type { KernelRuntime } from '../../runtime/kernel-runtime.js';
import {
  allocateSlab,
  bytesPerLane,
  type ProjectionExtents,
  type ProjectionLayout,
  type ProjectionSlab,
} from './projection-slab.js';
import { chunkSlices, groupIntoSlabs, type Lanes } from './slice-chunks.js';

/** How a call lays its slices out in kernel memory. */
export interface ProjectionPlan {
  readonly geometry: ProjectionExtents;
  /** What the kernels read of the geometry. */
  readonly table: Uint8Array;
  readonly batch: number;
  readonly layout: ProjectionLayout;
  readonly widest: Lanes;
}

/** Hands over one slab of slices after the other, so that a volume of any size passes through the kernel memory. */
export function forEachSlab(runtime: KernelRuntime, plan: ProjectionPlan, body: (slab: ProjectionSlab) => void): void {
  const { geometry, table, batch, layout, widest } = plan;
  const chunks = chunkSlices(batch, widest);
  for (const slab of groupIntoSlabs(chunks, bytesPerLane(geometry, layout), runtime.slabBytes)) {
    runtime.memory.scope(() => body(allocateSlab({ runtime, geometry, table, layout }, slab)));
  }
}
