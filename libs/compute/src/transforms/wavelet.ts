import { add, concat, mul, ones, pad, reshape, slice, sub, tidy, unstack, type Tensor } from '@tensorflow/tfjs-core';
import { scalingFilter } from './wavelet-levels.js';

/**
 * The periodic wavelet transform along some axes of a tensor: each level filters along every axis, low frequencies to its first
 * half, and the next level does that to the corner where all are low (Mallat 1989). Nothing but sums of multiples of pixels, so
 * that entries of a batch do not depend on each other.
 */
export function waveletTransform(x: Tensor, axes: readonly number[], levels: number): Tensor {
  if (levels === 0) return x.clone();
  return tidy(() => {
    const filtered = axes.reduce((y, axis) => analysed(y, axis), x);
    return withCorner(filtered, axes, (corner) => waveletTransform(corner, axes, levels - 1));
  });
}

/** The inverse of `waveletTransform`, and its adjoint. */
export function inverseWaveletTransform(y: Tensor, axes: readonly number[], levels: number): Tensor {
  if (levels === 0) return y.clone();
  return tidy(() => {
    const whole = withCorner(y, axes, (corner) => inverseWaveletTransform(corner, axes, levels - 1));
    return axes.reduce((x, axis) => synthesised(x, axis), whole);
  });
}

const [h0, h1, h2, h3] = scalingFilter;

/** low[k] = sum over j of h[j] x[2 k + j], high[k] = sum over j of (-1)^j h[j] x[2 k + 1 - j], low ones first. */
function analysed(x: Tensor, axis: number): Tensor {
  return tidy(() => {
    const [even, odd] = halves(reshape(x, halved(x, axis)), 2);
    const low = combined([h0, even], [h1, odd], [h2, turned(even, 1)], [h3, turned(odd, 1)]);
    const high = combined([h0, odd], [-h1, even], [h2, turned(odd, -1)], [-h3, turned(even, -1)]);
    return reshape(concat([low, high], 1), x.shape);
  });
}

function synthesised(y: Tensor, axis: number): Tensor {
  return tidy(() => {
    const [before, half, , after] = halved(y, axis);
    const [low, high] = halves(reshape(y, [before, 2, half, after]), 1);
    const even = combined([h0, low], [-h1, high], [h2, turned(low, -1)], [-h3, turned(high, 1)]);
    const odd = combined([h1, low], [h0, high], [h3, turned(low, -1)], [h2, turned(high, 1)]);
    const pairs = concat(
      [even, odd].map((part) => reshape(part, [before, half, 1, after])),
      2,
    );
    return reshape(pairs, y.shape);
  });
}

/** [before, half, 2, after] of an axis. */
function halved({ shape }: Tensor, axis: number): [number, number, number, number] {
  const product = (extents: readonly number[]) => extents.reduce((size, extent) => size * extent, 1);
  return [product(shape.slice(0, axis)), (shape[axis] ?? 2) / 2, 2, product(shape.slice(axis + 1))];
}

function halves(x: Tensor, axis: number): [Tensor, Tensor] {
  const [first, second] = unstack(x, axis);
  if (first === undefined || second === undefined) throw new RangeError('an axis that is halved has two halves');
  return [first, second];
}

function combined(...parts: readonly (readonly [number, Tensor])[]): Tensor {
  return parts.map(([factor, part]) => mul(part, factor)).reduce((sum, part) => add(sum, part));
}

/** x[k + by] of [before, k, after], around its ends; by is 1 or -1. */
function turned(x: Tensor, by: 1 | -1): Tensor {
  const [before = 1, extent = 1, after = 1] = x.shape;
  if (extent === 1) return x;
  const first = by === 1 ? 1 : extent - 1;
  return concat(
    [slice(x, [0, first, 0], [before, extent - first, after]), slice(x, [0, 0, 0], [before, first, after])],
    1,
  );
}

/** With the corner of the first halves of all axes changed. */
function withCorner(y: Tensor, axes: readonly number[], change: (corner: Tensor) => Tensor): Tensor {
  const size = y.shape.map((extent, axis) => (axes.includes(axis) ? extent / 2 : extent));
  const widths = y.shape.map((extent, axis): [number, number] => [0, extent - (size[axis] ?? extent)]);
  const corner = change(
    slice(
      y,
      size.map(() => 0),
      size,
    ),
  );
  const outside = sub(1, pad(ones(size), widths));
  return add(mul(y, outside), pad(corner, widths));
}
