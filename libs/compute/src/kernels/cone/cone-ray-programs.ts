import { usualWorkgroupSize, type KernelProgram, type ProgramTable } from '../../webgpu/program.js';
import type { Shape3D } from '../shape-3d.js';
import { viewCount, viewNumbers, type ConeGeometry } from './cone-geometry.js';
import { forEachLine, lineLayout, steepest } from './cone-lines.js';
import { centeredMatrices, middleOf } from './cone-matrices.js';
import { lastOf } from './last-of.js';

const fractionBits = 30;
const lowBits = 15;
const lineNumbers = 4;
/** Lines of as many views as fit are tabled at a time: 64 MiB in each of the two tables. */
const mostLines = 2 ** 22;

/**
 * WGSL: where a ray is at a step, counted from the middle one: across in 32-bit integers, as for the kernels of rays, as float32
 * would not tell in which of two pixels a ray along their edge is.
 */
const rayPlace = `
  struct Place { pixel : i32, upper : f32 };

  fn slopeOf(line : vec4<i32>) -> f32 { return f32(line.z) * ${2 ** -fractionBits}; }

  fn placeAt(line : vec4<i32>, step : i32) -> Place {
    let low = step * (line.z & ${2 ** lowBits - 1}) + (line.y & ${2 ** lowBits - 1});
    let high = step * (line.z >> ${lowBits}u) + (line.y >> ${lowBits}u) + (low >> ${lowBits}u);
    let fraction = f32(((high & ${2 ** lowBits - 1}) << ${lowBits}u) | (low & ${2 ** lowBits - 1})) * ${2 ** -fractionBits};
    let spread = 1.0 / max(abs(slopeOf(line)), ${1 / steepest});
    return Place(line.x + (high >> ${lowBits}u), clamp((fraction - 0.5) * spread + 0.5, 0.0, 1.0));
  }

  fn heightAt(height : vec4<f32>, ray : i32, step : i32) -> f32 {
    let r = f32(ray - uniforms.raysPerLine / 2);
    return height.x + r * height.y + f32(step) * (height.z + r * height.w);
  }

  fn lengthOf(line : vec4<i32>, height : vec4<f32>, ray : i32) -> f32 {
    let slope = slopeOf(line);
    let climb = height.z + f32(ray - uniforms.raysPerLine / 2) * height.w;
    return sqrt(1.0 + slope * slope + climb * climb);
  }
`;

/** One ray per invocation: it gathers the voxels of its steps in their order. */
const forwardCode = `
  ${rayPlace}

  fn valueAt(byColumns : bool, step : i32, across : i32, slice : i32, part : f32) -> f32 {
    let row = select(step, across, byColumns);
    let column = select(across, step, byColumns);
    if (row < 0 || row >= uniforms.rows || column < 0 || column >= uniforms.columns) { return 0.0; }
    let at = (row * uniforms.columns + column) * uniforms.slices + slice;
    var value = 0.0;
    if (slice >= 0) { value = x[at] * (1.0 - part); }
    if (slice + 1 < uniforms.slices) { value = fma(x[at + 1], part, value); }
    return value;
  }

  // First step within the volume and the one after the last, and some more for the rounding of float32; all of them where a
  // ray hardly moves across.
  fn stepsOf(line : vec4<i32>, steps : i32, extent : i32) -> vec2<i32> {
    let slope = slopeOf(line);
    if (abs(slope) < 0.01) { return vec2<i32>(0, steps); }
    let place = f32(line.x) + f32(line.y) * ${2 ** -fractionBits};
    let ends = vec2<f32>(-1.0 - place, f32(extent) - place) / slope;
    let margin = 2.0 + 0.05 / abs(slope);
    let range = clamp(vec2<f32>(min(ends.x, ends.y) - margin, max(ends.x, ends.y) + margin), vec2<f32>(-65536.0), vec2<f32>(65536.0));
    return clamp(vec2<i32>(range) + steps / 2, vec2<i32>(0), vec2<i32>(steps));
  }

  fn main(index : i32) {
    if (index >= uniforms.views * uniforms.bins * uniforms.binRows) { return; }
    let ray = index % uniforms.raysPerLine;
    let line = coneLines[index / uniforms.raysPerLine];
    let height = coneHeights[index / uniforms.raysPerLine];
    let byColumns = line.w != 0;
    let steps = select(uniforms.rows, uniforms.columns, byColumns);
    let range = stepsOf(line, steps, select(uniforms.columns, uniforms.rows, byColumns));
    var sum = 0.0;
    for (var step = range.x; step < range.y; step++) {
      let z = heightAt(height, ray, step - steps / 2);
      if (!(z > -1.0 && z < f32(uniforms.slices))) { continue; }
      let slice = i32(floor(z));
      let part = z - floor(z);
      let at = placeAt(line, step - steps / 2);
      sum = fma(valueAt(byColumns, step, at.pixel, slice, part), 1.0 - at.upper, sum);
      sum = fma(valueAt(byColumns, step, at.pixel + 1, slice, part), at.upper, sum);
    }
    result[uniforms.firstView * uniforms.bins * uniforms.binRows + index] = sum * lengthOf(line, height, ray);
  }`;

/**
 * One voxel per invocation: view by view it gathers the rays that pass within a voxel of it, with the weights of the projection,
 * in their order. So the result is the same in every run, and no atomics are needed.
 */
const adjointCode = `
  ${rayPlace}

  fn partIn(line : vec4<i32>, row : i32, column : i32) -> f32 {
    let byColumns = line.w != 0;
    let at = placeAt(line, select(row - uniforms.rows / 2, column - uniforms.columns / 2, byColumns));
    let across = select(column, row, byColumns);
    return select(select(0.0, at.upper, at.pixel + 1 == across), 1.0 - at.upper, at.pixel == across);
  }

  fn main(index : i32) {
    if (index >= uniforms.rows * uniforms.columns * uniforms.slices) { return; }
    let slice = index % uniforms.slices;
    let column = (index / uniforms.slices) % uniforms.columns;
    let row = index / (uniforms.slices * uniforms.columns);
    let place = vec4<f32>(
      f32(column - uniforms.columns / 2), f32(row - uniforms.rows / 2), f32(slice - uniforms.slices / 2), 1.0);
    let firstBin = uniforms.firstView * uniforms.bins * uniforms.binRows;
    // Views are added in their order, those of the programs before first.
    var sum = select(0.0, result[index], uniforms.firstView > 0);
    for (var view = 0; view < uniforms.views; view++) {
      let across = matrices[3 * view];
      let along = matrices[3 * view + 1];
      let depth = matrices[3 * view + 2];
      let scale = 1.0 / dot(depth, place);
      if (!(scale > 0.0)) { continue; }
      let at = vec2<f32>(dot(across, place), dot(along, place)) * scale;
      // How far shadows of neighbouring voxels are apart, and more where the volume is close to the source.
      let du = abs(across.xyz - at.x * depth.xyz) * scale;
      let dv = abs(along.xyz - at.y * depth.xyz) * scale;
      let near = 1.0 + 4.0 * (abs(depth.x) + abs(depth.y) + abs(depth.z)) * scale;
      let reach = vec2<f32>(max(du.x, du.y) + du.z, max(dv.x, dv.y) + dv.z) * near + 0.01;
      let middle = vec2<f32>(f32(uniforms.bins / 2), f32(uniforms.binRows / 2));
      let most = vec2<f32>(f32(uniforms.bins), f32(uniforms.binRows));
      let first = vec2<i32>(ceil(clamp(at - reach + middle, vec2<f32>(0.0), most)));
      let last = vec2<i32>(floor(clamp(at + reach + middle, vec2<f32>(-1.0), most - 1.0)));
      for (var u = first.x; u <= last.x; u++) {
        for (var v = first.y; v <= last.y; v++) {
          let bin = (view * uniforms.bins + u) * uniforms.binRows + v;
          let ray = bin % uniforms.raysPerLine;
          let line = coneLines[bin / uniforms.raysPerLine];
          let part = partIn(line, row, column);
          if (part == 0.0) { continue; }
          let height = coneHeights[bin / uniforms.raysPerLine];
          let step = select(row - uniforms.rows / 2, column - uniforms.columns / 2, line.w != 0);
          let share = 1.0 - abs(heightAt(height, ray, step) - f32(slice));
          if (share <= 0.0) { continue; }
          sum = fma(x[firstBin + bin], part * share * lengthOf(line, height, ray), sum);
        }
      }
    }
    result[index] = sum;
  }`;

/**
 * Lines as programs read them: the pixel at which they are at the middle step, the fraction beyond it and the slope, both in
 * 2^-30 pixels, and 1 where steps go from column to column; and as float32 the height of the middle ray at the middle step, what
 * it differs by from ray to ray, from step to step, and from ray to ray and step to step.
 */
function lineTables(geometry: ConeGeometry): readonly ProgramTable[] {
  const layout = lineLayout(geometry);
  const length = viewCount(geometry) * linesPerView(geometry) * lineNumbers;
  const [lines, heights] = [new Int32Array(length), new Float32Array(length)];
  const [rows, columns] = geometry.shape;
  const middleRay = middleOf(layout.raysPerLine);
  const unit = 2 ** fractionBits;
  forEachLine(geometry, layout, [0, viewCount(geometry)], (line, index) => {
    const middleStep = middleOf(line.byColumns ? columns : rows);
    const farthest = 2 ** 20;
    const place = Math.min(farthest, Math.max(-farthest, line.place + middleStep * line.slope));
    const pixel = Math.floor(place);
    const at = index * lineNumbers;
    lines.set([pixel, Math.min(unit - 1, Math.round((place - pixel) * unit)), Math.round(line.slope * unit)], at);
    lines[at + 3] = line.byColumns ? 1 : 0;
    const climb = line.climb + middleRay * line.spread;
    const rise = line.rise + middleStep * line.spread;
    heights.set([line.height + middleRay * line.rise + middleStep * climb, rise, climb, line.spread], at);
  });
  return [
    { name: 'coneLines', values: lines, components: 4 },
    { name: 'coneHeights', values: heights, components: 4 },
  ];
}

function linesPerView(geometry: ConeGeometry): number {
  return geometry.detector[0] * lineLayout(geometry).linesPerColumn;
}

/** Views whose lines are tabled together. */
interface ViewRange {
  readonly first: number;
  readonly geometry: ConeGeometry;
}

function viewRanges(geometry: ConeGeometry, most: number): ViewRange[] {
  const perRange = Math.max(1, Math.floor(most / linesPerView(geometry)));
  const all = viewCount(geometry);
  if (perRange >= all) return [{ first: 0, geometry }];
  return Array.from({ length: Math.ceil(all / perRange) }, (_, range) => {
    const first = range * perRange;
    const views = geometry.views.subarray(first * viewNumbers, Math.min(all, first + perRange) * viewNumbers);
    return { first, geometry: { ...geometry, views } };
  });
}

/** Programs of `ConeForward` and of its transpose, for some views after the other. */
export function rayPrograms(
  direction: 'forward' | 'adjoint',
  most = mostLines,
): (inputShape: Shape3D, geometry: ConeGeometry) => Iterable<KernelProgram> {
  const isForward = direction === 'forward';
  const tablesOf = lastOf((geometry) => [
    ...lineTables(geometry),
    ...(isForward ? [] : [{ name: 'matrices', values: centeredMatrices(geometry), components: 4 } as const]),
  ]);
  return function* (_inputShape, whole) {
    const [rows, columns, slices] = whole.shape;
    const [bins, binRows] = whole.detector;
    const layout = lineLayout(whole);
    for (const { first, geometry } of viewRanges(whole, most)) {
      const views = viewCount(geometry);
      yield {
        name: isForward ? 'ConeForward' : 'ConeBackproject',
        code: isForward ? forwardCode : adjointCode,
        components: 1,
        invocations: isForward ? views * bins * binRows : rows * columns * slices,
        workgroupSize: usualWorkgroupSize,
        tables: tablesOf(geometry),
        uniforms: { rows, columns, slices, bins, binRows, views, raysPerLine: layout.raysPerLine, firstView: first },
      };
    }
  };
}
