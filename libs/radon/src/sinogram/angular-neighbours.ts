import { turnCoverage } from './turn-coverage.js';

/** The projections whose angles are next to that of one, on either side; at an end of the scan twice the only one. */
export interface AngularNeighbours {
  readonly before: number;
  readonly after: number;
  /** How far what is at the edge of the detector moves from one of them to the next, bins. */
  readonly moved: number;
}

/**
 * Of every projection, in the order in which they were taken.
 *
 * @param angles rad, one per projection; without them the projections are taken to be in order, over half a turn.
 */
export function angularNeighbours(
  { angles: projections, detectors }: { readonly angles: number; readonly detectors: number },
  angles: ArrayLike<number> | undefined,
): AngularNeighbours[] {
  const given = angles ?? Array.from({ length: projections }, (_, row) => (row * Math.PI) / projections);
  const { rows, kind } = turnCoverage(Float64Array.from(given));
  const neighbours: AngularNeighbours[] = [];
  rows.forEach(({ row, angle }, rank) => {
    const isTurn = kind === 'turn';
    const before = rows[rank - 1] ?? (isTurn ? rows.at(-1) : rows[1]);
    const after = rows[rank + 1] ?? (isTurn ? rows[0] : rows.at(-2));
    const gaps = [before, after].map((other) => Math.abs((other?.angle ?? angle) - angle));
    const gap = Math.max(...gaps.map((each) => Math.min(each, 2 * Math.PI - each)));
    neighbours[row] = { before: before?.row ?? row, after: after?.row ?? row, moved: (gap * detectors) / 2 };
  });
  return neighbours;
}
