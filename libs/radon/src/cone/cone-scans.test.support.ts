import { float32Array, type Dataset } from '@rondel/contracts';
import { planOf } from '../running.test.support.js';

export type Properties = Readonly<Record<string, number | string | boolean | number[] | number[][]>>;

export const scanner = { sourceOrigin: 90, sourceDetector: 150, detectorPixel: [1.5, 1.5] };

export const even = (views: number, extent = 2 * Math.PI, first = 0) =>
  Float64Array.from({ length: views }, (_, view) => first + (extent * view) / views);

/** Line integrals [frame, slice, angle, detector], with angles. */
export function projections(
  data: Float32Array,
  [rows, views, bins]: readonly [number, number, number],
  angles: Float64Array,
): Dataset {
  return {
    data: float32Array(data, [1, rows, views, bins], ['frame', 'slice', 'angle', 'detector']),
    companions: { angles: { dtype: 'float64', shape: [views], data: angles, axes: ['angle'] } },
    attributes: { quantity: 'attenuation' },
  };
}

export function fdk(geometry: Properties, others: Properties = {}) {
  return planOf(
    ['RadonPreprocessingParameters', {}],
    ['FdkReconstructionParameters', { geometry: { _type: 'ConeBeamGeometryParameters', ...geometry }, ...others }],
  );
}

/** Integrals of a blob of this width at a place along the rays of a scanner, in closed form. */
export function blobScan(
  angles: Float64Array,
  {
    bins,
    binRows,
    offset = 0,
    shift = 0,
    isCurved = false,
  }: { bins: number; binRows: number; offset?: number; shift?: number; isCurved?: boolean },
): Dataset {
  const [width, blob] = [4, [6, -4, 1]];
  const data = new Float32Array(binRows * angles.length * bins);
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, axis) => sum + value * (b[axis] ?? 0), 0);
  angles.forEach((angle, view) => {
    const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
    const source = [90 * sine - shift * cosine, -90 * cosine - shift * sine, 0];
    for (let bin = 0; bin < binRows * bins; bin++) {
      const u = ((bin % bins) - (bins - 1) / 2) * 1.5 + offset;
      const v = (Math.floor(bin / bins) - (binRows - 1) / 2) * 1.5;
      // On a cylinder about the source, u is the length of an arc.
      const [deep, across] = isCurved ? [150 * Math.cos(u / 150), 150 * Math.sin(u / 150)] : [150, u];
      const ray = [-deep * sine + across * cosine, deep * cosine + across * sine, v];
      const away = blob.map((value, axis) => value - (source[axis] ?? 0));
      const nearest = dot(away, away) - dot(ray, away) ** 2 / dot(ray, ray);
      data[(Math.floor(bin / bins) * angles.length + view) * bins + (bin % bins)] =
        0.02 * width * Math.sqrt(2 * Math.PI) * Math.exp(-nearest / (2 * width ** 2));
    }
  });
  return projections(data, [binRows, angles.length, bins], angles);
}

/** The blob's own values, [slice, y, x], voxels of 1 mm. */
export function blobImage([columns, rows, slices]: readonly [number, number, number]): Float32Array {
  return Float32Array.from({ length: columns * rows * slices }, (_, voxel) => {
    const x = (voxel % columns) - (columns - 1) / 2 - 6;
    const y = (rows - 1) / 2 - (Math.floor(voxel / columns) % rows) + 4;
    const z = Math.floor(voxel / columns / rows) - (slices - 1) / 2 - 1;
    return 0.02 * Math.exp(-(x * x + y * y + z * z) / 32);
  });
}

/** A cylinder of 40 mm across about the axis, 0.01 per mm, on a detector that is too narrow for it. */
export function wideScan(angles: Float64Array, { bins, binRows }: { bins: number; binRows: number }): Dataset {
  const data = Float32Array.from({ length: binRows * angles.length * bins }, (_, at) => {
    const [u, v] = [
      ((at % bins) - (bins - 1) / 2) * 1.5,
      (Math.floor(at / bins / angles.length) - (binRows - 1) / 2) * 1.5,
    ];
    const flat = Math.hypot(150, u);
    const nearest = (90 * u) / flat;
    return (0.02 * Math.sqrt(Math.max(0, 400 - nearest ** 2)) * Math.hypot(flat, v)) / flat;
  });
  return projections(data, [binRows, angles.length, bins], angles);
}
