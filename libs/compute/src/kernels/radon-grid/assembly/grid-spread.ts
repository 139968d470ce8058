// Puts samples of the spectrum, which lie on lines through the origin, onto the cells of the grid around them. A task has the
// samples of a tile of the grid; tiles at work at the same time lie a tile apart, so that none writes into another's cells.
import {
  CELL_BYTES,
  CORNER_X,
  CORNER_Y,
  FIRST_ANGLE,
  GRID,
  GRID_STRIDE,
  GRID_X,
  GRID_Y,
  MARGIN,
  POLAR,
  RADIAL,
  SEGMENT_COUNT,
  SEGMENTS,
  TAPS,
  TILE,
  TILES_X,
} from './shared/grid-block';

// Fields of a segment of a line: place of sample 0 along x and y and the step to the next one, in cells; 1 / steps, 0 for none;
// first sample and the one after the last; the sign of imaginary parts; the angle.
const SEGMENT_BYTES: usize = 64;
const X: usize = 0;
const STEP_X: usize = 8;
const Y: usize = 16;
const STEP_Y: usize = 24;
const PER_X: usize = 32;
const PER_Y: usize = 40;
const BEGIN: usize = 48;
const END: usize = 52;
const SIGN: usize = 56;
const ANGLE: usize = 60;

/** Fractions of a cell in the table, between which weights are taken linearly. */
const FRACTIONS: f32 = 256;
const TAP_BYTES: usize = 32;

function cellOf(place: f64, last: i32): i32 {
  const cell = <i32>floor(place);
  return cell < 0 ? 0 : cell > last ? last : cell;
}

function isInside(segment: usize, j: i32, tileX: i32, tileY: i32, lastX: i32, lastY: i32): bool {
  const x = load<f64>(segment, X) + <f64>j * load<f64>(segment, STEP_X);
  const y = load<f64>(segment, Y) + <f64>j * load<f64>(segment, STEP_Y);
  return cellOf(x, lastX) / TILE == tileX && cellOf(y, lastY) / TILE == tileY;
}

function spread(
  segment: usize,
  begin: i32,
  end: i32,
  samples: usize,
  grid: usize,
  columnBytes: usize,
  taps: usize,
): void {
  const startX = load<f64>(segment, X);
  const stepX = load<f64>(segment, STEP_X);
  const startY = load<f64>(segment, Y);
  const stepY = load<f64>(segment, STEP_Y);
  const sign = load<f32>(segment, SIGN);
  const signs = f32x4.replace_lane(f32x4.replace_lane(f32x4.splat(1), 1, sign), 3, sign);
  for (let j = begin; j < end; j++) {
    const x = startX + <f64>j * stepX;
    const y = startY + <f64>j * stepY;
    const lowX = ceil(x - <f64>MARGIN);
    const lowY = ceil(y - <f64>MARGIN);
    const partX = <f32>(lowX - (x - <f64>MARGIN)) * FRACTIONS;
    const partY = <f32>(lowY - (y - <f64>MARGIN)) * FRACTIONS;
    const rowX = taps + <usize>(<i32>partX) * TAP_BYTES;
    const rowY = taps + <usize>(<i32>partY) * TAP_BYTES;
    const restX = f32x4.splat(partX - floor(partX));
    const restY = f32x4.splat(partY - floor(partY));
    const x0 = v128.load(rowX);
    const x1 = v128.load(rowX, 16);
    const y0 = v128.load(rowY);
    const y1 = v128.load(rowY, 16);
    const wx0 = f32x4.add(x0, f32x4.mul(restX, f32x4.sub(v128.load(rowX, 32), x0)));
    const wx1 = f32x4.add(x1, f32x4.mul(restX, f32x4.sub(v128.load(rowX, 48), x1)));
    const wy0 = f32x4.add(y0, f32x4.mul(restY, f32x4.sub(v128.load(rowY, 32), y0)));
    const wy1 = f32x4.add(y1, f32x4.mul(restY, f32x4.sub(v128.load(rowY, 48), y1)));
    const value = f32x4.mul(v128.load64_splat(samples + <usize>j * CELL_BYTES), signs);
    const v0 = f32x4.mul(value, i32x4.shuffle(wy0, wy0, 0, 0, 1, 1));
    const v1 = f32x4.mul(value, i32x4.shuffle(wy0, wy0, 2, 2, 3, 3));
    const v2 = f32x4.mul(value, i32x4.shuffle(wy1, wy1, 0, 0, 1, 1));
    let to = grid + <usize>(<i32>lowX + MARGIN) * columnBytes + <usize>(<i32>lowY + MARGIN) * CELL_BYTES;
    addColumn(to, v0, v1, v2, i32x4.shuffle(wx0, wx0, 0, 0, 0, 0));
    to += columnBytes;
    addColumn(to, v0, v1, v2, i32x4.shuffle(wx0, wx0, 1, 1, 1, 1));
    to += columnBytes;
    addColumn(to, v0, v1, v2, i32x4.shuffle(wx0, wx0, 2, 2, 2, 2));
    to += columnBytes;
    addColumn(to, v0, v1, v2, i32x4.shuffle(wx0, wx0, 3, 3, 3, 3));
    to += columnBytes;
    addColumn(to, v0, v1, v2, i32x4.shuffle(wx1, wx1, 0, 0, 0, 0));
    to += columnBytes;
    addColumn(to, v0, v1, v2, i32x4.shuffle(wx1, wx1, 1, 1, 1, 1));
  }
}

function addColumn(to: usize, v0: v128, v1: v128, v2: v128, weight: v128): void {
  v128.store(to, f32x4.add(v128.load(to), f32x4.mul(v0, weight)));
  v128.store(to, f32x4.add(v128.load(to, 16), f32x4.mul(v1, weight)), 16);
  v128.store(to, f32x4.add(v128.load(to, 32), f32x4.mul(v2, weight)), 32);
}

/** Adds the samples of a tile to the grid. */
export function spreadTile(params: usize, task: i32, scratch: usize): void {
  const tilesX = (load<i32>(params, TILES_X) + 1 - load<i32>(params, CORNER_X)) / 2;
  const tileX = 2 * (task % tilesX) + load<i32>(params, CORNER_X);
  const tileY = 2 * (task / tilesX) + load<i32>(params, CORNER_Y);
  const lastX = load<i32>(params, GRID_X) >> 1;
  const lastY = load<i32>(params, GRID_Y) - 1;
  const lowX = <f64>(tileX * TILE);
  const lowY = <f64>(tileY * TILE);
  const grid = <usize>load<u32>(params, GRID);
  const columnBytes = <usize>load<i32>(params, GRID_STRIDE) * CELL_BYTES;
  const taps = <usize>load<u32>(params, TAPS);
  const angleBytes = <usize>load<i32>(params, RADIAL) * CELL_BYTES;
  const polar = <usize>load<u32>(params, POLAR);
  const firstAngle = load<i32>(params, FIRST_ANGLE);
  let segment = <usize>load<u32>(params, SEGMENTS);
  const end = segment + <usize>load<i32>(params, SEGMENT_COUNT) * SEGMENT_BYTES;
  for (; segment < end; segment += SEGMENT_BYTES) {
    let begin = <f64>load<i32>(segment, BEGIN);
    let until = <f64>load<i32>(segment, END);
    const perX = load<f64>(segment, PER_X);
    const perY = load<f64>(segment, PER_Y);
    // A sample more on either side, as it may be the one that rounding moves across the edge.
    if (perX != 0) {
      const one = (lowX - load<f64>(segment, X)) * perX;
      const other = one + <f64>TILE * perX;
      begin = max(begin, min(one, other) - 1);
      until = min(until, max(one, other) + 2);
    }
    if (perY != 0) {
      const one = (lowY - load<f64>(segment, Y)) * perY;
      const other = one + <f64>TILE * perY;
      begin = max(begin, min(one, other) - 1);
      until = min(until, max(one, other) + 2);
    }
    if (begin >= until) continue;
    let first = <i32>begin;
    let last = min(<i32>until + 1, load<i32>(segment, END));
    while (first < last && !isInside(segment, first, tileX, tileY, lastX, lastY)) first++;
    while (last > first && !isInside(segment, last - 1, tileX, tileY, lastX, lastY)) last--;
    if (first == last) continue;
    const samples = polar + <usize>(load<i32>(segment, ANGLE) - firstAngle) * angleBytes;
    spread(segment, first, last, samples, grid, columnBytes, taps);
  }
}

const COLUMNS_PER_TASK: i32 = 64;

/** Sets columns of the grid to 0. */
export function clearGrid(params: usize, task: i32, scratch: usize): void {
  const columns = (load<i32>(params, GRID_X) >> 1) + 1 + 2 * MARGIN;
  const begin = task * COLUMNS_PER_TASK;
  const count = min(COLUMNS_PER_TASK, columns - begin);
  const columnBytes = <usize>load<i32>(params, GRID_STRIDE) * CELL_BYTES;
  memory.fill(<usize>load<u32>(params, GRID) + <usize>begin * columnBytes, 0, <usize>count * columnBytes);
}

/** The grid repeats along y: what lies in the margins belongs to the cells at the other end. */
export function foldGrid(params: usize, task: i32, scratch: usize): void {
  const columns = (load<i32>(params, GRID_X) >> 1) + 1 + 2 * MARGIN;
  const begin = task * COLUMNS_PER_TASK;
  const end = min(begin + COLUMNS_PER_TASK, columns);
  const columnBytes = <usize>load<i32>(params, GRID_STRIDE) * CELL_BYTES;
  const around = <usize>load<i32>(params, GRID_Y) * CELL_BYTES;
  const margin = <usize>MARGIN * CELL_BYTES;
  for (let column = begin; column < end; column++) {
    const low = <usize>load<u32>(params, GRID) + <usize>column * columnBytes;
    for (let at: usize = 0; at < margin; at += 4) {
      const before = low + at;
      const behind = low + margin + around + at;
      store<f32>(before + around, load<f32>(before + around) + load<f32>(before));
      store<f32>(behind - around, load<f32>(behind - around) + load<f32>(behind));
    }
  }
}
