import {
  add,
  cast,
  clipByValue,
  floor,
  reshape,
  sub,
  tensor2d,
  tidy,
  type Rank,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import type { ParallelGeometry } from './parallel-geometry.js';

/** Where the pixels of an image fall on the detector at one angle, for the compositions from core ops. */
export interface LinearSamples {
  /** int32 [pixel]: index of the lower bin in a row with two zero bins on either side. */
  readonly lower: Tensor1D;
  /** int32 [pixel]: `lower + 1`. */
  readonly upper: Tensor1D;
  /** float32 [pixel, 1]. */
  readonly lowerWeight: Tensor2D;
  readonly upperWeight: Tensor2D;
}

/** Bins of a row as `LinearSamples` counts them. */
export function paddedBins(geometry: ParallelGeometry): number {
  return geometry.detectors + 4;
}

/** Coordinates in bins, each as a whole number and a fraction from 0 to 1. */
interface SplitCoordinates {
  readonly whole: Tensor2D;
  readonly fraction: Tensor2D;
}

function splitCoordinates(coordinates: Float64Array, shape: [number, number]): SplitCoordinates {
  return {
    whole: tensor2d(Float32Array.from(coordinates, Math.floor), shape),
    fraction: tensor2d(
      Float32Array.from(coordinates, (t) => t - Math.floor(t)),
      shape,
    ),
  };
}

/**
 * Samples of the angle with this index. The coordinate of a pixel is that of its row plus that of its column; both are
 * computed in float64 and added as whole numbers and fractions, which float32 holds to 1e-7 of a bin wherever the pixel
 * lies. So only a row and a column of numbers per angle come from the host.
 */
export function linearSamples({ shape, angles, detectors, center }: ParallelGeometry, angle: number): LinearSamples {
  const [rows, columns] = shape;
  const cosine = Math.cos(angles[angle] ?? 0);
  const sine = Math.sin(angles[angle] ?? 0);
  const alongX = Float64Array.from({ length: columns }, (_, column) => (column - Math.floor(columns / 2)) * cosine);
  const alongY = Float64Array.from({ length: rows }, (_, row) => (Math.floor(rows / 2) - row) * sine + center);
  return tidy(() => {
    const x = splitCoordinates(alongX, [1, columns]);
    const y = splitCoordinates(alongY, [rows, 1]);
    const sum: Tensor = add(x.fraction, y.fraction);
    const carry = floor(sum);
    const bin = clipByValue(add(add(x.whole, y.whole), carry), -2, detectors);
    const bins = (offset: number) => reshape<Rank.R1>(cast(add(bin, offset), 'int32'), [rows * columns]);
    const upperWeight = reshape<Rank.R2>(sub(sum, carry), [rows * columns, 1]);
    return { lower: bins(2), upper: bins(3), lowerWeight: sub<Tensor2D>(1, upperWeight), upperWeight };
  });
}
