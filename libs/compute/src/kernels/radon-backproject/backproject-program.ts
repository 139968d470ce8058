import type { ParallelGeometry } from '../projection/parallel-geometry.js';
import { angleTable, detectorCoordinate, geometryUniforms } from '../projection/detector-coordinate.js';
import { lanesOf, usualWorkgroupSize, vectorType, type KernelProgram } from '../../webgpu/program.js';

/** One pixel of one or four slices per invocation, over the angles in their order. */
function codeOf(components: 1 | 4): string {
  const vector = vectorType(components);
  return `
  ${detectorCoordinate}

  fn binValue(angle : i32, bin : i32, lane : i32) -> ${vector} {
    if (bin < 0 || bin >= uniforms.detectors) { return ${vector}(0.0); }
    return x[(angle * uniforms.detectors + bin) * uniforms.lanes + lane];
  }

  fn main(index : i32) {
    if (index >= uniforms.rows * uniforms.columns * uniforms.lanes) { return; }
    let lane = index % uniforms.lanes;
    let pixel = index / uniforms.lanes;
    let right = pixel % uniforms.columns - uniforms.columns / 2;
    let up = uniforms.rows / 2 - pixel / uniforms.columns;
    var sum = ${vector}(0.0);
    for (var angle = 0; angle < uniforms.angles; angle++) {
      let at = detectorCoordinate(angleTable[angle], right, up);
      sum = fma(binValue(angle, at.bin, lane), ${vector}(1.0 - at.fraction), sum);
      sum = fma(binValue(angle, at.bin + 1, lane), ${vector}(at.fraction), sum);
    }
    result[index] = sum;
  }`;
}

/** Backprojection of [angle, detector, batch] to [y, x, batch]. */
export function backprojectProgram(geometry: ParallelGeometry, batch: number): KernelProgram {
  const components = lanesOf(batch);
  const lanes = batch / components;
  return {
    name: 'RadonBackproject',
    code: codeOf(components),
    components,
    invocations: geometry.shape[0] * geometry.shape[1] * lanes,
    workgroupSize: usualWorkgroupSize,
    tables: [angleTable(geometry)],
    uniforms: { ...geometryUniforms(geometry), lanes },
  };
}
