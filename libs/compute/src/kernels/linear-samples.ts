import { tensor1d, tensor2d, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
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

/** Samples of the angle with this index, in float64 and rounded once. The caller disposes them. */
export function linearSamples({ shape, angles, detectors, center }: ParallelGeometry, angle: number): LinearSamples {
  const [rows, columns] = shape;
  const cosine = Math.cos(angles[angle] ?? 0);
  const sine = Math.sin(angles[angle] ?? 0);
  const lower = new Int32Array(rows * columns);
  const fraction = new Float64Array(rows * columns);
  for (let pixel = 0; pixel < lower.length; pixel++) {
    const x = (pixel % columns) - Math.floor(columns / 2);
    const y = Math.floor(rows / 2) - Math.floor(pixel / columns);
    const t = x * cosine + y * sine + center;
    lower[pixel] = Math.min(Math.max(Math.floor(t), -2), detectors) + 2;
    fraction[pixel] = t - Math.floor(t);
  }
  return {
    lower: tensor1d(lower, 'int32'),
    upper: tensor1d(
      lower.map((bin) => bin + 1),
      'int32',
    ),
    lowerWeight: tensor2d(
      Float32Array.from(fraction, (f) => 1 - f),
      [lower.length, 1],
    ),
    upperWeight: tensor2d(Float32Array.from(fraction), [lower.length, 1]),
  };
}
