import { RondelError } from '@rondel/contracts';
import type { FoundAxis } from './rotation-center.js';
import type { OppositePair } from './opposite-rows.js';
import { smoothRows, type Rows } from './smooth-rows.js';

export interface OverlapOptions {
  readonly winWidth: number;
  readonly side: 'auto' | 'left' | 'right';
  readonly denoise: boolean;
  readonly norm: boolean;
}

/** The end of the detector at which opposite projections see the same, and how many bins of it, may be fractional. */
export interface FoundOverlap {
  readonly side: 'left' | 'right';
  readonly overlap: number;
}

/**
 * The overlap of the projections of half a turn with their mirrored opposites: a window at the edge of the latter is moved over
 * the former, and lies where both correlate best. Of the two ends the one counts whose minimum is sharper.
 *
 * Vo, Atwood, Drakopoulos, Connolley, "Data processing methods and data acquisition for samples larger than the field of view",
 * Optics Express 29 (2021) 17849, as `find_overlap` of algotom and `find_center_360` of httomo.
 *
 * @param pairs Projections half a turn apart, by rising angle.
 */
export function findOverlap(pairs: readonly OppositePair[], options: OverlapOptions): FoundOverlap {
  const width = pairs[0]?.a.length ?? 0;
  const offset = Math.max(3, Math.min(options.winWidth, Math.floor(width / 2) - 1) >> 1);
  const prepared = (rows: Rows) => (options.denoise ? smoothRows(rows, { across: 2, along: 2 }) : rows);
  const first = prepared(pairs.map(({ a }) => a));
  const second = prepared(pairs.map(({ b }) => b.slice().reverse()));
  const sides = options.side === 'auto' ? (['right', 'left'] as const) : ([options.side] as const);
  const found = sides.map((side) => {
    const costs = windowCosts(first, second, {
      offset,
      norm: options.norm,
      from: side === 'right' ? 0 : width - 2 * offset,
    });
    const { curvature, place } = sharpest(costs);
    const position = place + offset;
    return { side, curvature, overlap: side === 'right' ? width - position + offset : position + offset };
  });
  const [best] = found.sort((a, b) => b.curvature - a.curvature);
  if (best !== undefined && width > 0) return { side: best.side, overlap: best.overlap };
  throw new RondelError(
    'PLAN_MISSING_PROPERTY',
    'The overlap cannot be found: the projections do not cover a full turn. Set centerOfRotation to the axis in bins from 0.',
    { at: 'centerOfRotation' },
  );
}

/** The axis lies in the middle of what both see. */
export function centerOfOverlap({ side, overlap }: FoundOverlap, detectors: number): number {
  const fromEdge = (overlap - 1) / 2;
  return side === 'left' ? fromEdge : detectors - 1 - fromEdge;
}

/** The inverse of `centerOfOverlap`. */
export function overlapOf(center: number, detectors: number): FoundOverlap {
  const isLeft = 2 * center < detectors - 1;
  return { side: isLeft ? 'left' : 'right', overlap: 1 + 2 * (isLeft ? center : detectors - 1 - center) };
}

/** The axis by `findOverlap`. */
export function findCenter360(pairs: readonly OppositePair[], options: OverlapOptions): FoundAxis {
  const detectors = pairs[0]?.a.length ?? 0;
  return { center: centerOfOverlap(findOverlap(pairs, options), detectors), uncertainty: 0.5 };
}

interface Window {
  readonly offset: number;
  readonly norm: boolean;
  /** Where it begins in the second rows. */
  readonly from: number;
}

/** 1 less the correlation of the window with every place of the first rows, relative to the least. */
function windowCosts(first: Rows, second: Rows, { offset, norm, from }: Window): Float64Array {
  const width = first[0]?.length ?? 0;
  const size = 2 * offset;
  const edge = second.map((row) => row.subarray(from, from + size));
  const costs = Float64Array.from({ length: Math.max(0, width - size) }, (_, at) => {
    const here = first.map((row) => row.subarray(at, at + size));
    return Math.abs(1 - correlation(here, norm ? scaledTo(edge, here) : edge));
  });
  const least = costs.reduce((best, cost) => Math.min(best, cost), Infinity);
  return least > 0 ? costs.map((cost) => cost / least) : costs;
}

function scaledTo(rows: Rows, like: Rows): Float64Array[] {
  const size = (row: Float64Array | undefined) => row?.reduce((sum, value) => sum + Math.abs(value), 0) ?? 0;
  return rows.map((row, index) => {
    const own = size(row);
    const factor = own > 0 ? size(like[index]) / own : 1;
    return row.map((value) => value * factor);
  });
}

function correlation(a: Rows, b: Rows): number {
  const sums = { a: 0, b: 0, aa: 0, bb: 0, ab: 0, count: 0 };
  a.forEach((row, index) => {
    const other = b[index];
    for (let bin = 0; bin < row.length; bin++) {
      const [x, y] = [row[bin] ?? 0, other?.[bin] ?? 0];
      sums.a += x;
      sums.b += y;
      sums.aa += x * x;
      sums.bb += y * y;
      sums.ab += x * y;
    }
    sums.count += row.length;
  });
  const { count } = sums;
  const variance = (sums.aa - sums.a ** 2 / count) * (sums.bb - sums.b ** 2 / count);
  return variance > 0 ? (sums.ab - (sums.a * sums.b) / count) / Math.sqrt(variance) : 0;
}

/** Where the least value lies, by the parabola through its neighbours, and the quadratic coefficient of one through five. */
function sharpest(costs: Float64Array): { curvature: number; place: number } {
  const least = costs.reduce((best, cost, at) => (cost < (costs[best] ?? Infinity) ? at : best), 0);
  const at = Math.min(costs.length - 3, Math.max(2, least));
  const value = (offset: number) => costs[at + offset] ?? 0;
  const curvature = Math.abs((2 * value(-2) - value(-1) - 2 * value(0) - value(1) + 2 * value(2)) / 14);
  const bend = value(-1) - 2 * value(0) + value(1);
  const moved = bend === 0 ? 0 : (value(-1) - value(1)) / (2 * bend);
  return { curvature, place: Math.abs(moved) <= 1 ? at + moved : at };
}
