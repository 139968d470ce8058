import { usualWorkgroupSize, type KernelProgram, type ProgramTable } from '../../webgpu/program.js';
import type { ParallelGeometry } from '../projection/parallel-geometry.js';
import { tapWidth, type GridSize } from './grid-size.js';
import { radialFactors, tapPolynomial } from './grid-tables.js';

/** Slices that one invocation computes side by side, as they share their weights. */
const mostLanes = 4;

/** Bits of float32's 24 that a step along a line keeps for its multiples to be exact. */
const significantBits = 24;

interface FoldedLine {
  readonly x: number;
  readonly y: number;
  /** Of its direction, see `turnOf`. */
  readonly turn: number;
  readonly index: number;
  /** Whether it is read the other way. */
  readonly isTurned: boolean;
}

/** Lines by their direction with y >= 0, from that along x on. */
function foldedLines(angles: Float64Array): FoldedLine[] {
  const folded = Array.from(angles, (angle, index) => {
    const [x, y] = [Math.cos(angle), Math.sin(angle)];
    const isTurned = y < 0 || (y === 0 && x < 0);
    const sign = isTurned ? -1 : 1;
    return { x: sign * x, y: sign * y, turn: turnOf(sign * x, sign * y), index, isTurned };
  });
  return folded.sort((a, b) => a.turn - b.turn);
}

/** Rises with the angle of a direction with y >= 0, from 0 to 1 over half a turn; graphics cards compute it exactly, unlike the angle. */
function turnOf(x: number, y: number): number {
  return 0.5 - (0.5 * x) / (Math.abs(x) + y);
}

/**
 * Tables of some angles, which are lines through the origin of the grid, by their direction.
 * `lines`: cells along x and y from sample to sample, each in two parts whose first has so few bits that its multiples are exact.
 * `lineSamples`: which row of samples is a line's, and -1 where they are read the other way.
 * `lineStarts`: the first line from each part of the half turn on. `radialFactors`: what samples are multiplied with, complex.
 */
export function lineTables(angles: Float64Array, geometry: ParallelGeometry, size: GridSize): ProgramTable[] {
  const { rowLength, radial, grid } = size;
  const bits = significantBits - Math.ceil(Math.log2(radial + 1));
  const lines = foldedLines(angles);
  const steps = new Float32Array(4 * lines.length);
  const samples = new Int32Array(2 * lines.length);
  const parts = 2 ** Math.ceil(Math.log2(2 * lines.length));
  const starts = new Int32Array(parts + 1).fill(lines.length);
  lines.forEach(({ x, y, turn, index, isTurned }, line) => {
    const along = [(x * grid[0]) / rowLength, (y * grid[1]) / rowLength];
    // Steps are below 2, so that a fixed number of binary places has no more digits.
    const coarse = along.map((step) => Math.round(step * 2 ** (bits - 1)) / 2 ** (bits - 1));
    steps.set(
      [coarse[0] ?? 0, (along[0] ?? 0) - (coarse[0] ?? 0), coarse[1] ?? 0, (along[1] ?? 0) - (coarse[1] ?? 0)],
      4 * line,
    );
    samples.set([index, isTurned ? -1 : 1], 2 * line);
    for (let part = Math.min(parts - 1, Math.floor(turn * parts)); part >= 0 && (starts[part] ?? 0) > line; part--) {
      starts[part] = line;
    }
  });
  return [
    { name: 'lines', values: steps, components: 4 },
    { name: 'lineSamples', values: samples, components: 2 },
    { name: 'lineStarts', values: starts, components: 1 },
    { name: 'radialFactors', values: radialFactors(geometry, size), components: 2 },
  ];
}

/**
 * One cell of the half grid 0 <= x <= grid / 2 per invocation, of one or four slices. The grid repeats: a cell has the samples around
 * all its repetitions. Around each, lines within half the width of the window are found by their direction, and on each of
 * them the few samples that are near.
 */
export function gatherProgram(
  size: GridSize,
  {
    count,
    tables,
    slices,
    isFirst,
  }: {
    readonly count: number;
    readonly tables: readonly ProgramTable[];
    readonly slices: number;
    readonly isFirst: boolean;
  },
): KernelProgram {
  const lanes = slices % mostLanes === 0 ? mostLanes : 1;
  const [gridX, gridY] = size.grid;
  return {
    name: `RadonGridGather${lanes}`,
    code: codeOf(lanes),
    components: 2,
    invocations: ((gridX / 2 + 1) * gridY * slices) / lanes,
    workgroupSize: usualWorkgroupSize,
    tables,
    uniforms: {
      gridX,
      gridY,
      rowLength: size.rowLength,
      radial: size.radial,
      lines: count,
      parts: (tables.find(({ name }) => name === 'lineStarts')?.values.length ?? 1) - 1,
      slices,
      isFirst: isFirst ? 1 : 0,
    },
  };
}

const halfWidth = `${tapWidth / 2}.0`;

/** WGSL: the lines that pass near a place, by their direction. */
const searchCode = `
  // As lines are sorted: rises with the angle of a direction, which may be turned by half a turn.
  fn turnOf(direction : vec2<f32>) -> f32 {
    let x = select(direction.x, -direction.x, direction.y < 0.0);
    return 0.5 - 0.5 * x / (abs(x) + abs(direction.y));
  }

  // Of some lines, that from a part of the half turn on.
  fn startOf(turn : f32) -> i32 {
    return lineStarts[clamp(i32(floor(turn * f32(uniforms.parts))), 0, uniforms.parts)];
  }

  // Whole numbers between two places, and a little beyond.
  fn between(low : f32, high : f32) -> vec2<i32> {
    return vec2<i32>(i32(ceil(low - 1e-4)), i32(floor(high + 1e-4)));
  }

  fn nearPlace(sums : ptr<function, Sums>, place : vec2<f32>, direction : vec2<f32>, firstSlice : i32) {
    let radius = length(direction);
    let width = length(vec2<f32>(${halfWidth} / f32(uniforms.gridX), ${halfWidth} / f32(uniforms.gridY)));
    if (radius <= 1.0625 * width) {
      for (var line = 0; line < uniforms.lines; line++) { alongLine(sums, line, place, firstSlice); }
      return;
    }
    // Lines that pass within the width have directions between those of its tangents.
    let sine = width / radius;
    let cosine = sqrt(1.0 - sine * sine);
    let across = vec2<f32>(-direction.y, direction.x) * sine;
    let low = turnOf(direction * cosine - across) - 2e-6;
    let high = turnOf(direction * cosine + across) + 2e-6;
    let part = 1.0 / f32(uniforms.parts);
    let begin = startOf(low);
    let end = startOf(high + part);
    if (low > high) {
      // Across the end of the half turn, which is its beginning.
      for (var line = 0; line < end; line++) { alongLine(sums, line, place, firstSlice); }
      for (var line = max(begin, end); line < uniforms.lines; line++) { alongLine(sums, line, place, firstSlice); }
      return;
    }
    for (var line = begin; line < end; line++) { alongLine(sums, line, place, firstSlice); }
  }`;

function codeOf(lanes: number): string {
  const all = Array.from({ length: lanes }, (_, lane) => lane);
  const weights = tapPolynomial();
  return `
  struct Sums { ${all.map((lane) => `s${lane} : vec2<f32>, `).join('')} };

  // The Kaiser-Bessel window at a distance in cells, as a polynomial. It does not end at 0, so one of its ends belongs to it.
  fn tap(distance : f32) -> f32 {
    let inside = 1.0 - distance * distance * ${(4 / tapWidth ** 2).toFixed(8)};
    if (inside < 0.0 || distance >= ${halfWidth}) { return 0.0; }
    var value = ${(weights.at(-1) ?? 0).toExponential(9)};
    ${[...weights.slice(0, -1)]
      .reverse()
      .map((factor) => `value = value * inside + ${factor.toExponential(9)};`)
      .join('\n    ')}
    return value;
  }

  fn timesFactor(value : vec2<f32>, factor : vec2<f32>, sign : f32) -> vec2<f32> {
    return vec2<f32>(value.x * factor.x - value.y * factor.y, sign * (value.x * factor.y + value.y * factor.x));
  }

  // As the other engines have it: samples with x > 0 reach the cell at the upper end of the window, their mirror images the other.
  fn weightOf(away : vec2<f32>) -> f32 { return tap(away.x) * tap(away.y); }

  // Adds what the samples of a line have near a place.
  fn alongLine(sums : ptr<function, Sums>, line : i32, place : vec2<f32>, firstSlice : i32) {
    let step = lines[line];
    let steps = vec2<f32>(step.x + step.y, step.z + step.w);
    let inverse = 1.0 / select(steps, vec2<f32>(1e-9), abs(steps) < vec2<f32>(1e-9));
    let middle = place * inverse;
    let reach = ${tapWidth / 2 + 0.001} * abs(inverse);
    let last = f32(uniforms.radial - 1);
    let low = max(middle - reach, vec2<f32>(-last));
    let high = min(middle + reach, vec2<f32>(last));
    let begin = i32(ceil(max(low.x, low.y)));
    let end = i32(floor(min(high.x, high.y)));
    let own = lineSamples[line];
    for (var j = begin; j <= end; j++) {
      let far = f32(j);
      let away = vec2<f32>(
        (far * step.x - place.x) + far * step.y,
        (far * step.z - place.y) + far * step.w,
      );
      // Sample 0 is its own mirror image.
      var weight = weightOf(select(away, -away, far * steps.x < 0.0));
      if (j == 0) { weight += weightOf(-away); }
      let radius = abs(j);
      let factor = weight * radialFactors[radius];
      let sign = select(1.0, -1.0, j * own.y < 0);
      let at = (own.x * uniforms.rowLength + radius % uniforms.rowLength) * uniforms.slices + firstSlice;
      ${all.map((lane) => `(*sums).s${lane} += timesFactor(x[at + ${lane}], factor, sign);`).join('\n      ')}
    }
  }

  ${searchCode}

  fn main(index : i32) {
    let groups = uniforms.slices / ${lanes};
    let firstSlice = index % groups * ${lanes};
    let cell = index / groups;
    if (2 * (cell / uniforms.gridY) > uniforms.gridX) { return; }
    let grid = vec2<f32>(f32(uniforms.gridX), f32(uniforms.gridY));
    let own = vec2<f32>(f32(cell / uniforms.gridY), f32(cell % uniforms.gridY));
    let reach = f32(uniforms.radial - 1) / f32(uniforms.rowLength) + length(vec2<f32>(${halfWidth}) / grid);
    var sums = Sums(${all.map(() => 'vec2<f32>(0.0)').join(', ')});
    let turnsX = between(-reach - own.x / grid.x, reach - own.x / grid.x);
    for (var turnX = turnsX.x; turnX <= turnsX.y; turnX++) {
      let x = own.x / grid.x + f32(turnX);
      let high = sqrt(max(0.0, reach * reach - x * x));
      let turnsY = between(-high - own.y / grid.y, high - own.y / grid.y);
      for (var turnY = turnsY.x; turnY <= turnsY.y; turnY++) {
        let place = own + grid * vec2<f32>(f32(turnX), f32(turnY));
        nearPlace(&sums, place, place / grid, firstSlice);
      }
    }
    let at = cell * uniforms.slices + firstSlice;
    ${all
      .map(
        (lane) => `if (uniforms.isFirst != 0) { result[at + ${lane}] = sums.s${lane}; }
    else { result[at + ${lane}] += sums.s${lane}; }`,
      )
      .join('\n    ')}
  }`;
}
