import { RondelError, type NdArray } from '@rondel/contracts';
import { assertFilled } from './filled.js';

/** Which plane of an image; both count from 0. */
export interface PlaneChoice {
  /** By default the first. */
  readonly colour?: number | undefined;
  /** By default the first. */
  readonly frame?: number | undefined;
  /** By default the middle one, `floor(slices / 2)`. */
  readonly slice?: number | undefined;
}

/** A plane as a range of elements of the array it lies in. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly start: number;
}

/**
 * Finds a plane in [colour, frame, slice, y, x] or the last of these axes; the missing ones have one entry.
 *
 * Throws `DATA_SHAPE_MISMATCH` for more axes or no element, `INVALID_REQUEST` for a colour, frame or slice that is not there.
 */
export function findPlane(array: NdArray, choice: PlaneChoice): Plane {
  assertFilled(array);
  return planeOfShape(array.shape, choice);
}

/** `findPlane` for an array of which only the shape is known. */
export function planeOfShape(shape: readonly number[], choice: PlaneChoice): Plane {
  if (shape.length > 5 || shape.includes(0)) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `A picture needs [colour, frame, slice, y, x] or fewer axes and no empty one, got shape [${shape.join(', ')}].`,
    );
  }
  const [colours = 1, frames = 1, slices = 1, height = 1, width = 1] = [1, 1, 1, 1, 1, ...shape].slice(-5);
  const colour = checkedIndex('colour', choice.colour ?? 0, colours);
  const frame = checkedIndex('frame', choice.frame ?? 0, frames);
  const slice = checkedIndex('slice', choice.slice ?? Math.floor(slices / 2), slices);
  return { width, height, start: ((colour * frames + frame) * slices + slice) * height * width };
}

function checkedIndex(name: string, index: number, extent: number): number {
  if (Number.isInteger(index) && index >= 0 && index < extent) return index;
  throw new RondelError('INVALID_REQUEST', `${name} must be an integer from 0 to ${extent - 1}, got ${index}.`);
}
