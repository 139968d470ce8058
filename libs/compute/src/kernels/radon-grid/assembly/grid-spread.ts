// Puts samples of the spectrum, which lie on lines through the origin, onto the cells of the grid around them. A task has the
// samples of a tile of the grid; tiles at work at the same time lie a tile apart, so that none writes into another's cells.
import {
  CELL_BYTES,
  CORNER_X,
  CORNER_Y,
  FIRST_ANGLE,
  FREQUENCIES,
  GRID,
  GRID_STRIDE,
  GRID_X,
  GRID_Y,
  MARGIN,
  PIECES,
  POLAR,
  RADIAL_FACTORS,
  SEGMENTS,
  TAPS,
  TILE_STARTS,
  TILES_X,
} from './shared/grid-block';

// Fields of a segment of a line: place of sample 0 along x and y and the step to the next one, in 2^-32 cells; the sign of imaginary
// parts; the angle; the sign of imaginary parts of the row's frequencies, which is also the direction in which they are read,
// and the one that belongs to sample 0.
const SEGMENT_BYTES: usize = 48;
const X: usize = 0;
const STEP_X: usize = 8;
const Y: usize = 16;
const STEP_Y: usize = 24;
const SIGN: usize = 32;
const ANGLE: usize = 36;
const FLIP: usize = 40;
const FREQUENCY: usize = 44;

// Fields of a piece of a segment, the samples of it that lie in a tile: the segment, the first sample and the one after the last.
const PIECE_BYTES: usize = 12;

/** Weights are taken linearly between 256 fractions of a cell: by the rest of 24 bits. */
const REST: u32 = 0xffffff;
const REST_UNIT: f32 = 5.9604644775390625e-8;
const TAP_BYTES: usize = 16;

function spread(params: usize, segment: usize, begin: i32, end: i32): void {
  const columnBytes = <usize>load<i32>(params, GRID_STRIDE) * CELL_BYTES;
  // The first of a sample's cells is the one before that in which it lies.
  const grid = <usize>load<u32>(params, GRID) + <usize>(MARGIN - 1) * (columnBytes + CELL_BYTES);
  const taps = <usize>load<u32>(params, TAPS);
  const place = load<i32>(segment, ANGLE) - load<i32>(params, FIRST_ANGLE);
  const samples = <usize>load<u32>(params, POLAR) + <usize>place * <usize>load<i32>(params, FREQUENCIES) * CELL_BYTES;
  const factorTable = <usize>load<u32>(params, RADIAL_FACTORS);
  const sign = load<f32>(segment, SIGN);
  const signs = f32x4.replace_lane(f32x4.replace_lane(f32x4.splat(1), 1, sign), 3, sign);
  const flip = load<f32>(segment, FLIP);
  const flips = f32x4.replace_lane(f32x4.replace_lane(f32x4.splat(1), 1, flip), 3, flip);
  const stepX = load<i64>(segment, STEP_X);
  const stepY = load<i64>(segment, STEP_Y);
  let x = load<i64>(segment, X) + <i64>begin * stepX;
  let y = load<i64>(segment, Y) + <i64>begin * stepY;
  const frequencyStep = <i32>flip;
  let at = samples + <usize>(load<i32>(segment, FREQUENCY) + frequencyStep * begin) * CELL_BYTES;
  const atStep = frequencyStep * <i32>CELL_BYTES;
  let factorAt = factorTable + ((<usize>begin) << 4);
  for (let j = begin; j < end; j++) {
    const partX = <u32>x;
    const partY = <u32>y;
    const rowX = taps + <usize>(partX >> 24) * TAP_BYTES;
    const rowY = taps + <usize>(partY >> 24) * TAP_BYTES;
    const restX = f32x4.splat(<f32>(<i32>(partX & REST)) * REST_UNIT);
    const restY = f32x4.splat(<f32>(<i32>(partY & REST)) * REST_UNIT);
    const x0 = v128.load(rowX);
    const y0 = v128.load(rowY);
    const wx = f32x4.add(x0, f32x4.mul(restX, f32x4.sub(v128.load(rowX, 16), x0)));
    const wy = f32x4.add(y0, f32x4.mul(restY, f32x4.sub(v128.load(rowY, 16), y0)));
    const sample = f32x4.mul(v128.load64_splat(at), flips);
    const factor = v128.load(factorAt);
    const straight = f32x4.mul(sample, i64x2.shuffle(factor, factor, 0, 0));
    const across = f32x4.mul(i32x4.shuffle(sample, sample, 1, 0, 3, 2), i64x2.shuffle(factor, factor, 1, 1));
    const value = f32x4.mul(f32x4.add(straight, across), signs);
    const v0 = f32x4.mul(value, i32x4.shuffle(wy, wy, 0, 0, 1, 1));
    const v1 = f32x4.mul(value, i32x4.shuffle(wy, wy, 2, 2, 3, 3));
    let to = grid + <usize>(<i32>(x >> 32) * <i32>columnBytes + <i32>(y >> 32) * <i32>CELL_BYTES);
    addColumn(to, v0, v1, i32x4.shuffle(wx, wx, 0, 0, 0, 0));
    to += columnBytes;
    addColumn(to, v0, v1, i32x4.shuffle(wx, wx, 1, 1, 1, 1));
    to += columnBytes;
    addColumn(to, v0, v1, i32x4.shuffle(wx, wx, 2, 2, 2, 2));
    to += columnBytes;
    addColumn(to, v0, v1, i32x4.shuffle(wx, wx, 3, 3, 3, 3));
    x += stepX;
    y += stepY;
    at += atStep;
    factorAt += 16;
  }
}

function addColumn(to: usize, v0: v128, v1: v128, weight: v128): void {
  v128.store(to, f32x4.add(v128.load(to), f32x4.mul(v0, weight)));
  v128.store(to, f32x4.add(v128.load(to, 16), f32x4.mul(v1, weight)), 16);
}

/** Adds the samples of a tile to the grid. */
export function spreadTile(params: usize, task: i32, scratch: usize): void {
  const tilesX = load<i32>(params, TILES_X);
  const across = (tilesX + 1 - load<i32>(params, CORNER_X)) / 2;
  const tileX = 2 * (task % across) + load<i32>(params, CORNER_X);
  const tileY = 2 * (task / across) + load<i32>(params, CORNER_Y);
  const segments = <usize>load<u32>(params, SEGMENTS);
  const pieces = <usize>load<u32>(params, PIECES);
  const starts = <usize>load<u32>(params, TILE_STARTS) + ((<usize>(tileY * tilesX + tileX)) << 2);
  const end = pieces + <usize>load<u32>(starts, 4) * PIECE_BYTES;
  for (let piece = pieces + <usize>load<u32>(starts) * PIECE_BYTES; piece < end; piece += PIECE_BYTES) {
    const segment = segments + <usize>load<u32>(piece) * SEGMENT_BYTES;
    spread(params, segment, load<i32>(piece, 4), load<i32>(piece, 8));
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
