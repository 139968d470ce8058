import type { ParallelGeometry, RayGeometry } from '@rondel/compute';

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
  const impulse = Float64Array.from({ length: detectors }, (_, n) => {
    let sum = 0;
    response.forEach((value, k) => {
      sum += (k === 0 || 2 * k === fftSize ? 1 : 2) * value * Math.cos((2 * Math.PI * k * n) / fftSize);
    });
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
export function rayLengths({ shape, angles, tilts, offsets, weights }: RayGeometry): [number, number, number][] {
  const [rows, columns] = shape;
  return [...angles].flatMap((angle, view) =>
    [...tilts].flatMap((tilt, ray) => {
      const [nx, ny] = [Math.cos(angle + tilt), Math.sin(angle + tilt)];
      return Array.from({ length: rows * columns }, (_, pixel): [number, number, number] => {
        const x = (pixel % columns) - Math.floor(columns / 2);
        const y = Math.floor(rows / 2) - Math.floor(pixel / columns);
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
