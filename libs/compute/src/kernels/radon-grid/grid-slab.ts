import type { KernelRuntime } from '../../runtime/kernel-runtime.js';
import type { WasmCall } from '../domain-kernel.js';
import type { ParallelGeometry } from '../projection/parallel-geometry.js';
import { forEachSlab, type ProjectionPlan } from '../projection/projection-plan.js';
import { copyIn, copyOut, imageOf, sinogramOf, type ProjectionSlab } from '../projection/projection-slab.js';
import { angleGroup, gridMargin, gridParts, gridSize, halfStride, passesOf, type GridSize } from './grid-size.js';
import {
  pixelFactors,
  sampleFactors,
  rootTable,
  segmentsOf,
  segmentTable,
  tapTable,
  tilePieces,
} from './grid-tables.js';

/** Constants of assembly/shared/grid-block.ts and of the tasks. */
const elementBytes = 32;
/** Side of a tile of the grid: with its margins it stays in the first-level cache. */
const tileSide = 96;
const wordsOfSlice = { sinogram: 4, image: 6 } as const;
const wordsOfBlock = { segments: 26, pieces: 27, firstAngle: 28, tileStarts: 31 } as const;
const wordsOfCorner = { x: 32, y: 33 } as const;
const columnsPerClearing = 64;
const columnsPerTask = 4;
const rowsPerTask = 8;

const wordsPerChunk = 5;

export function backprojectOnGrid(call: WasmCall, geometry: ParallelGeometry): void {
  const { runtime, input, output, inputShape } = call;
  const batch = inputShape[2];
  const [imageRows, imageStride] = geometry.shape;
  const layout = { rowBins: geometry.detectors, front: 0, imageStride, imageRows };
  const plan: ProjectionPlan = { geometry, table: new Uint8Array(), batch, layout, widest: 1 };
  runtime.memory.scope(() => {
    const grid = allocateGrid(runtime, geometry);
    forEachSlab(runtime, plan, (slab) => {
      copyIn(slab, sinogramOf(slab, input, batch));
      for (let slice = 0; slice < slab.chunkCount; slice++) backprojectSlice(slab, slice, grid);
      copyOut(slab, imageOf(slab, output, batch));
    });
  });
}

/** Lines of the angles that are at work together. */
interface AngleBlock {
  readonly first: number;
  readonly count: number;
  /** Addresses. */
  readonly segments: number;
  readonly pieces: number;
  readonly tileStarts: number;
}

interface AllocatedGrid {
  readonly size: GridSize;
  /** Parameter block without what changes from work to work. */
  readonly words: readonly number[];
  readonly blocks: readonly AngleBlock[];
}

/** Everything but the slices, in the arena. */
function allocateGrid({ memory, threads }: KernelRuntime, geometry: ParallelGeometry): AllocatedGrid {
  const size = gridSize(geometry);
  const { shape, angles, detectors } = geometry;
  const [rows, columns] = shape;
  const [gridX, gridY] = size.grid;
  const floats = (values: Float32Array): number => {
    const address = memory.allocate(values.byteLength);
    memory.float32(address, values.length).set(values);
    return address;
  };
  const transform = (length: number): number[] => {
    const passes = [...passesOf(length), 0];
    const address = memory.allocate(4 * passes.length);
    memory.uint32(address, passes.length).set(passes);
    return [address, floats(rootTable(length))];
  };
  const workBytes = 2 * elementBytes * (Math.max(size.rowLength, gridX, gridY) + 2) + 128;
  const blocks = angleBlocks(angles, size, (table) => {
    const address = memory.allocate(table.length);
    memory.bytes(address, table.length).set(table);
    return address;
  });
  const bytes = gridParts(size, rows);
  const [polar, grid, half] = [bytes.polar, bytes.grid, bytes.half].map((part) => memory.allocate(part));
  const words = [
    ...[rows, columns, 0, detectors, 0, detectors, 0, columns],
    ...[
      size.rowLength,
      size.frequencies,
      ...transform(size.rowLength),
      floats(sampleFactors(geometry, size)),
      polar ?? 0,
    ],
    ...[gridX, gridY, grid ?? 0, gridY + 2 * gridMargin, ...transform(gridX), ...transform(gridY)],
    ...[half ?? 0, halfStride(gridX)],
    ...[floats(pixelFactors(columns, gridX)), floats(pixelFactors(rows, gridY)), 0, 0, 0, floats(tapTable())],
    ...[tileCounts(size)[0], 0, 0, 0, memory.allocate(workBytes * threads)],
    ...[workBytes, memory.scratchOf(0), memory.scratchOf(1) - memory.scratchOf(0)],
  ];
  return { size, words, blocks };
}

function angleBlocks(angles: Float64Array, size: GridSize, place: (table: Uint8Array) => number): AngleBlock[] {
  const blocks: AngleBlock[] = [];
  for (let first = 0; first < angles.length; first += size.anglesPerBlock) {
    const some = angles.subarray(first, first + size.anglesPerBlock);
    const segments = Array.from(some).flatMap((angle, at) => segmentsOf(angle, first + at, size));
    const { pieces, starts } = tilePieces(segments, tileSide, tileCounts(size));
    blocks.push({
      first,
      count: some.length,
      segments: place(segmentTable(segments)),
      pieces: place(new Uint8Array(pieces.buffer)),
      tileStarts: place(new Uint8Array(starts.buffer)),
    });
  }
  return blocks;
}

/** The slice is a chunk of one lane. */
function backprojectSlice(slab: ProjectionSlab, slice: number, { size, words, blocks }: AllocatedGrid): void {
  const { runtime, chunkTable, geometry } = slab;
  const [sinogram = 0, image = 0] = runtime.memory.uint32(chunkTable + 4 * wordsPerChunk * slice, 2);
  const own = [...words];
  own[wordsOfSlice.sinogram] = sinogram;
  own[wordsOfSlice.image] = image;
  const run = (kind: string, tasks: number) => runtime.run({ kind, parameters: own, tasks });
  const [rows] = geometry.shape;
  const columns = size.grid[0] / 2 + 1;
  const [tilesX, tilesY] = tileCounts(size);
  const clearings = Math.ceil((columns + 2 * gridMargin) / columnsPerClearing);
  run('clearGrid', clearings);
  for (const block of blocks) {
    own[wordsOfSlice.sinogram - 2] = block.first + block.count;
    own[wordsOfBlock.segments] = block.segments;
    own[wordsOfBlock.pieces] = block.pieces;
    own[wordsOfBlock.tileStarts] = block.tileStarts;
    own[wordsOfBlock.firstAngle] = block.first;
    run('transformAngles', Math.ceil(block.count / angleGroup));
    for (const [x, y] of corners) {
      own[wordsOfCorner.x] = x;
      own[wordsOfCorner.y] = y;
      run('spreadTile', tilesOf(tilesX, x) * tilesOf(tilesY, y));
    }
  }
  run('foldGrid', clearings);
  run('transformColumns', Math.ceil(columns / columnsPerTask));
  run('transformRows', Math.ceil(rows / rowsPerTask));
}

const corners = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
] as const;

/** Tiles of the half grid along x and y. */
function tileCounts({ grid: [gridX, gridY] }: GridSize): [number, number] {
  return [Math.ceil((gridX / 2 + 1) / tileSide), Math.ceil(gridY / tileSide)];
}

/** Tiles along an axis of those that begin at the first or at the second one and leave out every other. */
function tilesOf(tiles: number, corner: 0 | 1): number {
  return Math.floor((tiles + 1 - corner) / 2);
}
