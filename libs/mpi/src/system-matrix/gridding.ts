import { voxelCenter, type Grid } from './grid.js';

/** Up to two voxels along one axis from which a value comes; `weight` is that of the upper one. */
interface AxisSource {
  readonly lower: number;
  readonly upper: number;
  readonly weight: number;
}

/** From which voxels of one grid each voxel of another gets its value; see `trilinear`. */
export interface Resampling {
  /** Of each voxel eight sources, x fastest. */
  readonly sources: Int32Array;
  readonly weights: Float64Array;
  readonly voxels: number;
}

/**
 * Trilinear interpolation from the voxel centres of one grid at those of another. What lies outside the outermost centres is
 * 0. Along an axis of one voxel nothing is interpolated: everything has its value.
 */
export function trilinear(origin: Grid, target: Grid): Resampling {
  const [xs, ys, zs] = ([0, 1, 2] as const).map((axis) => axisSources(origin, target, axis));
  const [columns, rows] = origin.shape;
  const voxels = target.shape.reduce((product, extent) => product * extent, 1);
  const sources = new Int32Array(8 * voxels);
  const weights = new Float64Array(8 * voxels);
  let at = 0;
  for (const z of zs ?? []) {
    for (const y of ys ?? []) {
      for (const x of xs ?? []) {
        for (let corner = 0; corner < 8; corner++, at++) {
          if (x === undefined || y === undefined || z === undefined) continue;
          const [i, wx] = side(x, corner & 1);
          const [j, wy] = side(y, corner & 2);
          const [k, wz] = side(z, corner & 4);
          sources[at] = i + columns * (j + rows * k);
          weights[at] = wx * wy * wz;
        }
      }
    }
  }
  return { sources, weights, voxels };
}

function side({ lower, upper, weight }: AxisSource, isUpper: number): [voxel: number, weight: number] {
  return isUpper === 0 ? [lower, 1 - weight] : [upper, weight];
}

/** Undefined for voxels outside. */
function axisSources(origin: Grid, target: Grid, axis: 0 | 1 | 2): (AxisSource | undefined)[] {
  const extent = origin.shape[axis];
  const first = voxelCenter(origin, axis, 0);
  const step = origin.fov[axis] / extent;
  return Array.from({ length: target.shape[axis] }, (_, index) => {
    if (extent === 1) return { lower: 0, upper: 0, weight: 0 };
    const exact = (voxelCenter(target, axis, index) - first) / step;
    // A centre on the outermost one must not fall outside by rounding.
    const at = Math.abs(exact - Math.round(exact)) < 1e-6 ? Math.round(exact) : exact;
    if (!(at >= 0 && at <= extent - 1)) return undefined;
    const lower = Math.min(Math.floor(at), extent - 2);
    return { lower, upper: lower + 1, weight: at - lower };
  });
}

/**
 * Rows of a complex matrix (real and imaginary parts interleaved) on the other grid.
 *
 * @param values [row, voxel of the origin].
 * @returns [row, voxel of the target].
 */
export function resample(values: Float32Array, rows: number, { sources, weights, voxels }: Resampling): Float32Array {
  const from = values.length / 2 / rows;
  const output = new Float32Array(2 * rows * voxels);
  for (let row = 0; row < rows; row++) {
    for (let voxel = 0; voxel < voxels; voxel++) {
      let real = 0;
      let imaginary = 0;
      for (let corner = 8 * voxel; corner < 8 * voxel + 8; corner++) {
        const at = 2 * (row * from + (sources[corner] ?? 0));
        real += (weights[corner] ?? 0) * (values[at] ?? 0);
        imaginary += (weights[corner] ?? 0) * (values[at + 1] ?? 0);
      }
      output[2 * (row * voxels + voxel)] = real;
      output[2 * (row * voxels + voxel) + 1] = imaginary;
    }
  }
  return output;
}
