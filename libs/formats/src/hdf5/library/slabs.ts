import { elementCount } from '@rondel/contracts';
import type { Box } from '../../array/axis-range.js';

export interface SlabPlan {
  readonly shape: readonly number[];
  readonly elementBytes: number;
  /** Bytes per slab at most; no less than one element has. */
  readonly slabBytes: number;
  /** Extents of the chunks that the dataset is stored in. */
  readonly chunks?: readonly number[] | undefined;
}

/**
 * Splits a C-order array into pieces that are contiguous in memory, in order: along the first axis whose entries fit
 * into a slab, in whole chunks where that is possible.
 */
export function* slabsOf({ shape, elementBytes, slabBytes, chunks }: SlabPlan): Generator<Box> {
  if (shape.includes(0)) return;
  const axis = Math.max(
    shape.findIndex((_, index) => elementCount(shape.slice(index + 1)) * elementBytes <= slabBytes),
    0,
  );
  const rest = shape.slice(axis + 1);
  const extent = shape[axis] ?? 1;
  const fitting = Math.max(1, Math.floor(slabBytes / (elementCount(rest) * elementBytes)));
  const rows = wholeChunks(Math.min(fitting, extent), chunks?.[axis] ?? 1);
  for (const leading of indicesOf(shape.slice(0, axis))) {
    for (let first = 0; first < extent; first += rows) {
      yield {
        offset: [...leading, first, ...rest.map(() => 0)].slice(0, shape.length),
        count: [...leading.map(() => 1), Math.min(rows, extent - first), ...rest].slice(0, shape.length),
      };
    }
  }
}

/** A multiple of the chunk's length where that is not above the wanted rows, so that no chunk is decompressed twice. */
function wholeChunks(rows: number, chunkRows: number): number {
  return chunkRows > rows ? rows : rows - (rows % chunkRows);
}

function* indicesOf(shape: readonly number[]): Generator<number[]> {
  const [extent, ...rest] = shape;
  if (extent === undefined) {
    yield [];
    return;
  }
  for (let index = 0; index < extent; index++) {
    for (const tail of indicesOf(rest)) yield [index, ...tail];
  }
}
