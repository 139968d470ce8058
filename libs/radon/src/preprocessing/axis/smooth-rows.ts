import { mirrored } from '../rings/running-median.js';

/** Rows of equal length: a sinogram, [angle, detector]. */
export type Rows = readonly Float64Array[];

/** Standard deviations that a Gaussian reaches. */
const reachOf = (sigma: number) => Math.floor(4 * sigma + 0.5);

/** Smoothed by a Gaussian along both axes, whose edges are mirrored with their value repeated, as `gaussian_filter` of SciPy. */
export function smoothRows(
  rows: Rows,
  { across, along }: { readonly across: number; readonly along: number },
): Float64Array[] {
  const [tapsAcross, tapsAlong] = [gaussian(across), gaussian(along)];
  const width = rows[0]?.length ?? 0;
  const smoothed = rows.map((_, row) => {
    const sum = new Float64Array(width);
    tapsAcross.forEach((tap, at) => {
      const source = rows[mirrored(row + at - (tapsAcross.length >> 1), rows.length)];
      if (source) for (let bin = 0; bin < width; bin++) sum[bin] = (sum[bin] ?? 0) + tap * (source[bin] ?? 0);
    });
    return sum;
  });
  const half = tapsAlong.length >> 1;
  return smoothed.map((row) =>
    row.map((_, bin) =>
      tapsAlong.reduce((sum, tap, at) => sum + tap * (row[mirrored(bin + at - half, width)] ?? 0), 0),
    ),
  );
}

function gaussian(sigma: number): Float64Array {
  const reach = reachOf(sigma);
  const taps = Float64Array.from({ length: 2 * reach + 1 }, (_, at) =>
    Math.exp(-((at - reach) ** 2) / (2 * sigma ** 2)),
  );
  const total = taps.reduce((sum, tap) => sum + tap, 0);
  return taps.map((tap) => tap / total);
}
