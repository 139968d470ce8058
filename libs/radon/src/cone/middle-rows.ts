import type { ConeParameters } from '../manifest/cone-beam.js';

/** The rows of a detector, one or two, that are nearest to the plane in which the source turns. */
export function middleRows(
  { detectorOffset: [, offset = 0], detectorPixel: [, pitch = 1] = [] }: ConeParameters,
  binRows: number,
): number[] {
  const middle = (binRows - 1) / 2 - offset / pitch;
  const inside = (row: number) => Math.min(binRows - 1, Math.max(0, row));
  return [...new Set([inside(Math.floor(middle)), inside(Math.ceil(middle))])];
}
