import type { ConeGeometry, ParallelGeometry, RayGeometry } from '@rondel/compute';

/** A linear congruential generator (Numerical Recipes' constants): the same values in every run, in [-0.5, 0.5). */
export function randomValues(length: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}

export function evenAngles(count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => (index * Math.PI) / count);
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let index = 0; index < a.length; index++) total += (a[index] ?? NaN) * (b[index] ?? NaN);
  return total;
}

/** max |a - b| / max |b|; NaN where the lengths or any values do. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return NaN;
  let [difference, size] = [0, 0];
  for (let index = 0; index < b.length; index++) {
    difference = Math.max(difference, Math.abs((a[index] ?? NaN) - (b[index] ?? NaN)));
    size = Math.max(size, Math.abs(b[index] ?? NaN));
  }
  return difference / size;
}

interface Weight {
  readonly pixel: number;
  /** Index of the first of the two bins in [angle, detector]; -1 where it lies outside. */
  readonly lower: number;
  readonly upper: number;
  readonly fraction: number;
}

/** Where each pixel falls on the detector at each angle, by the definition in `ParallelGeometry`, in float64. */
function* weights({ shape: [rows, columns], angles, detectors, center }: ParallelGeometry): Generator<Weight> {
  for (const [angle, theta] of angles.entries()) {
    const bin = (index: number): number => (index >= 0 && index < detectors ? angle * detectors + index : -1);
    for (let pixel = 0; pixel < rows * columns; pixel++) {
      const x = (pixel % columns) - Math.floor(columns / 2);
      const y = Math.floor(rows / 2) - Math.floor(pixel / columns);
      const t = x * Math.cos(theta) + y * Math.sin(theta) + center;
      const first = Math.floor(t);
      yield { pixel, lower: bin(first), upper: bin(first + 1), fraction: t - first };
    }
  }
}

/** [y, x, batch] to [angle, detector, batch]. */
export function referenceForward(image: Float32Array, geometry: ParallelGeometry, batch: number): Float64Array {
  const sinogram = new Float64Array(geometry.angles.length * geometry.detectors * batch);
  for (const { pixel, lower, upper, fraction } of weights(geometry)) {
    for (let slice = 0; slice < batch; slice++) {
      const value = image[pixel * batch + slice] ?? NaN;
      if (lower >= 0)
        sinogram[lower * batch + slice] = (sinogram[lower * batch + slice] ?? NaN) + (1 - fraction) * value;
      if (upper >= 0) sinogram[upper * batch + slice] = (sinogram[upper * batch + slice] ?? NaN) + fraction * value;
    }
  }
  return sinogram;
}

/** [angle, detector, batch] to [y, x, batch]. */
export function referenceBackproject(sinogram: Float32Array, geometry: ParallelGeometry, batch: number): Float64Array {
  const image = new Float64Array(geometry.shape[0] * geometry.shape[1] * batch);
  for (const { pixel, lower, upper, fraction } of weights(geometry)) {
    for (let slice = 0; slice < batch; slice++) {
      const below = lower >= 0 ? (sinogram[lower * batch + slice] ?? NaN) : 0;
      const above = upper >= 0 ? (sinogram[upper * batch + slice] ?? NaN) : 0;
      const at = pixel * batch + slice;
      image[at] = (image[at] ?? NaN) + (1 - fraction) * below + fraction * above;
    }
  }
  return image;
}

/** Rows of `detectors` bins convolved with the impulse response of a real frequency response of `fftSize / 2 + 1`. */
export function referenceFilter(rows: Float32Array, detectors: number, response: Float32Array): Float64Array {
  const fftSize = 2 * (response.length - 1);
  const cosines = Float64Array.from({ length: fftSize }, (_, turn) => Math.cos((2 * Math.PI * turn) / fftSize));
  const impulse = Float64Array.from({ length: detectors }, (_, n) => {
    let sum = 0;
    for (let k = 0; 2 * k <= fftSize; k++) {
      sum += (k === 0 || 2 * k === fftSize ? 1 : 2) * (response[k] ?? NaN) * (cosines[(k * n) % fftSize] ?? NaN);
    }
    return sum / fftSize;
  });
  return Float64Array.from(rows, (_, index) => {
    const bin = index % detectors;
    let sum = 0;
    for (let other = 0; other < detectors; other++) {
      sum += (rows[index - bin + other] ?? NaN) * (impulse[Math.abs(bin - other)] ?? NaN);
    }
    return sum;
  });
}

/** Length of the line x nx + y ny = offset inside the unit square around a point at this distance from it. */
function lengthInside(nx: number, ny: number, distance: number): number {
  const [short, long] = [Math.abs(nx), Math.abs(ny)].sort((a, b) => a - b);
  if (short === undefined || long === undefined || short + long <= 2 * Math.abs(distance)) return 0;
  return Math.min(1 / long, ((short + long) / 2 - Math.abs(distance)) / (short * long));
}

/** [bin, pixel, length] of all rays, by the definition in `RayGeometry`, in float64. */
export function rayLengths({
  shape,
  angles,
  tilts,
  offsets,
  weights,
  origin,
}: RayGeometry): [number, number, number][] {
  const [rows, columns] = shape;
  const [originRow, originColumn] = origin ?? [Math.floor(rows / 2), Math.floor(columns / 2)];
  return [...angles].flatMap((angle, view) =>
    [...tilts].flatMap((tilt, ray) => {
      const [nx, ny] = [Math.cos(angle + tilt), Math.sin(angle + tilt)];
      return Array.from({ length: rows * columns }, (_, pixel): [number, number, number] => {
        const x = (pixel % columns) - originColumn;
        const y = originRow - Math.floor(pixel / columns);
        const length = lengthInside(nx, ny, x * nx + y * ny - (offsets[ray] ?? NaN));
        return [view * tilts.length + ray, pixel, length * (weights[ray] ?? NaN)];
      }).filter(([, , length]) => length !== 0);
    }),
  );
}

/** Sums of `values` [from, batch] at [to, batch]. */
export function sumLengths(
  lengths: readonly (readonly [to: number, from: number, length: number])[],
  values: Float32Array,
  { count, batch }: { readonly count: number; readonly batch: number },
): Float64Array {
  const sums = new Float64Array(count * batch);
  for (const [to, from, length] of lengths) {
    for (let slice = 0; slice < batch; slice++) {
      const at = to * batch + slice;
      sums[at] = (sums[at] ?? NaN) + length * (values[from * batch + slice] ?? NaN);
    }
  }
  return sums;
}

type Vector = readonly [number, number, number];

interface ConeView {
  readonly view: number;
  readonly source: Vector;
  /** Center of a bin. */
  readonly at: (column: number, row: number) => Vector;
  readonly across: Vector;
  readonly along: Vector;
}

function coneViews({ views }: ConeGeometry): ConeView[] {
  return Array.from({ length: views.length / 12 }, (_, view) => {
    const vector = (index: number): Vector => {
      const [x = NaN, y = NaN, z = NaN] = views.subarray(12 * view + 3 * index, 12 * view + 3 * index + 3);
      return [x, y, z];
    };
    const [source, first, across, along] = [vector(0), vector(1), vector(2), vector(3)];
    const coordinate = (axis: 0 | 1 | 2, column: number, row: number) =>
      first[axis] + column * across[axis] + row * along[axis];
    const at = (column: number, row: number): Vector => [
      coordinate(0, column, row),
      coordinate(1, column, row),
      coordinate(2, column, row),
    ];
    return { view, source, at, across, along };
  });
}

/** Weight of an entry at a distance in linear interpolation. */
function tent(distance: number): number {
  return Math.max(0, 1 - Math.abs(distance));
}

/**
 * [bin, voxel, weight] of the projection along cone beams, in float64: the length of the ray in the column of each pixel, times
 * the share that a slice has of it where the ray crosses the middle of that pixel.
 */
export function coneRayEntries(geometry: ConeGeometry): [number, number, number][] {
  const [rows, columns, slices] = geometry.shape;
  const [bins, binRows] = geometry.detector;
  const entries: [number, number, number][] = [];
  for (const { view, source, at } of coneViews(geometry)) {
    for (let bin = 0; bin < bins * binRows; bin++) {
      const end = at(Math.floor(bin / binRows), bin % binRows);
      const [dx, dy, dz] = [end[0] - source[0], end[1] - source[1], end[2] - source[2]];
      const flat = Math.hypot(dx, dy);
      const [nx, ny] = [dy / flat, -dx / flat];
      for (let pixel = 0; pixel < rows * columns; pixel++) {
        const [x, y] = [pixel % columns, Math.floor(pixel / columns)];
        const inside = lengthInside(nx, ny, (x - source[0]) * nx + (y - source[1]) * ny);
        if (inside === 0) continue;
        const part = Math.abs(dx) >= Math.abs(dy) ? (x - source[0]) / dx : (y - source[1]) / dy;
        for (let slice = 0; slice < slices; slice++) {
          const weight = tent(source[2] + part * dz - slice) * inside * Math.hypot(1, dz / flat);
          if (weight > 0) entries.push([view * bins * binRows + bin, pixel * slices + slice, weight]);
        }
      }
    }
  }
  return entries;
}

/** [bin, voxel, weight] of the backprojection with the weights of FDK, in float64. */
export function coneVoxelEntries(geometry: ConeGeometry): [number, number, number][] {
  const [rows, columns, slices] = geometry.shape;
  const [bins, binRows] = geometry.detector;
  const cross = (a: Vector, b: Vector): Vector => [
    a[1] * b[2] - a[2] * b[1],
    a[2] * b[0] - a[0] * b[2],
    a[0] * b[1] - a[1] * b[0],
  ];
  const inner = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  const entries: [number, number, number][] = [];
  for (const { view, source, at, across, along } of coneViews(geometry)) {
    const normal = cross(across, along);
    const first = at(0, 0);
    const away: Vector = [first[0] - source[0], first[1] - source[1], first[2] - source[2]];
    for (let voxel = 0; voxel < rows * columns * slices; voxel++) {
      const place = [
        Math.floor(voxel / slices) % columns,
        Math.floor(voxel / slices / columns),
        voxel % slices,
      ] as const;
      const ray: Vector = [place[0] - source[0], place[1] - source[1], place[2] - source[2]];
      const part = inner(ray, normal) / inner(away, normal);
      if (!(part > 0)) continue;
      const shadow: Vector = [ray[0] / part - away[0], ray[1] / part - away[1], ray[2] / part - away[2]];
      const u = inner(cross(shadow, along), normal) / inner(normal, normal);
      const v = inner(cross(across, shadow), normal) / inner(normal, normal);
      for (let bin = 0; bin < bins * binRows; bin++) {
        const weight = (tent(u - Math.floor(bin / binRows)) * tent(v - (bin % binRows))) / part ** 2;
        if (weight > 0) entries.push([view * bins * binRows + bin, voxel, weight]);
      }
    }
  }
  return entries;
}
