import type { Shape3D } from '../shape-3d.js';
import { usualWorkgroupSize, type KernelProgram, type ProgramTable } from '../../webgpu/program.js';

/** Rows that share the reading of the impulse response. */
const rowsPerInvocation = 4;

/** Products that are summed before they are added to the rest: long sums would lose digits. */
const productsPerSum = 128;

/** One bin of four rows per invocation; sums run over the row's bins in a fixed order, whatever rows are beside it. */
const code = `
  fn main(index : i32) {
    let bin = index % uniforms.detectors;
    let firstRow = index / uniforms.detectors * ${rowsPerInvocation};
    if (firstRow >= uniforms.rows) { return; }
    let lastRow = uniforms.rows - 1;
    let starts = min(vec4<i32>(firstRow) + vec4<i32>(0, 1, 2, 3), vec4<i32>(lastRow)) * uniforms.detectors;
    var total = vec4<f32>(0.0);
    for (var begin = 0; begin < uniforms.detectors; begin += ${productsPerSum}) {
      var sum = vec4<f32>(0.0);
      for (var other = begin; other < min(begin + ${productsPerSum}, uniforms.detectors); other++) {
        let at = starts + vec4<i32>(other);
        sum = fma(vec4<f32>(x[at.x], x[at.y], x[at.z], x[at.w]), vec4<f32>(impulse[abs(bin - other)]), sum);
      }
      total += sum;
    }
    for (var row = 0; row < ${rowsPerInvocation} && firstRow + row <= lastRow; row++) {
      result[(firstRow + row) * uniforms.detectors + bin] = total[row];
    }
  }`;

/** The impulse response at 0 bins and on. */
export function directFilterTables(impulse: Float64Array): ProgramTable[] {
  return [{ name: 'impulse', values: Float32Array.from(impulse), components: 1 }];
}

/** Rows [.., .., detector] convolved with a symmetric impulse response, by the sum itself: for rows of any length. */
export function directFilterProgram(
  [first, second, detectors]: Shape3D,
  tables: readonly ProgramTable[],
): KernelProgram {
  const rows = first * second;
  return {
    name: 'FilterSinogramDirect',
    code,
    components: 1,
    invocations: Math.ceil(rows / rowsPerInvocation) * detectors,
    workgroupSize: usualWorkgroupSize,
    tables,
    uniforms: { rows, detectors },
  };
}
