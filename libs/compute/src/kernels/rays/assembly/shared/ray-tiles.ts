// Which rays of a view meet a tile of the image.
import { COLUMNS, NORMALS, RAYS, ROWS, trace, TRACE_BYTES, VIEW_BYTES, VIEW_TABLE } from './ray-trace';

/** Rows and columns of a tile. The order in which rays are summed follows from it. */
export const TILE: i32 = 64;
/** What a tile reaches from its middle, pixels: half its diagonal, a pixel and what float32 loses. */
const REACH: f32 = 48;
/** Bytes of the scratch area that traced rays may fill, four less than there is room for. */
export const MOST_BYTES: usize = 1020 * TRACE_BYTES;

export function tilesAcross(params: usize): i32 {
  return (load<i32>(params, COLUMNS) + TILE - 1) / TILE;
}

export function tilesDown(params: usize): i32 {
  return (load<i32>(params, ROWS) + TILE - 1) / TILE;
}

/** Which of four rays pass within reach of a point of the view's own frame: one bit for each. */
function nearRays(normals: usize, arrayBytes: usize, x: v128, y: v128): i32 {
  const along = f32x4.mul(x, v128.load(normals));
  const across = f32x4.mul(y, v128.load(normals + arrayBytes));
  const distance = f32x4.abs(f32x4.sub(f32x4.add(along, across), v128.load(normals + 2 * arrayBytes)));
  return i32x4.bitmask(f32x4.le(distance, f32x4.splat(REACH)));
}

/**
 * Traces the rays of a view from number `first`, a multiple of four, that may meet the tile at `row` and `column`, one record
 * after the other from `end` until they are beyond `full`; stores where the last one ends at `endAt`. Returns the number to go
 * on from, which is that of all rays once none is left.
 */
export function listRays(
  params: usize,
  view: i32,
  first: i32,
  row: i32,
  column: i32,
  end: usize,
  full: usize,
  endAt: usize,
): i32 {
  const rows = load<i32>(params, ROWS);
  const columns = load<i32>(params, COLUMNS);
  const rowEnd = min(row + TILE, rows);
  const columnEnd = min(column + TILE, columns);
  const turn = <usize>load<u32>(params, VIEW_TABLE) + <usize>view * VIEW_BYTES;
  const cosine = load<f64>(turn);
  const sine = load<f64>(turn, 8);
  const x = <f64>(column + TILE / 2 - (columns >> 1)) - load<f64>(turn, 16);
  const y = <f64>((rows >> 1) - row - TILE / 2) - load<f64>(turn, 24);
  const ownX = f32x4.splat(<f32>(x * cosine + y * sine));
  const ownY = f32x4.splat(<f32>(y * cosine - x * sine));
  const rays = load<i32>(params, RAYS);
  const normals = <usize>load<u32>(params, NORMALS);
  const arrayBytes = (<usize>((rays + 3) & ~3)) << 2;
  let four = first;
  for (; four < rays && end <= full; four += 4) {
    let near = nearRays(normals + ((<usize>four) << 2), arrayBytes, ownX, ownY);
    while (near != 0) {
      const ray = four + ctz(near);
      near &= near - 1;
      if (trace(params, view, ray, row, rowEnd, column, columnEnd, end)) end += TRACE_BYTES;
    }
  }
  store<u32>(endAt, <u32>end);
  return min(four, rays);
}
