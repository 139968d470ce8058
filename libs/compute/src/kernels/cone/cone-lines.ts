import { isUpright, viewNumbers, type ConeGeometry } from './cone-geometry.js';

/**
 * Rays that run above each other: at step k from column to column (or row to row) all of them are at `place` + k `slope` across,
 * and the ray to detector row v of the line is at slice `height` + v `rise` + k (`climb` + v `spread`).
 */
export interface ConeLine {
  readonly byColumns: boolean;
  readonly place: number;
  readonly slope: number;
  readonly height: number;
  readonly rise: number;
  readonly climb: number;
  readonly spread: number;
}

/** How rays are grouped to lines: one for each detector column, or one for each bin where columns are not upright. */
export interface LineLayout {
  readonly linesPerColumn: number;
  readonly raysPerLine: number;
}

export function lineLayout(geometry: ConeGeometry): LineLayout {
  const rows = geometry.detector[1];
  return isUpright(geometry) ? { linesPerColumn: 1, raysPerLine: rows } : { linesPerColumn: rows, raysPerLine: 1 };
}

/** Calls `use` with every line of some views, [view, column, row of the line]. */
export function forEachLine(
  geometry: ConeGeometry,
  { linesPerColumn }: LineLayout,
  [from, to]: readonly [from: number, to: number],
  use: (line: ConeLine, index: number) => void,
): void {
  const [bins] = geometry.detector;
  let index = 0;
  for (let view = from; view < to; view++) {
    const numbers = geometry.views.subarray(view * viewNumbers, (view + 1) * viewNumbers);
    for (let bin = 0; bin < bins; bin++) {
      for (let row = 0; row < linesPerColumn; row++) use(lineOf(numbers, bin, row), index++);
    }
  }
}

function lineOf(numbers: Float64Array, bin: number, row: number): ConeLine {
  const number = (index: number) => numbers[index] ?? 0;
  const end = (axis: number) => number(3 + axis) + bin * number(6 + axis) + row * number(9 + axis);
  const source = [number(0), number(1), number(2)] as const;
  const [dx, dy, dz] = [end(0) - source[0], end(1) - source[1], end(2) - source[2]];
  const byColumns = Math.abs(dx) >= Math.abs(dy);
  const [main, other] = byColumns ? [dx, dy] : [dy, dx];
  const [from, across] = byColumns ? [source[0], source[1]] : [source[1], source[0]];
  // How far along the ray step 0 is, from source to detector, and how far from step to step.
  const [begin, step] = [-from / main, 1 / main];
  return {
    byColumns,
    place: across + begin * other,
    slope: step * other,
    height: source[2] + begin * dz,
    rise: begin * number(11),
    climb: step * dz,
    spread: step * number(11),
  };
}

/** Slopes below its inverse are taken for it, so that a ray along the edge of pixels gives each of them half. */
export const steepest = 1024;

/** What part of a ray, which is in two pixels at most, is in the upper one; see assembly of the kernels of rays. */
export function upperPart(place: number, slope: number): number {
  const fraction = place - Math.floor(place);
  const spread = Math.min(1 / Math.abs(slope), steepest);
  return Math.min(1, Math.max(0, (fraction - 0.5) * spread + 0.5));
}
