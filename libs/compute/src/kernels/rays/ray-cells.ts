import { originShift, type RayGeometry } from './ray-geometry.js';

/** Cells per side at most. */
const mostCells = 512;

/**
 * Which rays pass near a place of the view's own frame, which turns with it: cells of whole pixels, row by row, with the
 * rays that come within reach of some pixel in them, in rising order.
 */
export interface RayCells {
  /** Cells per side. */
  readonly count: number;
  /** Pixels per side of a cell. */
  readonly extent: number;
  /** Pixels from the first cell's edge to the origin. */
  readonly reach: number;
  /** [cell + 1]: where the rays of a cell begin. */
  readonly starts: Int32Array;
  readonly rays: Int32Array;
}

/** How far a ray may pass from the middle of a pixel that it meets, and what float32 loses of coordinates. */
const margin = Math.SQRT1_2 + 0.1;

export function rayCells(geometry: RayGeometry): RayCells {
  const { shape, tilts, offsets } = geometry;
  const reach = Math.ceil(Math.hypot(shape[0], shape[1]) / 2 + Math.hypot(...originShift(geometry))) + 2;
  const extent = Math.max(2, Math.ceil((2 * reach) / mostCells));
  const count = Math.ceil((2 * reach) / extent);
  const grid = { count, extent, reach };
  const starts = new Int32Array(count * count + 1);
  forEachCell(grid, { tilts, offsets }, (cell) => (starts[cell + 1] = (starts[cell + 1] ?? 0) + 1));
  for (let cell = 0; cell < count * count; cell++) starts[cell + 1] = (starts[cell + 1] ?? 0) + (starts[cell] ?? 0);
  const rays = new Int32Array(starts.at(-1) ?? 0);
  const next = starts.slice();
  forEachCell(grid, { tilts, offsets }, (cell, ray) => {
    const at = next[cell] ?? 0;
    rays[at] = ray;
    next[cell] = at + 1;
  });
  return { ...grid, starts, rays };
}

/** Ray by ray; a ray that is steep crosses each row of cells once, any other each column. */
function forEachCell(
  { count, extent, reach }: Pick<RayCells, 'count' | 'extent' | 'reach'>,
  { tilts, offsets }: Pick<RayGeometry, 'tilts' | 'offsets'>,
  use: (cell: number, ray: number) => void,
): void {
  const width = extent * Math.SQRT1_2 + margin;
  const middleOf = (index: number) => (index + 0.5) * extent - reach;
  tilts.forEach((tilt, ray) => {
    const [cosine, sine] = [Math.cos(tilt), Math.sin(tilt)];
    const byRows = Math.abs(cosine) >= Math.abs(sine);
    const [divisor, other] = byRows ? [cosine, sine] : [sine, cosine];
    const half = width / Math.abs(divisor);
    for (let line = 0; line < count; line++) {
      const place = ((offsets[ray] ?? 0) - middleOf(line) * other) / divisor;
      const first = Math.max(0, Math.ceil((place - half + reach) / extent - 0.5));
      const last = Math.min(count - 1, Math.floor((place + half + reach) / extent - 0.5));
      for (let at = first; at <= last; at++) use(byRows ? line * count + at : at * count + line, ray);
    }
  });
}
