import type { Shape3D } from '../kernels/domain-kernel.js';
import type { KernelProgram } from './program.js';

/** Rows that share the reading of the impulse response. */
const rowsPerInvocation = 4;

/** One bin of four rows per invocation; the sum runs over the row's bins in their order, whatever rows are beside it. */
const code = `
  fn main(index : i32) {
    let bin = index % uniforms.detectors;
    let firstRow = index / uniforms.detectors * ${rowsPerInvocation};
    if (firstRow >= uniforms.rows) { return; }
    let lastRow = uniforms.rows - 1;
    let starts = min(vec4<i32>(firstRow) + vec4<i32>(0, 1, 2, 3), vec4<i32>(lastRow)) * uniforms.detectors;
    var sum = vec4<f32>(0.0);
    for (var other = 0; other < uniforms.detectors; other++) {
      let at = starts + vec4<i32>(other);
      sum = fma(vec4<f32>(x[at.x], x[at.y], x[at.z], x[at.w]), vec4<f32>(impulse[abs(bin - other)]), sum);
    }
    for (var row = 0; row < ${rowsPerInvocation} && firstRow + row <= lastRow; row++) {
      result[(firstRow + row) * uniforms.detectors + bin] = sum[row];
    }
  }`;

/**
 * Rows [.., .., detector] convolved with an impulse response, symmetric and given from 0 bins on: the sum itself, which
 * stays below a tenth of the work of a backprojection of as many angles as bins and needs no transform in WGSL.
 */
export function filterProgram([first, second, detectors]: Shape3D, impulse: Float32Array): KernelProgram {
  const rows = first * second;
  return {
    name: 'FilterSinogram',
    code,
    components: 1,
    invocations: Math.ceil(rows / rowsPerInvocation) * detectors,
    tables: [{ name: 'impulse', values: impulse, components: 1 }],
    uniforms: { rows, detectors },
  };
}
