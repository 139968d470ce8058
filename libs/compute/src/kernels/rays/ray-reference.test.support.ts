import type { RayGeometry } from './ray-geometry.js';

/** Length of the part of a line, x nx + y ny = offset, inside the unit square around (x, y): clipped edge by edge (Liang and Barsky). */
function lengthInside([nx, ny, offset]: readonly [number, number, number], x: number, y: number): number {
  // The line from its point next to the square's middle, in the direction (-ny, nx).
  const distance = offset - (x * nx + y * ny);
  if (Math.abs(distance) > 1) return 0;
  let [first, last] = [-Infinity, Infinity];
  for (const [start, direction] of [
    [distance * nx, -ny],
    [distance * ny, nx],
  ] as const) {
    if (direction === 0) {
      if (Math.abs(start) > 0.5) return 0;
      continue;
    }
    const [one, other] = [(-0.5 - start) / direction, (0.5 - start) / direction];
    first = Math.max(first, Math.min(one, other));
    last = Math.min(last, Math.max(one, other));
  }
  return Math.max(0, last - first);
}

interface Length {
  /** Index in [view, ray] and in [y, x]. */
  readonly bin: number;
  readonly pixel: number;
  /** Times the ray's weight. */
  readonly length: number;
}

/** The definition of `RayGeometry` in float64. The origin is [row, column] of its own where the kernels' is not meant. */
export function* rayLengths(geometry: RayGeometry, origin?: readonly [number, number]): Generator<Length> {
  const { shape, angles, tilts, offsets, weights } = geometry;
  const [rows, columns] = shape;
  const [middleRow, middleColumn] = origin ?? [Math.floor(rows / 2), Math.floor(columns / 2)];
  for (const [view, angle] of angles.entries()) {
    for (const [ray, tilt] of tilts.entries()) {
      const line = [Math.cos(angle + tilt), Math.sin(angle + tilt), offsets[ray] ?? NaN] as const;
      for (let pixel = 0; pixel < rows * columns; pixel++) {
        const [x, y] = [(pixel % columns) - middleColumn, middleRow - Math.floor(pixel / columns)];
        const length = lengthInside(line, x, y) * (weights[ray] ?? NaN);
        if (length !== 0) yield { bin: view * tilts.length + ray, pixel, length };
      }
    }
  }
}

/** [pixel, batch] to [bin, batch]. */
export function projectedByReference(lengths: readonly Length[], image: Float32Array, [bins, batch]: [number, number]) {
  const sinogram = new Float64Array(bins * batch);
  for (const { bin, pixel, length } of lengths) {
    for (let slice = 0; slice < batch; slice++) {
      const at = bin * batch + slice;
      sinogram[at] = (sinogram[at] ?? NaN) + length * (image[pixel * batch + slice] ?? NaN);
    }
  }
  return sinogram;
}

/** [bin, batch] to [pixel, batch]. */
export function smearedByReference(lengths: readonly Length[], bins: Float32Array, [pixels, batch]: [number, number]) {
  return projectedByReference(
    lengths.map(({ bin, pixel, length }) => ({ bin: pixel, pixel: bin, length })),
    bins,
    [pixels, batch],
  );
}
