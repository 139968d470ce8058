import type { ParallelGeometry, SparseRows } from '@rondel/compute';

/**
 * The projection as a matrix, a row for each ray [angle, detector] and a column for each pixel [y, x]: what a pixel gives the
 * two bins that its centre lies between, linearly, as the operator has it. Pixels outside a field of view give nothing.
 */
export function projectionRows(geometry: ParallelGeometry, fieldOfView?: Float32Array): SparseRows {
  const { shape, angles, detectors } = geometry;
  const size = { rows: angles.length * detectors, columns: shape[0] * shape[1] };
  return weightRows(size, (use) => forEachWeight(geometry, fieldOfView, use));
}

type UseWeight = (row: number, pixel: number, weight: number) => void;

/** A matrix of the weights that `forEach` goes through, which must be the same every time. */
export function weightRows(
  { rows, columns }: Pick<SparseRows, 'rows' | 'columns'>,
  forEach: (use: UseWeight) => void,
): SparseRows {
  const rowStarts = new Uint32Array(rows + 1);
  forEach((row) => {
    rowStarts[row + 1] = (rowStarts[row + 1] ?? 0) + 1;
  });
  for (let row = 0; row < rows; row++) rowStarts[row + 1] = (rowStarts[row + 1] ?? 0) + (rowStarts[row] ?? 0);
  const columnIndices = new Uint32Array(rowStarts[rows] ?? 0);
  const values = new Float32Array(columnIndices.length);
  const next = rowStarts.slice();
  forEach((row, pixel, weight) => {
    const at = next[row] ?? 0;
    columnIndices[at] = pixel;
    values[at] = weight;
    next[row] = at + 1;
  });
  return { rows, columns, complex: false, rowStarts, columnIndices, values };
}

/** Bytes of the matrix at most, while it is made and copied. Rays of the plan are in two pixels at each of their `steps`. */
export function projectionRowsBytes({
  pixels,
  angles,
  detectors,
  steps,
}: Record<'pixels' | 'angles' | 'detectors', number> & { readonly steps?: number | undefined }): number {
  const weightBytes = 8;
  const rowBytes = 40;
  const weights = 2 * angles * (steps === undefined ? pixels : steps * detectors);
  return 2 * weights * weightBytes + angles * detectors * rowBytes;
}

/** Angle by angle, pixels in rising order. */
function forEachWeight(
  { shape: [rows, columns], angles, detectors, center }: ParallelGeometry,
  fieldOfView: Float32Array | undefined,
  use: UseWeight,
): void {
  angles.forEach((angle, index) => {
    const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
    const first = index * detectors;
    for (let pixel = 0; pixel < rows * columns; pixel++) {
      if (fieldOfView?.[pixel] === 0) continue;
      const x = (pixel % columns) - Math.floor(columns / 2);
      const y = Math.floor(rows / 2) - Math.floor(pixel / columns);
      const place = x * cosine + y * sine + center;
      const lower = Math.floor(place);
      const upperShare = place - lower;
      if (lower >= 0 && lower < detectors && upperShare < 1) use(first + lower, pixel, 1 - upperShare);
      if (lower + 1 >= 0 && lower + 1 < detectors && upperShare > 0) use(first + lower + 1, pixel, upperShare);
    }
  });
}
