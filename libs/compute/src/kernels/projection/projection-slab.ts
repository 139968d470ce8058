import type { KernelRuntime } from '../../runtime/kernel-runtime.js';
import { stagingBytes } from '../../runtime/kernel-memory.js';
import type { ParallelGeometry } from './parallel-geometry.js';
import type { SliceChunk } from './slice-chunks.js';

const wordsPerChunk = 5;
/** Chunks that share one listing of where pixels fall: 64 slices. */
export const chunksPerGroup = 4;
/** Side of a tile of all projectors but the next one, and angles per listing: constants of assembly/radon.ts. */
export const tileExtent = 16;
export const anglesPerBlock = 16;
/** Rows and columns per task of the single-slice backprojector: constants of assembly/slice.ts. */
export const sliceTask = { rows: 32, columns: 64 } as const;

/** Extents of what is projected onto what, as geometries have them. */
export interface ProjectionExtents {
  readonly shape: readonly [rows: number, columns: number];
  readonly angles: { readonly length: number };
  readonly detectors: number;
}

/** How a projection lies in kernel memory: both arrays have padded rows. */
export interface ProjectionLayout {
  /** Bins per row of the sinogram, padding included, and the index of bin 0 in its row. */
  readonly rowBins: number;
  readonly front: number;
  /** Pixels per row and rows of the image, padding included. */
  readonly imageStride: number;
  readonly imageRows: number;
}

/** One array [row][column][batch] outside the kernel memory and its place in a slab's chunks. */
interface BatchedArray {
  readonly values: Float32Array;
  readonly batch: number;
  readonly rows: number;
  readonly columns: number;
  readonly rowBins: number;
  readonly front: number;
  /** Byte offset of the chunk's address field: 0 sinogram, 4 image. */
  readonly field: 0 | 4;
}

/** Slices of one projection in kernel memory. Valid inside the memory scope in which it was made. */
export interface ProjectionSlab {
  readonly runtime: KernelRuntime;
  readonly geometry: ProjectionExtents;
  readonly layout: ProjectionLayout;
  readonly table: number;
  readonly chunkTable: number;
  readonly chunkCount: number;
  /** Slices in its chunks. */
  readonly slices: number;
}

/** Rows with two zero bins in front of the detector and two behind, for kernels that clamp to them. */
export function clampedLayout({ shape, detectors }: ParallelGeometry): ProjectionLayout {
  return { rowBins: detectors + 4, front: 2, imageStride: shape[1], imageRows: shape[0] };
}

/**
 * For the kernels of single slices, which do not look: rows of the sinogram with zeros as far as any pixel of the image
 * reaches, which is padded to whole multiples of so many pixels, and of `around` more on every side.
 */
export function reachingLayout(
  { shape, detectors, center }: ParallelGeometry,
  multiple: { readonly rows: number; readonly columns: number },
  around = 0,
): ProjectionLayout {
  const imageRows = Math.ceil(shape[0] / multiple.rows) * multiple.rows;
  const imageStride = Math.ceil(shape[1] / multiple.columns) * multiple.columns;
  const below = imageRows - Math.floor(shape[0] / 2);
  const beside = imageStride - Math.floor(shape[1] / 2);
  const reach = Math.ceil(Math.hypot(below + 1 + around, beside + 1 + around));
  const front = Math.max(0, Math.ceil(reach - center)) + 8;
  const behind = Math.max(0, Math.ceil(center + reach - detectors)) + 8;
  return { rowBins: front + detectors + behind, front, imageStride, imageRows };
}

/** Bytes of kernel memory that one lane needs. */
export function bytesPerLane({ angles }: ProjectionExtents, layout: ProjectionLayout): number {
  return 4 * (angles.length * layout.rowBins + layout.imageRows * layout.imageStride);
}

/** Allocates a slab, all zero, and copies what the kernels read of the geometry. Throws OUT_OF_MEMORY. */
export function allocateSlab(
  {
    table: values,
    ...projection
  }: Pick<ProjectionSlab, 'runtime' | 'geometry' | 'layout'> & { readonly table: Uint8Array },
  chunks: readonly SliceChunk[],
): ProjectionSlab {
  const { runtime, geometry, layout } = projection;
  const { memory } = runtime;
  const table = memory.allocate(values.length);
  memory.bytes(table, values.length).set(values);
  const chunkTable = memory.allocate(chunks.length * wordsPerChunk * 4);
  const zeroed = (elements: number): number => {
    const address = memory.allocate(elements * 4);
    memory.float32(address, elements).fill(0);
    return address;
  };
  const entries = chunks.flatMap(({ lanes, shift, firstSlice, used }) => [
    zeroed(geometry.angles.length * layout.rowBins * lanes),
    zeroed(layout.imageRows * layout.imageStride * lanes),
    shift,
    firstSlice,
    used,
  ]);
  memory.uint32(chunkTable, entries.length).set(entries);
  const slices = chunks.reduce((sum, chunk) => sum + chunk.used, 0);
  return { ...projection, table, chunkTable, chunkCount: chunks.length, slices };
}

/** The parameter block of assembly/shared/projection-block.ts. */
export function projectionParameters(
  slab: ProjectionSlab,
  perTask: { readonly chunks: number; readonly angles: number },
): number[] {
  const { geometry, layout, table, chunkTable, chunkCount } = slab;
  const [rows, columns] = geometry.shape;
  const sizes = [rows, columns, geometry.angles.length, geometry.detectors];
  const places = [table, layout.rowBins, layout.imageStride, chunkTable, chunkCount];
  return [...sizes, ...places, perTask.chunks, perTask.angles, layout.front];
}

export function sinogramOf(slab: ProjectionSlab, values: Float32Array, batch: number): BatchedArray {
  const { geometry, layout } = slab;
  const { rowBins, front } = layout;
  return { values, batch, rows: geometry.angles.length, columns: geometry.detectors, rowBins, front, field: 0 };
}

export function imageOf(slab: ProjectionSlab, values: Float32Array, batch: number): BatchedArray {
  const [rows, columns] = slab.geometry.shape;
  return { values, batch, rows, columns, rowBins: slab.layout.imageStride, front: 0, field: 4 };
}

interface Run {
  readonly begin: number;
  readonly count: number;
}

function* stagedRuns(array: BatchedArray): Generator<Run> {
  const points = array.rows * array.columns;
  const most = Math.floor(stagingBytes / (array.batch * 4));
  for (let begin = 0; begin < points; begin += most) yield { begin, count: Math.min(most, points - begin) };
}

function arrange(slab: ProjectionSlab, array: BatchedArray, move: Run & { kind: 'toChunks' | 'fromChunks' }): void {
  const { runtime } = slab;
  const perTask = Math.max(1, Math.ceil(move.count / (4 * runtime.threads)));
  const source = [runtime.memory.staging, move.begin, move.count, perTask, array.columns, array.batch];
  const target = [array.rowBins, array.front, slab.chunkTable, slab.chunkCount, array.field];
  runtime.run({ kind: move.kind, parameters: [...source, ...target], tasks: Math.ceil(move.count / perTask) });
}

/** Copies the slab's slices of an array into kernel memory. */
export function copyIn(slab: ProjectionSlab, array: BatchedArray): void {
  const { memory } = slab.runtime;
  for (const run of stagedRuns(array)) {
    const values = array.values.subarray(run.begin * array.batch, (run.begin + run.count) * array.batch);
    memory.float32(memory.staging, values.length).set(values);
    arrange(slab, array, { kind: 'toChunks', ...run });
  }
}

/** Copies the slab's slices out of kernel memory; other slices of the array keep their values. */
export function copyOut(slab: ProjectionSlab, array: BatchedArray): void {
  const { memory } = slab.runtime;
  for (const run of stagedRuns(array)) {
    const values = array.values.subarray(run.begin * array.batch, (run.begin + run.count) * array.batch);
    const staged = memory.float32(memory.staging, values.length);
    if (slab.slices < array.batch) staged.set(values);
    arrange(slab, array, { kind: 'fromChunks', ...run });
    values.set(staged);
  }
}
