import {
  add,
  gather,
  mul,
  reshape,
  scatterND,
  tensor1d,
  tidy,
  zeros,
  type Tensor1D,
  type Rank,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import type { Shape3D } from '../shape-3d.js';
import { partOf, viewCount, type ConeGeometry, type FdkGeometry } from './cone-geometry.js';
import { forEachLine, lineLayout, upperPart } from './cone-lines.js';
import { coneMatrices, matrixNumbers } from './cone-matrices.js';

/** Entries of a system matrix that are computed together. */
const mostEntries = 1 << 20;

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

/** Products with the matrix or its transpose, a part of its entries after the other. */
export function composedCone<G extends ConeGeometry>(
  x: Tensor3D,
  geometry: G,
  use: { readonly entries: ConeEntries<G>; readonly to: 'bins' | 'voxels'; readonly shape: Shape3D },
): Tensor3D {
  const [first, second, third] = use.shape;
  const values = reshape<Rank.R1>(x, [-1]);
  let result: Tensor1D = zeros<Rank.R1>([first * second * third]);
  const [bins, voxels] = [new Int32Array(mostEntries), new Int32Array(mostEntries)];
  const weights = new Float32Array(mostEntries);
  let count = 0;
  const flush = () => {
    const next = tidy(() => {
      const [from, to] = (use.to === 'bins' ? [voxels, bins] : [bins, voxels]).map((all) => all.slice(0, count));
      const taken = mul(gather(values, tensor1d(from ?? [], 'int32')), tensor1d(weights.slice(0, count)));
      const indices = reshape(tensor1d(to ?? [], 'int32'), [-1, 1]);
      return add<Tensor1D>(result, scatterND<Rank.R1>(indices, taken, [result.size]));
    });
    result.dispose();
    result = next;
    count = 0;
  };
  use.entries(geometry, (bin, voxel, weight) => {
    bins[count] = bin;
    voxels[count] = voxel;
    weights[count] = weight;
    count += 1;
    if (count === mostEntries) flush();
  });
  if (count > 0) flush();
  return reshape<Rank.R3>(result, use.shape);
}
