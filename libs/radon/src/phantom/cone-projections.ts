import { vectorNumbers } from '../cone/view-vectors.js';
import type { Ellipsoid } from './ellipsoid.js';

/** What a phantom is projected onto: `ConeScan` without its volume. */
export interface ConeSampling {
  /** [view, 12], mm. */
  readonly vectors: Float64Array;
  readonly bins: number;
  readonly binRows: number;
  /** mm: half the width of the phantom's volume, and where its middle is. */
  readonly half: number;
  readonly middle: readonly [x: number, y: number, z: number];
}

/** Line integrals [row, view, column] along the rays to the middle of each bin, in closed form; attenuation is per mm. */
export function coneProjections(ellipsoids: readonly Ellipsoid[], sampling: ConeSampling): Float32Array {
  const { vectors, bins, binRows } = sampling;
  const views = vectors.length / vectorNumbers;
  const sums = new Float64Array(binRows * views * bins);
  for (const ellipsoid of ellipsoids) {
    const chord = chordOf(ellipsoid, sampling);
    for (let view = 0; view < views; view++) {
      const number = (index: number) => vectors[view * vectorNumbers + index] ?? 0;
      const source = [number(0), number(1), number(2)] as const;
      for (let row = 0; row < binRows; row++) {
        const v = row - (binRows - 1) / 2;
        for (let bin = 0; bin < bins; bin++) {
          const u = bin - (bins - 1) / 2;
          const away = (axis: number) => number(3 + axis) + u * number(6 + axis) + v * number(9 + axis) - number(axis);
          const at = (row * views + view) * bins + bin;
          sums[at] = (sums[at] ?? 0) + ellipsoid.intensity * chord(source, [away(0), away(1), away(2)]);
        }
      }
    }
  }
  return Float32Array.from(sums);
}

type Vector = readonly [number, number, number];

/** mm of a ray inside an ellipsoid: in coordinates in which that is the unit ball. */
function chordOf({ axes, center, rotation }: Ellipsoid, { half, middle }: ConeSampling) {
  const [cosine, sine] = [Math.cos(rotation), Math.sin(rotation)];
  const turned = ([x, y, z]: Vector): Vector => [
    (x * cosine + y * sine) / axes[0],
    (y * cosine - x * sine) / axes[1],
    z / axes[2],
  ];
  return (source: Vector, direction: Vector): number => {
    const from = turned([
      (source[0] - middle[0]) / half - center[0],
      (source[1] - middle[1]) / half - center[1],
      (source[2] - middle[2]) / half - center[2],
    ]);
    const ray = turned([direction[0] / half, direction[1] / half, direction[2] / half]);
    const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    const [square, along] = [dot(ray, ray), dot(from, ray)];
    const rest = along * along - square * (dot(from, from) - 1);
    return rest <= 0 ? 0 : (2 * Math.sqrt(rest) * Math.hypot(...direction)) / square;
  };
}
