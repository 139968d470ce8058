import type { ParallelGeometry } from '../projection/parallel-geometry.js';
import { tapWidth, type GridSize } from './grid-size.js';
import { radialFactors, tapPolynomial } from './grid-tables.js';

/** Columns of the grid that are computed together. */
export interface Band {
  readonly first: number;
  readonly count: number;
}

/** Samples of rows, each onto one cell of a band. */
export interface Puts {
  /** Of the frequencies of rows, [angle, frequency]. */
  readonly samples: Int32Array;
  /** Of the band, [x, y]. */
  readonly cells: Int32Array;
  /** What the sample is multiplied with, complex. */
  readonly re: Float32Array;
  readonly im: Float32Array;
}

/** The window, as a polynomial. */
function tapOf(weights: Float64Array, distance: number): number {
  const inside = 1 - (distance / (tapWidth / 2)) ** 2;
  let value = 0;
  for (let power = weights.length - 1; power >= 0; power--) value = value * inside + (weights[power] ?? 0);
  return inside < 0 ? 0 : value;
}

/**
 * Calls `use` with what samples of half of each line put onto a band of the whole grid, at most so many at a time. The arrays are
 * valid until it returns.
 */
export function forEachPuts(
  geometry: ParallelGeometry,
  size: GridSize,
  { band, most }: { readonly band: Band; readonly most: number },
  use: (puts: Puts) => void,
): void {
  const { rowLength, radial, grid } = size;
  const [samples, cells] = [new Int32Array(most), new Int32Array(most)];
  const [re, im] = [new Float32Array(most), new Float32Array(most)];
  const factors = radialFactors(geometry, size);
  const weights = tapPolynomial();
  let used = 0;
  const flush = () => {
    const parts = { samples: samples.subarray(0, used), cells: cells.subarray(0, used) };
    if (used > 0) use({ ...parts, re: re.subarray(0, used), im: im.subarray(0, used) });
    used = 0;
  };
  const wrapped = (cell: number, extent: number) => cell - extent * Math.floor(cell / extent);
  const ofY = new Float64Array(tapWidth);
  geometry.angles.forEach((angle, index) => {
    const [stepX, stepY] = [(Math.cos(angle) * grid[0]) / rowLength, (Math.sin(angle) * grid[1]) / rowLength];
    for (let j = 0; j < radial; j++) {
      const firstX = Math.floor(j * stepX) - tapWidth / 2 + 1;
      const fromBand = wrapped(firstX - band.first, grid[0]);
      if (fromBand >= band.count && fromBand + tapWidth <= grid[0]) continue;
      if (used + tapWidth * tapWidth > most) flush();
      const firstY = Math.floor(j * stepY) - tapWidth / 2 + 1;
      ofY.forEach((_, tap) => (ofY[tap] = tapOf(weights, firstY + tap - j * stepY)));
      const sample = index * rowLength + (j % rowLength);
      for (let tapX = 0; tapX < tapWidth; tapX++) {
        const column = wrapped(firstX + tapX - band.first, grid[0]);
        if (column >= band.count) continue;
        const ofX = tapOf(weights, firstX + tapX - j * stepX);
        for (let tapY = 0; tapY < tapWidth; tapY++) {
          const weight = ofX * (ofY[tapY] ?? 0);
          samples[used] = sample;
          cells[used] = column * grid[1] + wrapped(firstY + tapY, grid[1]);
          re[used] = weight * (factors[2 * j] ?? 0);
          im[used] = weight * (factors[2 * j + 1] ?? 0);
          used++;
        }
      }
    }
  });
  flush();
}
