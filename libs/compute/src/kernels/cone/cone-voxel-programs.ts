import { usualWorkgroupSize, type KernelProgram } from '../../webgpu/program.js';
import type { Shape3D } from '../shape-3d.js';
import { partOf, viewCount, type FdkGeometry } from './cone-geometry.js';
import { centeredMatrices, middleOf } from './cone-matrices.js';
import { lastOf } from './last-of.js';

/** One voxel per invocation: it gathers the views in their order. Neighbours in height read neighbours of the detector. */
const code = `
  fn bin(view : i32, column : i32, row : i32) -> f32 {
    if (column < 0 || column >= uniforms.bins || row < 0 || row >= uniforms.binRows) { return 0.0; }
    return x[(view * uniforms.bins + column) * uniforms.binRows + row];
  }

  fn main(index : i32) {
    if (index >= uniforms.rows * uniforms.columns * uniforms.slices) { return; }
    let slice = index % uniforms.slices;
    let column = (index / uniforms.slices) % uniforms.columns;
    let row = index / (uniforms.slices * uniforms.columns);
    let place = vec4<f32>(
      f32(column - uniforms.columns / 2), f32(row - uniforms.rows / 2), f32(slice + uniforms.firstSlice - uniforms.middleSlice), 1.0);
    var sum = 0.0;
    for (var view = 0; view < uniforms.views; view++) {
      let w = dot(matrices[3 * view + 2], place);
      if (!(w > 0.0)) { continue; }
      let scale = 1.0 / w;
      let at = vec2<f32>(dot(matrices[3 * view], place), dot(matrices[3 * view + 1], place)) * scale;
      let whole = floor(clamp(at, vec2<f32>(-65536.0), vec2<f32>(65536.0)));
      let part = at - whole;
      let u = i32(whole.x) + uniforms.bins / 2;
      let v = i32(whole.y) + uniforms.middleRow - uniforms.firstRow;
      if (u < -1 || u >= uniforms.bins || v < -1 || v >= uniforms.binRows) { continue; }
      let lower = mix(bin(view, u, v), bin(view, u, v + 1), part.y);
      let upper = mix(bin(view, u + 1, v), bin(view, u + 1, v + 1), part.y);
      sum = fma(mix(lower, upper, part.x), scale * scale, sum);
    }
    result[index] = sum;
  }`;

/** Programs of `FdkBackproject`. */
export function voxelPrograms(): (inputShape: Shape3D, geometry: FdkGeometry) => KernelProgram {
  const matricesOf = lastOf(centeredMatrices);
  return (_inputShape, geometry) => {
    const [rows, columns, slices] = geometry.shape;
    const [bins, binRows] = geometry.detector;
    const part = partOf(geometry);
    const [middleSlice, middleRow] = [middleOf(part.slices), middleOf(part.rows)];
    const { firstSlice, firstRow } = part;
    return {
      name: 'FdkBackproject',
      code,
      components: 1,
      invocations: rows * columns * slices,
      workgroupSize: usualWorkgroupSize,
      tables: [{ name: 'matrices', values: matricesOf(geometry), components: 4 }],
      uniforms: {
        rows,
        columns,
        slices,
        bins,
        binRows,
        views: viewCount(geometry),
        firstSlice,
        firstRow,
        middleSlice,
        middleRow,
      },
    };
  };
}
