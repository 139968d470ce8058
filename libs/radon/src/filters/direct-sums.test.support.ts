/** Filtered backprojection written out in float64, from formulas alone, for comparison. */

/** Window over the ramp at f cycles per bin. */
export type WindowFormula = (f: number) => number;

/** One filtered row after the other: the ramp's kernel times the window at `size` frequencies, summed up in space. */
export function filteredRows(
  rows: readonly (readonly number[])[],
  { window, size }: { readonly window: WindowFormula; readonly size: number },
): number[][] {
  const ramp = Array.from({ length: size }, (_, k) => {
    let sum = 0.25;
    for (let n = 1; n < size; n += 2) {
      sum -= Math.cos((2 * Math.PI * k * n) / size) / (Math.PI * Math.min(n, size - n)) ** 2;
    }
    return sum;
  });
  const response = ramp.map((value, k) => {
    const f = Math.min(k, size - k) / size;
    return value * window(f);
  });
  const bins = rows[0]?.length ?? 0;
  const kernel = Array.from(
    { length: bins },
    (_, n) => response.reduce((sum, value, k) => sum + value * Math.cos((2 * Math.PI * k * n) / size), 0) / size,
  );
  return rows.map((row) =>
    row.map((_, at) => row.reduce((sum, value, from) => sum + value * (kernel[Math.abs(at - from)] ?? NaN), 0)),
  );
}

/** Linear between bins, 0 beyond the outermost. */
function between(row: readonly number[], place: number): number {
  const before = Math.floor(place);
  const share = place - before;
  return (row[before] ?? 0) * (1 - share) + (row[before + 1] ?? 0) * share;
}

function directionOf(angle: number) {
  return { cosine: Math.cos(angle), sine: Math.sin(angle) };
}

/** Sum over half a turn of evenly spaced views, [y, x]; the axis is at `center`, in bins, columns and rows. */
export function parallelSum(rows: readonly (readonly number[])[], { side, center }: { side: number; center: number }) {
  const directions = rows.map((_, view) => directionOf((view * Math.PI) / rows.length));
  return Float64Array.from({ length: side * side }, (_, pixel) => {
    const [x, y] = [(pixel % side) - center, center - Math.floor(pixel / side)];
    const sum = directions.reduce(
      (all, { cosine, sine }, view) => all + between(rows[view] ?? [], x * cosine + y * sine + center),
      0,
    );
    return (sum * Math.PI) / rows.length;
  });
}

interface Fan {
  readonly sourceOrigin: number;
  readonly sourceDetector: number;
  /** mm on the detector. */
  readonly pitch: number;
  readonly window: WindowFormula;
  readonly size: number;
  /** Of the image, voxels of 1 mm. */
  readonly side: number;
}

/** Feldkamp's formula for one row of a full turn, as RTK has it, [y, x]. */
export function fanSum(rows: readonly (readonly number[])[], fan: Fan): Float64Array {
  const { sourceOrigin, sourceDetector, pitch, side } = fan;
  const step = (pitch * sourceOrigin) / sourceDetector;
  const middle = ((rows[0]?.length ?? 0) - 1) / 2;
  const weighted = rows.map((row) =>
    row.map((value, bin) => (value * sourceOrigin) / Math.hypot(sourceOrigin, (bin - middle) * step)),
  );
  const filtered = filteredRows(weighted, fan);
  const directions = rows.map((_, view) => directionOf((2 * Math.PI * view) / rows.length));
  return Float64Array.from({ length: side * side }, (_, pixel) => {
    const [x, y] = [(pixel % side) - (side - 1) / 2, (side - 1) / 2 - Math.floor(pixel / side)];
    const sum = directions.reduce((all, { cosine, sine }, view) => {
      const depth = (sourceOrigin - x * sine + y * cosine) / sourceOrigin;
      const place = (x * cosine + y * sine) / depth / step + middle;
      return all + between(filtered[view] ?? [], place) / depth ** 2;
    }, 0);
    return (sum * Math.PI) / rows.length / step;
  });
}
