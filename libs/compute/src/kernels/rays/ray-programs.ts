import type { Shape3D } from '../shape-3d.js';
import {
  lanesOf,
  usualWorkgroupSize,
  vectorType,
  type KernelProgram,
  type ProgramTable,
} from '../../webgpu/program.js';
import { rayCells } from './ray-cells.js';
import { originShift, type RayGeometry } from './ray-geometry.js';
import { rayLines, steepest } from './ray-lines.js';

type RayPrograms = (inputShape: Shape3D, geometry: RayGeometry) => KernelProgram;

const lowBits = 15;

/**
 * WGSL: where a ray is at a step, exactly as the kernels of the engine wasm have it, in 32-bit integers: with at most 2^14
 * steps from the middle no sum leaves them.
 */
const rayPlace = `
  struct Place { pixel : i32, upper : f32 };

  fn slopeOf(line : vec4<i32>) -> f32 { return f32(line.z) * ${2 ** -30}; }

  fn lengthOf(line : vec4<i32>) -> f32 {
    let slope = slopeOf(line);
    return sqrt(1.0 + slope * slope);
  }

  fn placeAt(line : vec4<i32>, step : i32) -> Place {
    let low = step * (line.z & ${2 ** lowBits - 1}) + (line.y & ${2 ** lowBits - 1});
    let high = step * (line.z >> ${lowBits}u) + (line.y >> ${lowBits}u) + (low >> ${lowBits}u);
    let fraction = f32(((high & ${2 ** lowBits - 1}) << ${lowBits}u) | (low & ${2 ** lowBits - 1})) * ${2 ** -30};
    let spread = 1.0 / max(abs(slopeOf(line)), ${1 / steepest});
    return Place(line.x + (high >> ${lowBits}u), clamp((fraction - 0.5) * spread + 0.5, 0.0, 1.0));
  }
`;

/** One ray of one or four slices per invocation: it gathers the pixels of its steps in their order. */
function forwardCode(components: 1 | 4): string {
  const vector = vectorType(components);
  return `
  ${rayPlace}

  fn pixelValue(byColumns : bool, step : i32, across : i32, lane : i32) -> ${vector} {
    let row = select(step, across, byColumns);
    let column = select(across, step, byColumns);
    if (row < 0 || row >= uniforms.rows || column < 0 || column >= uniforms.columns) { return ${vector}(0.0); }
    return x[(row * uniforms.columns + column) * uniforms.lanes + lane];
  }

  // First step within the image and the one after the last, and some more for the rounding of float32; all of them where a
  // ray hardly moves across.
  fn stepsOf(line : vec4<i32>, steps : i32, extent : i32) -> vec2<i32> {
    let slope = slopeOf(line);
    if (abs(slope) < 0.01) { return vec2<i32>(0, steps); }
    let place = f32(line.x) + f32(line.y) * ${2 ** -30};
    let ends = vec2<f32>(-1.0 - place, f32(extent) - place) / slope;
    let margin = 2.0 + 0.05 / abs(slope);
    let range = clamp(vec2<f32>(min(ends.x, ends.y) - margin, max(ends.x, ends.y) + margin), vec2<f32>(-65536.0), vec2<f32>(65536.0));
    return clamp(vec2<i32>(range) + steps / 2, vec2<i32>(0), vec2<i32>(steps));
  }

  fn main(index : i32) {
    if (index >= uniforms.views * uniforms.rays * uniforms.lanes) { return; }
    let lane = index % uniforms.lanes;
    let ray = index / uniforms.lanes;
    let line = rayLines[ray];
    let byColumns = line.w != 0;
    let steps = select(uniforms.rows, uniforms.columns, byColumns);
    let range = stepsOf(line, steps, select(uniforms.columns, uniforms.rows, byColumns));
    var sum = ${vector}(0.0);
    for (var step = range.x; step < range.y; step++) {
      let at = placeAt(line, step - steps / 2);
      sum = fma(pixelValue(byColumns, step, at.pixel, lane), ${vector}(1.0 - at.upper), sum);
      sum = fma(pixelValue(byColumns, step, at.pixel + 1, lane), ${vector}(at.upper), sum);
    }
    result[index] = sum * (lengthOf(line) * rayWeights[ray % uniforms.rays]);
  }`;
}

/**
 * One pixel of one or four slices per invocation: it gathers, view by view, the rays near it, with the weights of the
 * projection, in their order. So the result is the same in every run, and no atomics are needed.
 */
function backprojectCode(components: 1 | 4): string {
  const vector = vectorType(components);
  return `
  ${rayPlace}

  fn partIn(line : vec4<i32>, row : i32, column : i32) -> f32 {
    let byColumns = line.w != 0;
    let step = select(row - uniforms.rows / 2, column - uniforms.columns / 2, byColumns);
    let across = select(column, row, byColumns);
    let at = placeAt(line, step);
    return select(select(0.0, at.upper, at.pixel + 1 == across), 1.0 - at.upper, at.pixel == across);
  }

  fn cellOf(turn : vec4<f32>, right : f32, up : f32) -> i32 {
    let own = vec2<f32>(right * turn.x + up * turn.y, up * turn.x - right * turn.y) - turn.zw;
    let cell = vec2<i32>(floor((own + f32(uniforms.reach)) / f32(uniforms.cellExtent)));
    let inside = clamp(cell, vec2<i32>(0), vec2<i32>(uniforms.cells - 1));
    return inside.y * uniforms.cells + inside.x;
  }

  fn main(index : i32) {
    if (index >= uniforms.rows * uniforms.columns * uniforms.lanes) { return; }
    let lane = index % uniforms.lanes;
    let pixel = index / uniforms.lanes;
    let row = pixel / uniforms.columns;
    let column = pixel % uniforms.columns;
    let right = f32(column - uniforms.columns / 2);
    let up = f32(uniforms.rows / 2 - row);
    var sum = ${vector}(0.0);
    for (var view = 0; view < uniforms.views; view++) {
      let cell = cellOf(turns[view], right, up);
      for (var entry = cellStarts[cell]; entry < cellStarts[cell + 1]; entry++) {
        let ray = cellRays[entry];
        let line = rayLines[view * uniforms.rays + ray];
        let part = partIn(line, row, column);
        if (part == 0.0) { continue; }
        let scale = part * lengthOf(line) * rayWeights[ray];
        sum = fma(x[(view * uniforms.rays + ray) * uniforms.lanes + lane], ${vector}(scale), sum);
      }
    }
    result[index] = sum;
  }`;
}

/** Keeps what is made of the last geometry. */
function lastOf<T>(make: (geometry: RayGeometry) => T): (geometry: RayGeometry) => T {
  let kept: { readonly geometry: RayGeometry; readonly value: T } | undefined;
  return (geometry) => {
    if (kept === undefined || !sameRays(kept.geometry, geometry)) kept = { geometry, value: make(geometry) };
    return kept.value;
  };
}

function sameRays(a: RayGeometry, b: RayGeometry): boolean {
  return (
    a.shape[0] === b.shape[0] &&
    a.shape[1] === b.shape[1] &&
    a.angles === b.angles &&
    a.tilts === b.tilts &&
    a.offsets === b.offsets &&
    a.weights === b.weights &&
    a.origin?.[0] === b.origin?.[0] &&
    a.origin?.[1] === b.origin?.[1]
  );
}

function linesTables(geometry: RayGeometry): readonly ProgramTable[] {
  return [
    { name: 'rayLines', values: rayLines(geometry), components: 4 },
    { name: 'rayWeights', values: Float32Array.from(geometry.weights), components: 1 },
  ];
}

/** Programs of the projection [y, x, batch] to [angle, ray, batch], the transpose of those of the backprojection. */
export function forwardPrograms(): RayPrograms {
  const tablesOf = lastOf(linesTables);
  return ([, , batch], geometry) => {
    const { shape, angles, tilts } = geometry;
    const components = lanesOf(batch);
    const lanes = batch / components;
    return {
      name: 'RayForward',
      code: forwardCode(components),
      components,
      invocations: angles.length * tilts.length * lanes,
      workgroupSize: usualWorkgroupSize,
      tables: tablesOf(geometry),
      uniforms: { rows: shape[0], columns: shape[1], views: angles.length, rays: tilts.length, lanes },
    };
  };
}

function backprojectTables(geometry: RayGeometry) {
  const cells = rayCells(geometry);
  const [right, up] = originShift(geometry);
  const turns = Float32Array.from(
    [...geometry.angles].flatMap((angle) => {
      const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
      return [cosine, sine, right * cosine + up * sine, up * cosine - right * sine];
    }),
  );
  const tables: readonly ProgramTable[] = [
    ...linesTables(geometry),
    { name: 'turns', values: turns, components: 4 },
    { name: 'cellStarts', values: cells.starts, components: 1 },
    // A table must not be empty; where no ray comes near the image nothing reads it.
    { name: 'cellRays', values: cells.rays.length === 0 ? new Int32Array(1) : cells.rays, components: 1 },
  ];
  return { tables, uniforms: { cells: cells.count, cellExtent: cells.extent, reach: cells.reach } };
}

/** Programs of the backprojection of [angle, ray, batch] to [y, x, batch]. */
export function backprojectPrograms(): RayPrograms {
  const preparedFor = lastOf(backprojectTables);
  return ([, , batch], geometry) => {
    const { shape, angles, tilts } = geometry;
    const components = lanesOf(batch);
    const lanes = batch / components;
    const { tables, uniforms } = preparedFor(geometry);
    return {
      name: 'RayBackproject',
      code: backprojectCode(components),
      components,
      invocations: shape[0] * shape[1] * lanes,
      workgroupSize: usualWorkgroupSize,
      tables,
      uniforms: { rows: shape[0], columns: shape[1], views: angles.length, rays: tilts.length, lanes, ...uniforms },
    };
  };
}
