import { elementCount, RondelError } from '@rondel/contracts';

/** Where a plane lies in an image [colour, frame, slice, y, x] or with fewer axes; the missing ones have one entry. */
export interface ImageExtents {
  readonly colours: number;
  readonly frames: number;
  readonly slices: number;
  readonly height: number;
  readonly width: number;
}

/** Throws `DATA_SHAPE_MISMATCH` for more than five axes or an empty one. */
export function imageExtents(shape: readonly number[]): ImageExtents {
  const [colours = 1, frames = 1, slices = 1, height = 1, width = 1] = [1, 1, 1, 1, 1, ...shape].slice(-5);
  if (shape.length <= 5 && elementCount(shape) > 0) return { colours, frames, slices, height, width };
  throw new RondelError('DATA_SHAPE_MISMATCH', `The viewer shows up to five axes, got shape [${shape.join(', ')}].`);
}
