import type { ParallelGeometry } from '../projection/parallel-geometry.js';
import { angleTable, detectorCoordinate, geometryUniforms } from '../projection/detector-coordinate.js';
import { lanesOf, usualWorkgroupSize, vectorType, type KernelProgram } from '../../webgpu/program.js';

/**
 * One bin of one or four slices per invocation: it gathers the pixels whose coordinate lies less than a bin away, with
 * the weights of the backprojection, in a fixed order. So the result is the same in every run, and no atomics are needed.
 *
 * Lines of pixels run along the axis on which the coordinate moves by 0.7 to 1 bins per pixel. Then an interval of two
 * bins holds at most three pixels of a line, also when it is widened by 0.03 on either side for the rounding of its
 * ends (below 0.01: float32 values up to 2^15). Whether and how much a pixel counts is decided exactly.
 */
function codeOf(components: 1 | 4): string {
  const vector = vectorType(components);
  return `
  ${detectorCoordinate}

  fn weightOf(at : Coordinate, bin : i32) -> f32 {
    return select(select(0.0, at.fraction, at.bin + 1 == bin), 1.0 - at.fraction, at.bin == bin);
  }

  fn real(high : i32, low : i32) -> f32 {
    return f32(high) * ${2 ** -15} + f32(low) * ${2 ** -30};
  }

  // First and last place across of the lines that a ray meets within the image, and some more: those whose distance from
  // it is at most reach, with room for rounding. Rays almost along the lines may meet all.
  fn linesOf(distance : f32, lineSlope : f32, reach : f32) -> vec2<i32> {
    let all = abs(lineSlope) < 0.001;
    let divisor = select(lineSlope, 1.0, all);
    let center = select(distance / divisor, 0.0, all);
    let width = select((reach + 0.1) / abs(divisor) + 1.0, 65536.0, all);
    return vec2<i32>(clamp(vec2<f32>(center - width, center + width), vec2<f32>(-65536.0), vec2<f32>(65536.0)));
  }

  fn main(index : i32) {
    if (index >= uniforms.angles * uniforms.detectors * uniforms.lanes) { return; }
    let lane = index % uniforms.lanes;
    let bin = (index / uniforms.lanes) % uniforms.detectors;
    let angle = angleTable[index / uniforms.lanes / uniforms.detectors];
    let cosine = real(angle.x, angle.y);
    let sine = real(angle.z, angle.w);
    let alongRows = abs(cosine) >= abs(sine);
    let slope = select(sine, cosine, alongRows);
    let lineSlope = select(cosine, sine, alongRows);
    let lines = select(uniforms.columns, uniforms.rows, alongRows);
    let distance = f32(bin - uniforms.centerBin) - real(uniforms.centerHigh, uniforms.centerLow);
    let reach = 1.0 / abs(slope) + 0.03;
    let middle = vec2<i32>(uniforms.columns / 2, uniforms.rows / 2);
    let extent = f32(select(middle.y, middle.x, alongRows) + 1);
    let acrosses = linesOf(distance, lineSlope, abs(slope) * (extent + reach));
    let range = select(acrosses + middle.x, middle.y - acrosses.yx, alongRows);
    var sum = ${vector}(0.0);
    for (var line = max(range.x, 0); line <= min(range.y, lines - 1); line++) {
      let across = select(line - middle.x, middle.y - line, alongRows);
      let first = i32(ceil((distance - f32(across) * lineSlope) / slope - reach));
      for (var step = 0; step < 3; step++) {
        let right = select(across, first + step, alongRows);
        let up = select(first + step, across, alongRows);
        let column = right + middle.x;
        let row = middle.y - up;
        if (column < 0 || column >= uniforms.columns || row < 0 || row >= uniforms.rows) { continue; }
        let weight = weightOf(detectorCoordinate(angle, right, up), bin);
        sum = fma(x[(row * uniforms.columns + column) * uniforms.lanes + lane], ${vector}(weight), sum);
      }
    }
    result[index] = sum;
  }`;
}

/** Forward projection of [y, x, batch] to [angle, detector, batch], the transpose of the backprojection. */
export function forwardProgram(geometry: ParallelGeometry, batch: number): KernelProgram {
  const components = lanesOf(batch);
  const lanes = batch / components;
  return {
    name: 'RadonForward',
    code: codeOf(components),
    components,
    invocations: geometry.angles.length * geometry.detectors * lanes,
    workgroupSize: usualWorkgroupSize,
    tables: [angleTable(geometry)],
    uniforms: { ...geometryUniforms(geometry), lanes },
  };
}
