import type { EngineName } from '@rondel/contracts';
import type { ProjectionExtents } from '../projection/projection-slab.js';

/** Cells that a sample is put onto, along each axis. */
export const tapWidth = 4;

/** How many times as fine as the image's own the grid of frequencies is, at least. */
export const oversampling = 1.5;

/**
 * Frequencies of rows that are taken, in cycles per bin: linear interpolation between bins has all, falling as their square. More
 * where few views do not blur each other's edges, and for rows so short that edges are most of them; both cost next to nothing.
 */
const highestFrequency = { usual: 2, edges: 8 } as const;
const fewViews = 16;
const fewBins = 32;

/** Frequencies of rows that are kept at a time: they stay in the third-level cache. */
const mostPolarBytes = 16 * 2 ** 20;

/** Angles that are transformed together. */
export const angleGroup = 8;

/** What of a geometry says how large its grid is. */
export interface GriddedExtents extends ProjectionExtents {
  readonly center: number;
}

/** Extents of what the Fourier grid needs for a geometry. */
export interface GridSize {
  /** Length of the transform of a row, which repeats after so many bins: no pixel sees the repetition. */
  readonly rowLength: number;
  /** Frequencies of a row, from 0 in steps of 1 / rowLength. */
  readonly radial: number;
  /** Frequencies that a row has of its own, from 0 to the half of its length: others repeat them, or mirror them. */
  readonly frequencies: number;
  /** Cells of the grid along x, a multiple of 4, and along y. */
  readonly grid: readonly [x: number, y: number];
  readonly anglesPerBlock: number;
}

export function gridSize({ shape: [rows, columns], angles, detectors, center }: GriddedExtents): GridSize {
  const reach = Math.hypot(Math.floor(rows / 2), Math.floor(columns / 2));
  const support = Math.max(Math.abs(center + 1), Math.abs(detectors - center), detectors + 1);
  const rowLength = smoothLength(Math.ceil(reach + support) + 1, 1);
  const isOfEdges = angles.length < fewViews || detectors < fewBins;
  const radial = Math.floor(highestFrequency[isOfEdges ? 'edges' : 'usual'] * rowLength) + 1;
  const frequencies = Math.floor(rowLength / 2) + 1;
  const groups = Math.max(1, Math.floor(mostPolarBytes / (cellBytes * frequencies * angleGroup)));
  return {
    rowLength,
    radial,
    frequencies,
    grid: [gridExtent(columns, 4), gridExtent(rows, 2)],
    anglesPerBlock: Math.min(angleGroup * groups, Math.ceil(angles.length / angleGroup) * angleGroup),
  };
}

/** Cells beside the grid on either side: half the width of a sample, and one for what rounding moves over the edge. */
export const gridMargin = tapWidth / 2 + 1;

export const cellBytes = 8;

/** Bytes of the samples of a block of angles, of the grid, and of its columns once they are transformed. */
export function gridParts(
  { frequencies, anglesPerBlock, grid: [gridX, gridY] }: GridSize,
  rows: number,
): { readonly polar: number; readonly grid: number; readonly half: number } {
  return {
    polar: cellBytes * frequencies * anglesPerBlock,
    grid: cellBytes * (gridX / 2 + 1 + 2 * gridMargin) * (gridY + 2 * gridMargin) + 32,
    half: cellBytes * rows * halfStride(gridX),
  };
}

/** Cells from row to row of the transformed columns, of which four are transformed together. */
export function halfStride(gridX: number): number {
  return Math.ceil((gridX / 2 + 1) / 4) * 4;
}

/** Bytes of samples that graphics cards keep at a time. */
const mostSampleBytes = 16 * 2 ** 20;

/** Bytes of the grids of slices that graphics cards compute together, at most; at least those of one. */
const mostGridBytes = 8 * 2 ** 20;

/**
 * How a graphics card computes a batch: so many angles and slices at a time, with arrays of so many float32 values. A transform
 * goes to and fro between two arrays: samples between `samples` and `work`, the grid between `grid` and `work`.
 */
export function graphicsParts(
  { rowLength, grid: [gridX, gridY] }: GridSize,
  { angles, shape: [rows], batch }: GriddedExtents & { readonly batch: number },
) {
  const cells = Math.max((gridX / 2 + 1) * gridY, gridX * Math.ceil(rows / 2));
  const anglesPerBlock = Math.min(angles.length, Math.max(1, Math.floor(mostSampleBytes / (cellBytes * rowLength))));
  const fitting = Math.floor(mostGridBytes / (cellBytes * Math.max(cells, anglesPerBlock * rowLength)));
  const slices = Math.min(batch, fitting >= 4 ? 4 * Math.floor(fitting / 4) : Math.max(1, fitting));
  const [samples, grid] = [2 * slices * anglesPerBlock * rowLength, 2 * slices * cells];
  return { anglesPerBlock, slices, values: { samples, grid, work: Math.max(samples, grid) } };
}

/** Complex values of cells, and of samples on their way to them, that are at work at a time where core operations compute. */
const mostComposedCells = 2 ** 19;

/** How core operations compute a batch: so many slices, columns of the grid and samples at a time. */
export function composedParts({ grid: [gridX, gridY] }: GridSize, batch: number) {
  const slices = Math.min(batch, Math.max(1, Math.floor(mostComposedCells / (gridX * gridY))));
  const bandColumns = Math.min(gridX, Math.max(1, Math.floor(mostComposedCells / (slices * gridY))));
  return { slices, bandColumns, mostPuts: Math.max(2 ** 10, Math.floor(mostComposedCells / slices)) };
}

/** What a cell takes on its way, beside its frequency: places and weights of samples, and sums of some steps. */
const composedCellBytes = 64;

type BatchExtents = GriddedExtents & { readonly batch: number };

/** Bytes that a geometry takes on an engine beside sinograms and images. */
export function gridBytes(extents: BatchExtents, engine: EngineName): number {
  return bytesOn[engine](extents, gridSize(extents));
}

const bytesOn: Readonly<Record<EngineName, (extents: BatchExtents, size: GridSize) => number>> = {
  wasm({ angles, shape }, size) {
    const { polar, grid, half } = gridParts(size, shape[0]);
    // Lines and their pieces: about a hundred for each angle of 2048 pixels.
    return polar + grid + half + (1000 + shape[1]) * angles.length;
  },
  webgpu(extents, size) {
    const { values } = graphicsParts(size, extents);
    return 4 * (values.samples + values.grid + values.work);
  },
  tensorflow({ angles, shape, batch }, size) {
    const { slices, bandColumns, mostPuts } = composedParts(size, batch);
    const bands = composedCellBytes * slices * Math.max(mostPuts, bandColumns * size.grid[1]);
    const frequencies = cellBytes * slices * angles.length * size.rowLength;
    const rows = cellBytes * slices * shape[0] * size.grid[0];
    // Frequencies are joined of blocks; rows are joined, put in order and transformed.
    return Math.max(2 * frequencies, frequencies + Math.max(bands, 3 * rows));
  },
};

/** At least so many cells that margins and mirror images keep apart. */
const leastExtent = 32;

function gridExtent(pixels: number, unit: number): number {
  return smoothLength(Math.max(leastExtent, Math.ceil(oversampling * pixels)), unit);
}

/** The least length from `least` on that is a multiple of `unit` and has no prime factor above 5. */
function smoothLength(least: number, unit: number): number {
  let length = Math.ceil(least / unit) * unit;
  while (passesOf(length).reduce((product, radix) => product * radix, 1) !== length) length += unit;
  return length;
}

/** Radices of the passes of a transform; their product is the length where it has no prime factor above 5. */
export function passesOf(length: number): number[] {
  const passes: number[] = [];
  let rest = length;
  for (const radix of [5, 3, 4, 2]) {
    while (rest % radix === 0) {
      passes.push(radix);
      rest /= radix;
    }
  }
  return passes;
}
