import type { ParallelGeometry } from './parallel-geometry.js';
import type { ProgramTable } from '../../webgpu/program.js';

const fractionBits = 30;
const lowBits = 15;
const lowMask = 2 ** lowBits - 1;

/** A number of bins in units of 2^-30, split at 2^-15: `value = high 2^-15 + low 2^-30`, 0 <= low < 2^15. */
function split(bins: number): { readonly high: number; readonly low: number } {
  const fixed = Math.round(bins * 2 ** fractionBits);
  const high = Math.floor(fixed / 2 ** lowBits);
  return { high, low: fixed - high * 2 ** lowBits };
}

/** What `detectorCoordinate` reads of each angle: cosine and sine, each as high and low part. */
export function angleTable({ angles }: ParallelGeometry): ProgramTable {
  const values = new Int32Array(angles.length * 4);
  angles.forEach((angle, index) => {
    const [cosine, sine] = [split(Math.cos(angle)), split(Math.sin(angle))];
    values.set([cosine.high, cosine.low, sine.high, sine.low], index * 4);
  });
  return { name: 'angleTable', values, components: 4 };
}

/** The part of a geometry that programs see as uniforms. */
export function geometryUniforms({ shape, angles, detectors, center }: ParallelGeometry): Record<string, number> {
  const centerBin = Math.floor(center);
  const { high, low } = split(center - centerBin);
  return {
    rows: shape[0],
    columns: shape[1],
    angles: angles.length,
    detectors,
    centerBin,
    centerHigh: high,
    centerLow: low,
  };
}

/**
 * WGSL: where the pixel at x (right) and y (up) from the origin falls at an angle, exactly to 2^-30 bins per pixel as the
 * kernels of the engine wasm have it, in 32-bit integers: with |x|, |y| <= 2^14 no sum leaves them.
 */
export const detectorCoordinate = `
  struct Coordinate { bin : i32, fraction : f32 };

  fn detectorCoordinate(angle : vec4<i32>, x : i32, y : i32) -> Coordinate {
    let low = x * angle.y + y * angle.w + uniforms.centerLow;
    let high = x * angle.x + y * angle.z + uniforms.centerHigh + (low >> ${lowBits}u);
    let fraction = ((high & ${lowMask}) << ${lowBits}u) | (low & ${lowMask});
    return Coordinate(uniforms.centerBin + (high >> ${lowBits}u), f32(fraction) * ${2 ** -fractionBits});
  }
`;
