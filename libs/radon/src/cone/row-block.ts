import type { StepBlock } from '@rondel/reco';
import type { SinogramShape } from '../sinogram/sinogram-shape.js';

/** Which detector rows an input has, and which slices of the volume are wanted of it; both counted in the whole. */
export interface RowBlock {
  readonly firstRow: number;
  readonly rows: number;
  /** Rows of the whole. */
  readonly allRows: number;
  /** Where rows are not the whole, row i and slice i belong together. */
  readonly slices?: { readonly start: number; readonly stop: number };
}

export function rowBlock(block: StepBlock | undefined, { slices }: SinogramShape): RowBlock {
  if (block?.axis !== 'slice') return { firstRow: 0, rows: slices, allRows: slices };
  const { from, to, start, stop, extent } = block;
  return { firstRow: from, rows: to - from, allRows: extent, slices: { start, stop } };
}
