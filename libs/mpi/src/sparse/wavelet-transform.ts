import { scalingFilter, waveletLevels } from '@rondel/compute';
import type { GridShape, UnitaryTransform } from './grid-transform.js';

type Values = Float32Array | Float64Array;

/** Where the values of one line lie, real and imaginary parts next to each other. */
interface Line {
  readonly start: number;
  readonly stride: number;
  readonly extent: number;
}

/**
 * The wavelet transform of `@rondel/compute` on grids in place: `db2`, around the ends of every axis with more than one voxel,
 * on the corner of low frequencies again as often as all of them can be halved. Sums are in float64.
 */
export function waveletTransform(shape: GridShape): UnitaryTransform {
  const axes = shape.flatMap((extent, axis) => (extent === 1 ? [] : [axis]));
  const count =
    axes.length === 0
      ? 0
      : waveletLevels(
          axes.map((axis) => shape[axis] ?? 1),
          'sfLoad.sparseTrafo',
        );
  const levels = Array.from({ length: count }, (_, level) => level);
  const pixels = shape[0] * shape[1] * shape[2];
  const along = (image: Values, level: number, change: typeof analyse) => {
    for (let grid = 0; grid < image.length / 2; grid += pixels) {
      for (const axis of axes) for (const line of linesOf(shape, axis, level, grid)) change(image, line);
    }
  };
  const adjoint = (image: Values) => levels.toReversed().forEach((level) => along(image, level, synthesise));
  return {
    name: 'Wavelet',
    forward: (image) => levels.forEach((level) => along(image, level, analyse)),
    adjoint,
    // Its matrix is real.
    transpose: adjoint,
  };
}

/** Lines along an axis through the corner that a level is of. */
function* linesOf(shape: GridShape, axis: number, level: number, grid: number): Generator<Line> {
  const size = shape.map((extent) => (extent === 1 ? 1 : extent / 2 ** level));
  const strides = [1, shape[0], shape[0] * shape[1]];
  const [extent = 1, stride = 1] = [size[axis], strides[axis]];
  const [x = 1, y = 1, z = 1] = size.map((own, at) => (at === axis ? 1 : own));
  for (let k = 0; k < z; k++) {
    for (let j = 0; j < y; j++) {
      for (let i = 0; i < x; i++) {
        yield { start: grid + i + j * shape[0] + k * shape[0] * shape[1], stride, extent };
      }
    }
  }
}

/** low[k] = sum over j of h[j] x[2 k + j], high[k] = sum over j of (-1)^j h[j] x[2 k + 1 - j], low ones first. */
function analyse(image: Values, line: Line): void {
  onLine(image, line, (from, to) => {
    const { extent } = line;
    for (let k = 0; k < extent / 2; k++) {
      scalingFilter.forEach((tap, j) => {
        const [low, high] = [(2 * k + j) % extent, (2 * k + 1 - j + 2 * extent) % extent];
        add(to, k, tap, from, low);
        add(to, k + extent / 2, j % 2 === 0 ? tap : -tap, from, high);
      });
    }
  });
}

/** The transpose of `analyse`. */
function synthesise(image: Values, line: Line): void {
  onLine(image, line, (from, to) => {
    const { extent } = line;
    for (let k = 0; k < extent / 2; k++) {
      scalingFilter.forEach((tap, j) => {
        const [low, high] = [(2 * k + j) % extent, (2 * k + 1 - j + 2 * extent) % extent];
        add(to, low, tap, from, k);
        add(to, high, j % 2 === 0 ? tap : -tap, from, k + extent / 2);
      });
    }
  });
}

function add(to: Float64Array, at: number, factor: number, from: Float64Array, source: number): void {
  for (const part of [0, 1]) to[2 * at + part] = (to[2 * at + part] ?? 0) + factor * (from[2 * source + part] ?? 0);
}

function onLine(
  image: Values,
  { start, stride, extent }: Line,
  change: (from: Float64Array, to: Float64Array) => void,
) {
  const [from, to] = [new Float64Array(2 * extent), new Float64Array(2 * extent)];
  for (let at = 0; at < 2 * extent; at++) from[at] = image[2 * (start + (at >> 1) * stride) + (at & 1)] ?? 0;
  change(from, to);
  for (let at = 0; at < 2 * extent; at++) image[2 * (start + (at >> 1) * stride) + (at & 1)] = to[at] ?? 0;
}
