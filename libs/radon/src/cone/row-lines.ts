import { rowPlace } from './row-place.js';
import { vectorNumbers } from './view-vectors.js';

/** How far along the rows of the detector, counted from its middle, points at a height are seen. */
export interface RowLines {
  readonly at: (height: number) => { readonly least: number; readonly most: number };
}

/** A row that rises evenly with the height. */
interface Line {
  readonly row: number;
  readonly slope: number;
}

/** Lines are thinned out as soon as there are so many. */
const mostLines = 50_000;

/**
 * Between which rows any view sees points above the corners, at heights up to `half` on either side of 0, mm. Of a detector that leans,
 * whose rows do not rise evenly, a little more. Undefined where a corner comes up to a source or behind it.
 */
export function rowLines(
  vectors: Float64Array,
  corners: readonly (readonly [x: number, y: number])[],
  half: number,
): RowLines | undefined {
  let [above, below]: [Line[], Line[]] = [[], []];
  for (let at = 0; at < vectors.length; at += vectorNumbers) {
    const { lineAt } = rowPlace(vectors.subarray(at, at + vectorNumbers));
    const front = Math.sign(lineAt(0, 0).depth);
    for (const [x, y] of corners) {
      const { row, rise, depth, deepens } = lineAt(x, y);
      const ends = [-half, half].map((z) => ({
        deep: depth + z * deepens,
        seen: (row + z * rise) / (depth + z * deepens),
      }));
      const [first, last] = ends;
      if (first === undefined || last === undefined) continue;
      if (ends.some(({ deep }) => !(deep * front > 0))) return undefined;
      // Between them the row is a part of a hyperbola, which lies between its chord and a tangent.
      const chord = { row: (first.seen + last.seen) / 2, slope: (last.seen - first.seen) / (2 * half) };
      const tangent = { row: row / depth, slope: (rise * depth - row * deepens) / depth ** 2 };
      const isChordAbove = chord.row >= tangent.row;
      above.push(isChordAbove ? chord : tangent);
      below.push(mirrored(isChordAbove ? tangent : chord));
    }
    if (above.length > mostLines) [above, below] = [highest(above), highest(below)];
  }
  const [upper, lower] = [highest(above), highest(below)];
  return { at: (height) => ({ least: -rowAt(lower, height), most: rowAt(upper, height) }) };
}

function mirrored({ row, slope }: Line): Line {
  return { row: -row, slope: -slope };
}

function rowAt(lines: readonly Line[], height: number): number {
  return lines.reduce((most, { row, slope }) => Math.max(most, row + slope * height), -Infinity);
}

/** Those that are the highest of all somewhere. */
function highest(lines: readonly Line[]): Line[] {
  const kept: Line[] = [];
  for (const line of [...lines].sort((a, b) => a.slope - b.slope || b.row - a.row)) {
    if (kept.at(-1)?.slope === line.slope) continue;
    while (isBelow(kept, line)) kept.pop();
    kept.push(line);
  }
  return kept;
}

/** Whether the last of some lines is nowhere above both the one before it and the one after. */
function isBelow(lines: readonly Line[], next: Line): boolean {
  const [before, last] = lines.slice(-2);
  if (before === undefined || last === undefined) return false;
  return (next.row - before.row) * (last.slope - before.slope) >= (last.row - before.row) * (next.slope - before.slope);
}
