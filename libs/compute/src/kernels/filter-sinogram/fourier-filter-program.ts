import type { Shape3D } from '../shape-3d.js';
import type { KernelProgram, ProgramTable } from '../../webgpu/program.js';

/** What WebGPU promises of every device. */
const mostThreads = 256;
const bytesPerPoint = 8;

/** Length of the transform for rows of so many bins: a power of two that keeps the convolution from wrapping around. */
function transformLength(detectors: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(32, detectors) * 2));
}

/** Whether a row's transform fits the memory that the threads of a workgroup share. */
export function fitsWorkgroup(detectors: number, workgroupBytes: number): boolean {
  return transformLength(detectors) * bytesPerPoint <= workgroupBytes;
}

/** Reverses the lowest `bits` bits. */
function reversed(index: number, bits: number): number {
  let result = 0;
  for (let bit = 0; bit < bits; bit++) result = (result << 1) | ((index >> bit) & 1);
  return result;
}

/**
 * `response`: the transform of the impulse response, h(0) + 2 sum over n of h(n) cos(2 pi k n / N), by 1 / N, in the order
 * in which the forward transform leaves its frequencies. `roots`: exp(-2 pi i k / N), k < N / 2, real and imaginary parts.
 */
export function fourierFilterTables(impulse: Float64Array): ProgramTable[] {
  const size = transformLength(impulse.length);
  const cosines = Float64Array.from({ length: size }, (_, k) => Math.cos((2 * Math.PI * k) / size));
  const frequency = (k: number): number => {
    let sum = 0;
    for (let n = 1; n < impulse.length; n++) sum += (impulse[n] ?? NaN) * (cosines[(k * n) % size] ?? NaN);
    return ((impulse[0] ?? NaN) + 2 * sum) / size;
  };
  // Real and symmetric: the other half of the frequencies repeats the first.
  const half = Float64Array.from({ length: size / 2 + 1 }, (_, k) => frequency(k));
  const bits = Math.log2(size);
  const response = Float32Array.from({ length: size }, (_, place) => {
    const k = reversed(place, bits);
    return half[Math.min(k, size - k)] ?? NaN;
  });
  const roots = Float32Array.from({ length: size }, (_, place) => {
    const angle = (-2 * Math.PI * (place >> 1)) / size;
    return place % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
  });
  return [
    { name: 'response', values: response, components: 1 },
    { name: 'roots', values: roots, components: 1 },
  ];
}

/**
 * A workgroup filters two rows at once, as real and imaginary part: the response is real and symmetric, so they do not
 * mix. The forward transform (decimation in frequency) leaves the frequencies in bit-reversed order, from which the
 * inverse one (decimation in time) starts, so nothing is reordered (Cooley and Tukey 1965; Gentleman and Sande 1966).
 */
function codeOf(size: number, threads: number): string {
  return `
  var<workgroup> points : array<vec2<f32>, ${size}>;

  fn timesRoot(value : vec2<f32>, root : i32, direction : f32) -> vec2<f32> {
    let w = vec2<f32>(roots[2 * root], direction * roots[2 * root + 1]);
    return vec2<f32>(value.x * w.x - value.y * w.y, value.x * w.y + value.y * w.x);
  }

  fn main(index : i32) {
    let thread = index % ${threads};
    let pairs = (uniforms.rows + 1) / 2;
    let pair = index / ${threads};
    let rowInEntry = pair % pairs * 2;
    let start = (pair / pairs * uniforms.rows + rowInEntry) * uniforms.detectors;
    let isThere = pair < uniforms.entries * pairs;
    let hasSecond = isThere && rowInEntry + 1 < uniforms.rows;
    for (var bin = thread; bin < ${size}; bin += ${threads}) {
      var both = vec2<f32>(0.0);
      if (bin < uniforms.detectors) {
        if (isThere) { both.x = x[start + bin]; }
        if (hasSecond) { both.y = x[start + uniforms.detectors + bin]; }
      }
      points[bin] = both;
    }
    workgroupBarrier();
    for (var half = ${size / 2}; half >= 1; half /= 2) {
      for (var butterfly = thread; butterfly < ${size / 2}; butterfly += ${threads}) {
        let step = butterfly % half;
        let upper = 2 * butterfly - step;
        let a = points[upper];
        let b = points[upper + half];
        points[upper] = a + b;
        points[upper + half] = timesRoot(a - b, step * (${size / 2} / half), 1.0);
      }
      workgroupBarrier();
    }
    for (var place = thread; place < ${size}; place += ${threads}) {
      points[place] *= response[place];
    }
    workgroupBarrier();
    for (var half = 1; half <= ${size / 2}; half *= 2) {
      for (var butterfly = thread; butterfly < ${size / 2}; butterfly += ${threads}) {
        let step = butterfly % half;
        let upper = 2 * butterfly - step;
        let a = points[upper];
        let b = timesRoot(points[upper + half], step * (${size / 2} / half), -1.0);
        points[upper] = a + b;
        points[upper + half] = a - b;
      }
      workgroupBarrier();
    }
    for (var bin = thread; bin < uniforms.detectors; bin += ${threads}) {
      if (isThere) { result[start + bin] = points[bin].x; }
      if (hasSecond) { result[start + uniforms.detectors + bin] = points[bin].y; }
    }
  }`;
}

/**
 * Rows [entry, row, detector] filtered by a transform in the memory of a workgroup. Rows are paired within their entry
 * only, so what an entry becomes does not depend on the entries beside it.
 */
export function fourierFilterProgram(
  [entries, rows, detectors]: Shape3D,
  tables: readonly ProgramTable[],
): KernelProgram {
  const size = transformLength(detectors);
  const workgroupSize = Math.min(mostThreads, size / 2);
  return {
    name: `FilterSinogram${size}`,
    code: codeOf(size, workgroupSize),
    components: 1,
    invocations: entries * Math.ceil(rows / 2) * workgroupSize,
    workgroupSize,
    tables,
    uniforms: { entries, rows, detectors },
  };
}
