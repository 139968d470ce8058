import { partOf, viewCount, viewNumbers, type ConeGeometry, type FdkGeometry } from './cone-geometry.js';

/** Numbers of a view's matrix. */
export const matrixNumbers = 12;

type Vector = readonly [number, number, number];

function cross([a, b, c]: Vector, [x, y, z]: Vector): Vector {
  return [b * z - c * y, c * x - a * z, a * y - b * x];
}

function dot([a, b, c]: Vector, [x, y, z]: Vector): number {
  return a * x + b * y + c * z;
}

/**
 * [view, 3, 4]: what makes (column, row, slice, 1) to (u w, v w, w), where (u, v) is the bin that the ray through that point
 * meets, and w the part of the way from source to detector at which the point is.
 */
export function coneMatrices(geometry: ConeGeometry): Float64Array {
  const matrices = new Float64Array(viewCount(geometry) * matrixNumbers);
  for (let view = 0; view < viewCount(geometry); view++) {
    const vector = (index: number): Vector => {
      const at = view * viewNumbers + 3 * index;
      return [geometry.views[at] ?? 0, geometry.views[at + 1] ?? 0, geometry.views[at + 2] ?? 0];
    };
    const [source, first, across, along] = [vector(0), vector(1), vector(2), vector(3)];
    const away: Vector = [first[0] - source[0], first[1] - source[1], first[2] - source[2]];
    // Rows of the inverse of the matrix with the columns `across`, `along` and `away`.
    const volume = dot(away, cross(across, along));
    [cross(along, away), cross(away, across), cross(across, along)].forEach((row, index) => {
      const scaled: Vector = [row[0] / volume, row[1] / volume, row[2] / volume];
      matrices.set([...scaled, -dot(scaled, source)], view * matrixNumbers + 4 * index);
    });
  }
  return matrices;
}

/**
 * The same from the middle of the volume to the middle of the detector, which float32 can hold: what programs of graphics cards
 * read. Middles are those of `middleOf`, of
 * the whole where the geometry is a part.
 */
export function centeredMatrices(geometry: FdkGeometry): Float32Array {
  const { slices, rows } = partOf(geometry);
  const [row, column, slice] = [geometry.shape[0], geometry.shape[1], slices].map(middleOf);
  const [bin, binRow] = [geometry.detector[0], rows].map(middleOf);
  const matrices = coneMatrices(geometry);
  const centered = new Float32Array(matrices.length);
  for (let at = 0; at < matrices.length; at += matrixNumbers) {
    const rowAt = (index: number) => {
      const [a = 0, b = 0, c = 0, d = 0] = matrices.subarray(at + 4 * index, at + 4 * index + 4);
      return [a, b, c, d + a * (column ?? 0) + b * (row ?? 0) + c * (slice ?? 0)];
    };
    const depth = rowAt(2);
    const relative = (index: number, middle = 0) =>
      rowAt(index).map((value, term) => value - middle * (depth[term] ?? 0));
    centered.set([...relative(0, bin), ...relative(1, binRow), ...depth], at);
  }
  return centered;
}

/** The entry that coordinates of programs count from. */
export function middleOf(extent: number): number {
  return Math.floor(extent / 2);
}
