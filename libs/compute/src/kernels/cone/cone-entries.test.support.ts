import { partOf, viewCount, type ConeGeometry, type FdkGeometry } from './cone-geometry.js';
import { forEachLine, lineLayout, upperPart } from './cone-lines.js';
import { coneMatrices, matrixNumbers } from './cone-matrices.js';

/** Calls `give` with entries of a system matrix: bin and voxel as they lie in their arrays. */
export type ConeEntries<G extends ConeGeometry = ConeGeometry> = (
  geometry: G,
  give: (bin: number, voxel: number, weight: number) => void,
) => void;

/** Bins by the lengths of their rays in columns of voxels, linear between slices: what `ConeForward` sums up. */
export const rayEntries: ConeEntries = (geometry, give) => {
  const [rows, columns, slices] = geometry.shape;
  const layout = lineLayout(geometry);
  forEachLine(geometry, layout, [0, viewCount(geometry)], (line, index) => {
    const [steps, extent] = line.byColumns ? [columns, rows] : [rows, columns];
    for (let step = 0; step < steps; step++) {
      const place = line.place + step * line.slope;
      const lower = Math.floor(place);
      if (lower < -1 || lower >= extent) continue;
      const upper = upperPart(place, line.slope);
      for (let ray = 0; ray < layout.raysPerLine; ray++) {
        const climb = line.climb + ray * line.spread;
        const length = Math.hypot(1, line.slope, climb);
        const height = line.height + ray * line.rise + step * climb;
        for (const [across, part] of [
          [lower, 1 - upper],
          [lower + 1, upper],
        ] as const) {
          if (across < 0 || across >= extent || part === 0) continue;
          const column = line.byColumns ? across * columns + step : step * columns + across;
          giveBetween(height, slices, 0, (slice, share) =>
            give(index * layout.raysPerLine + ray, column * slices + slice, length * part * share),
          );
        }
      }
    }
  });
};

/** Voxels by the bins around their shadow, over the square of their part of the way: what `FdkBackproject` sums up. */
export const voxelEntries: ConeEntries<FdkGeometry> = (geometry, give) => {
  const { firstSlice, firstRow } = partOf(geometry);
  const [rows, columns, slices] = geometry.shape;
  const [bins, binRows] = geometry.detector;
  const matrices = coneMatrices(geometry);
  for (let view = 0; view < viewCount(geometry); view++) {
    const matrix = matrices.subarray(view * matrixNumbers, (view + 1) * matrixNumbers);
    for (let voxel = 0; voxel < rows * columns * slices; voxel++) {
      const slice = voxel % slices;
      const column = Math.floor(voxel / slices) % columns;
      const row = Math.floor(voxel / (slices * columns));
      const product = (at: number) =>
        (matrix[at] ?? 0) * column +
        (matrix[at + 1] ?? 0) * row +
        (matrix[at + 2] ?? 0) * (slice + firstSlice) +
        (matrix[at + 3] ?? 0);
      const w = product(8);
      if (!(w > 0)) continue;
      giveBetween(product(0) / w, bins, 0, (bin, share) =>
        giveBetween(product(4) / w, binRows, firstRow, (row, part) =>
          give((view * bins + bin) * binRows + row, voxel, (share * part) / (w * w)),
        ),
      );
    }
  }
};

/** The two entries around a place with their weights in linear interpolation, as far as they are there, counted from `first`. */
function giveBetween(
  place: number,
  extent: number,
  first: number,
  give: (entry: number, weight: number) => void,
): void {
  const whole = Math.floor(place);
  const lower = whole - first;
  if (!(lower >= -1 && lower < extent)) return;
  const upper = place - whole;
  if (lower >= 0) give(lower, 1 - upper);
  if (lower + 1 < extent && upper > 0) give(lower + 1, upper);
}

/** Products of the matrix, or of its transpose, with some values in float64. */
export function sumEntries<G extends ConeGeometry>(
  entries: ConeEntries<G>,
  geometry: G,
  { values, to }: { readonly values: ArrayLike<number>; readonly to: 'bins' | 'voxels' },
): Float64Array {
  const count = (extents: readonly number[]) => extents.reduce((product, extent) => product * extent, 1);
  const sums = new Float64Array(
    to === 'voxels' ? count(geometry.shape) : viewCount(geometry) * count(geometry.detector),
  );
  entries(geometry, (bin, voxel, weight) => {
    const [at, from] = to === 'bins' ? [bin, voxel] : [voxel, bin];
    sums[at] = (sums[at] ?? NaN) + weight * (values[from] ?? NaN);
  });
  return sums;
}
