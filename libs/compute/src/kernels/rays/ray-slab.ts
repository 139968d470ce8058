import { forEachSlab, type ProjectionPlan } from '../projection/projection-plan.js';
import {
  bytesPerLane,
  copyIn,
  copyOut,
  imageOf,
  sinogramOf,
  type ProjectionSlab,
} from '../projection/projection-slab.js';
import { widestLanes } from '../projection/slice-chunks.js';
import type { WasmCall } from '../domain-kernel.js';
import { originShift, type RayGeometry } from './ray-geometry.js';

const viewBytes = 32;
const rayBytes = 32;
/** Chunks that share one tracing of rays: 64 slices. */
export const chunksPerGroup = 4;
/** Side of a tile: constant of assembly/shared/ray-tiles.ts. */
export const tileExtent = 64;
/** Views that a task of the projection takes at most: a tile is fetched once for all of them. */
const mostViewsPerTask = 16;

/** Where the parts of the table begin, bytes. */
function tablePlaces({ angles, tilts }: RayGeometry) {
  const rays = angles.length * viewBytes;
  const normals = rays + tilts.length * rayBytes;
  return { rays, normals, end: normals + 3 * fours(tilts.length) * 4 };
}

function fours(count: number): number {
  return Math.ceil(count / 4) * 4;
}

/**
 * What the kernels read: cosine and sine of each view, and where the origin is to the right of the pixel in the middle and above
 * it; cosine and sine of the tilt, offset and weight of each ray; and as
 * float32, one array after the other, the normals and offsets by which rays near a tile are found.
 */
function rayTable(geometry: RayGeometry): Uint8Array {
  const { angles, tilts, offsets, weights } = geometry;
  const { rays, normals, end } = tablePlaces(geometry);
  const view = new DataView(new ArrayBuffer(end));
  const put = (at: number, values: readonly number[]) =>
    values.forEach((value, index) => view.setFloat64(at + 8 * index, value, true));
  const shift = originShift(geometry);
  angles.forEach((angle, index) => put(index * viewBytes, [Math.cos(angle), Math.sin(angle), ...shift]));
  const padded = fours(tilts.length);
  for (let ray = 0; ray < padded; ray++) {
    const [tilt, offset, weight] = [tilts[ray] ?? 0, offsets[ray] ?? Number.MAX_VALUE, weights[ray] ?? 0];
    const [cosine, sine] = [Math.cos(tilt), Math.sin(tilt)];
    if (ray < tilts.length) put(rays + ray * rayBytes, [cosine, sine, offset, weight]);
    // Rays that only fill up the last four are at infinity.
    [cosine, sine, offset].forEach((value, array) =>
      view.setFloat32(normals + 4 * (array * padded + ray), value, true),
    );
  }
  return new Uint8Array(view.buffer);
}

/** How a call lays its slices out, and the table, which is small and made for each call. */
function planOf(call: WasmCall, geometry: RayGeometry): ProjectionPlan {
  const extents = { shape: geometry.shape, angles: geometry.angles, detectors: geometry.tilts.length };
  // Steps from row to row would come back to the same few sets of the cache if rows were a power of two apart.
  const [imageRows, columns] = geometry.shape;
  const layout = { rowBins: extents.detectors, front: 0, imageStride: columns | 1, imageRows };
  const batch = call.inputShape[2];
  const widest = batch === 1 ? 1 : widestLanes(bytesPerLane(extents, layout), call.runtime.memory.capacity);
  return { geometry: extents, table: rayTable(geometry), batch, layout, widest };
}

/** The parameter block of assembly/shared/ray-trace.ts. */
function parametersOf(
  { geometry, layout, table, chunkTable, chunkCount }: ProjectionSlab,
  rays: RayGeometry,
  perTask: number,
) {
  const places = tablePlaces(rays);
  return [
    ...geometry.shape,
    geometry.angles.length,
    geometry.detectors,
    table,
    table + places.rays,
    table + places.normals,
    chunkTable,
    chunkCount,
    chunksPerGroup,
    perTask,
    layout.imageStride,
  ];
}

export function projectOnWasm(call: WasmCall, rays: RayGeometry): void {
  const plan = planOf(call, rays);
  forEachSlab(call.runtime, plan, (slab) => {
    copyIn(slab, imageOf(slab, call.input, plan.batch));
    const groups = Math.ceil(slab.chunkCount / chunksPerGroup);
    const views = rays.angles.length;
    const perTask = Math.max(1, Math.min(mostViewsPerTask, Math.ceil(views / (2 * call.runtime.threads))));
    const tasks = Math.ceil(views / perTask) * groups;
    call.runtime.run({ kind: 'projectRays', parameters: parametersOf(slab, rays, perTask), tasks });
    copyOut(slab, sinogramOf(slab, call.output, plan.batch));
  });
}

export function backprojectOnWasm(call: WasmCall, rays: RayGeometry): void {
  const plan = planOf(call, rays);
  forEachSlab(call.runtime, plan, (slab) => {
    copyIn(slab, sinogramOf(slab, call.input, plan.batch));
    const [rows, columns] = rays.shape;
    const groups = Math.ceil(slab.chunkCount / chunksPerGroup);
    const tasks = Math.ceil(rows / tileExtent) * Math.ceil(columns / tileExtent) * groups;
    call.runtime.run({ kind: 'smearRays', parameters: parametersOf(slab, rays, 0), tasks });
    copyOut(slab, imageOf(slab, call.output, plan.batch));
  });
}
