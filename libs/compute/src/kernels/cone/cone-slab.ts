import type { KernelRuntime } from '../../runtime/kernel-runtime.js';
import type { WasmCall } from '../domain-kernel.js';
import { isUpright, partOf, viewCount, type ConeGeometry, type FdkGeometry } from './cone-geometry.js';
import { forEachLine, lineLayout, type LineLayout } from './cone-lines.js';
import { coneMatrices } from './cone-matrices.js';

const lineNumbers = 7;
/** Lines are tabled for as many views at a time as this allows. */
const tableBytes = 4 * 2 ** 20;
/** Constants of assembly/cone-rays.ts and assembly/cone-voxels.ts. */
const binsPerTask = 16;
const rayTile = 32;
const voxelTile = 8;

/** Both arrays in kernel memory, inside the memory scope in which they were taken. */
interface ConeArrays {
  readonly volume: number;
  readonly projections: number;
}

function allocateArrays(runtime: KernelRuntime, { shape, detector, views }: ConeGeometry): ConeArrays {
  const { memory } = runtime;
  const volume = memory.allocate(4 * shape[0] * shape[1] * shape[2]);
  const projections = memory.allocate((views.length / 12) * detector[0] * detector[1] * 4);
  return { volume, projections };
}

/** The parameter block of assembly/shared/cone-block.ts. */
function parametersOf(
  geometry: FdkGeometry,
  { volume, projections }: ConeArrays,
  use: { readonly table: number; readonly firstView: number; readonly views: number; readonly layout: LineLayout },
): number[] {
  const { shape, detector } = geometry;
  const { linesPerColumn, raysPerLine } = use.layout;
  const places = [use.table, volume, projections, isUpright(geometry) ? 1 : 0];
  const { firstSlice, firstRow } = partOf(geometry);
  const lines = [use.firstView, linesPerColumn, raysPerLine];
  return [...shape, use.views, ...detector, ...places, ...lines, firstSlice, firstRow];
}

/** Runs a task over the lines of all views, some views at a time. */
function runOnLines(
  runtime: KernelRuntime,
  geometry: ConeGeometry,
  arrays: ConeArrays,
  work: { readonly kind: 'projectCone' | 'smearCone'; readonly tasks: (views: number) => number },
): void {
  const { memory } = runtime;
  const layout = lineLayout(geometry);
  const perView = geometry.detector[0] * layout.linesPerColumn * lineNumbers;
  const most = Math.max(1, Math.floor(tableBytes / (8 * perView)));
  const total = viewCount(geometry);
  const table = memory.allocate(Math.min(most, total) * perView * 8);
  for (let firstView = 0; firstView < total; firstView += most) {
    const views = Math.min(most, total - firstView);
    const numbers = new Float64Array(memory.shared.buffer, table, views * perView);
    forEachLine(geometry, layout, [firstView, firstView + views], (line, index) => {
      const { place, slope, height, rise, climb, spread, byColumns } = line;
      numbers.set([place, slope, height, rise, climb, spread, byColumns ? 1 : 0], index * lineNumbers);
    });
    const parameters = parametersOf(geometry, arrays, { table, firstView, views, layout });
    runtime.run({ kind: work.kind, parameters, tasks: work.tasks(views) });
  }
}

function tiles({ shape }: ConeGeometry, extent: number): number {
  return Math.ceil(shape[0] / extent) * Math.ceil(shape[1] / extent);
}

/** Copies one array in and the other one out, which is zero before the work where that adds to it. */
function computeOnWasm(
  { runtime, input, output }: WasmCall,
  geometry: ConeGeometry,
  {
    from,
    adds,
    run,
  }: { readonly from: keyof ConeArrays; readonly adds: boolean; readonly run: (arrays: ConeArrays) => void },
): void {
  const { memory } = runtime;
  memory.scope(() => {
    const arrays = allocateArrays(runtime, geometry);
    const result = arrays[from === 'volume' ? 'projections' : 'volume'];
    memory.float32(arrays[from], input.length).set(input);
    if (adds) memory.float32(result, output.length).fill(0);
    run(arrays);
    output.set(memory.float32(result, output.length));
  });
}

export function projectOnWasm(call: WasmCall, geometry: ConeGeometry): void {
  const tasks = (views: number) => views * Math.ceil(geometry.detector[0] / binsPerTask);
  const run = (arrays: ConeArrays) => runOnLines(call.runtime, geometry, arrays, { kind: 'projectCone', tasks });
  computeOnWasm(call, geometry, { from: 'volume', adds: false, run });
}

export function smearOnWasm(call: WasmCall, geometry: ConeGeometry): void {
  const tasks = () => tiles(geometry, rayTile);
  const run = (arrays: ConeArrays) => runOnLines(call.runtime, geometry, arrays, { kind: 'smearCone', tasks });
  computeOnWasm(call, geometry, { from: 'projections', adds: true, run });
}

/** Runs a task that reads the views' matrices. */
function runOnMatrices(
  runtime: KernelRuntime,
  geometry: FdkGeometry,
  arrays: ConeArrays,
  work: { readonly kind: 'backprojectVoxels' | 'projectVoxels'; readonly tasks: number },
): void {
  const { memory } = runtime;
  const matrices = coneMatrices(geometry);
  const table = memory.allocate(matrices.byteLength);
  new Float64Array(memory.shared.buffer, table, matrices.length).set(matrices);
  const use = { table, firstView: 0, views: viewCount(geometry), layout: lineLayout(geometry) };
  runtime.run({ kind: work.kind, parameters: parametersOf(geometry, arrays, use), tasks: work.tasks });
}

export function backprojectVoxelsOnWasm(call: WasmCall, geometry: FdkGeometry): void {
  const work = { kind: 'backprojectVoxels', tasks: tiles(geometry, voxelTile) } as const;
  const run = (arrays: ConeArrays) => runOnMatrices(call.runtime, geometry, arrays, work);
  computeOnWasm(call, geometry, { from: 'projections', adds: true, run });
}

export function projectVoxelsOnWasm(call: WasmCall, geometry: FdkGeometry): void {
  const work = { kind: 'projectVoxels', tasks: viewCount(geometry) } as const;
  const run = (arrays: ConeArrays) => runOnMatrices(call.runtime, geometry, arrays, work);
  computeOnWasm(call, geometry, { from: 'volume', adds: true, run });
}
