// Projection along rays: each ray gathers the pixels that it meets, tile by tile and in the order of its steps. Slices lie in
// chunks, [view][ray][lane] and [row][column][lane] with 16, 8, 4 or 1 lanes.
import { listRays, MOST_BYTES, TILE, tilesAcross, tilesDown } from './shared/ray-tiles';
import {
  ROWS,
  COLUMNS,
  VIEWS,
  RAYS,
  CHUNKS,
  CHUNK_COUNT,
  GROUP,
  CHUNK_BYTES,
  IMAGE_STRIDE,
  TRACE_BYTES,
  PLACE,
  SLOPE,
  SPREAD,
  SCALE,
  FIRST,
  LAST,
  INDEX,
  BY_COLUMNS,
  PER_TASK,
  upperPart,
} from './shared/ray-trace';

function project16(record: usize, line: usize, along: usize, across: usize, low: i32, high: i32, to: usize): void {
  const slope = load<i64>(record, SLOPE);
  const spread = load<f32>(record, SPREAD);
  const last = load<i32>(record, LAST);
  let step = load<i32>(record, FIRST);
  let place = load<i64>(record, PLACE) + <i64>step * slope;
  line += <usize>step * along;
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  for (; step < last; step++) {
    const pixel = <i32>(place >> 30);
    const upper = upperPart(place, spread);
    if (<u32>(pixel - low) < <u32>(high - low - 1)) {
      const p = line + <usize>pixel * across;
      const q = p + across;
      const f = f32x4.splat(upper);
      const g = f32x4.splat(1 - upper);
      s0 = f32x4.add(f32x4.add(s0, f32x4.mul(v128.load(p), g)), f32x4.mul(v128.load(q), f));
      s1 = f32x4.add(f32x4.add(s1, f32x4.mul(v128.load(p, 16), g)), f32x4.mul(v128.load(q, 16), f));
      s2 = f32x4.add(f32x4.add(s2, f32x4.mul(v128.load(p, 32), g)), f32x4.mul(v128.load(q, 32), f));
      s3 = f32x4.add(f32x4.add(s3, f32x4.mul(v128.load(p, 48), g)), f32x4.mul(v128.load(q, 48), f));
    } else if (pixel == low - 1 || pixel == high - 1) {
      const isUpper = pixel < low;
      const p = line + <usize>(isUpper ? low : pixel) * across;
      const part = f32x4.splat(isUpper ? upper : 1 - upper);
      s0 = f32x4.add(s0, f32x4.mul(v128.load(p), part));
      s1 = f32x4.add(s1, f32x4.mul(v128.load(p, 16), part));
      s2 = f32x4.add(s2, f32x4.mul(v128.load(p, 32), part));
      s3 = f32x4.add(s3, f32x4.mul(v128.load(p, 48), part));
    }
    place += slope;
    line += along;
  }
  const scale = v128.load_splat<f32>(record, SCALE);
  v128.store(to, f32x4.add(v128.load(to), f32x4.mul(s0, scale)));
  v128.store(to, f32x4.add(v128.load(to, 16), f32x4.mul(s1, scale)), 16);
  v128.store(to, f32x4.add(v128.load(to, 32), f32x4.mul(s2, scale)), 32);
  v128.store(to, f32x4.add(v128.load(to, 48), f32x4.mul(s3, scale)), 48);
}

function project8(record: usize, line: usize, along: usize, across: usize, low: i32, high: i32, to: usize): void {
  const slope = load<i64>(record, SLOPE);
  const spread = load<f32>(record, SPREAD);
  const last = load<i32>(record, LAST);
  let step = load<i32>(record, FIRST);
  let place = load<i64>(record, PLACE) + <i64>step * slope;
  line += <usize>step * along;
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  for (; step < last; step++) {
    const pixel = <i32>(place >> 30);
    const upper = upperPart(place, spread);
    if (<u32>(pixel - low) < <u32>(high - low - 1)) {
      const p = line + <usize>pixel * across;
      const q = p + across;
      const f = f32x4.splat(upper);
      const g = f32x4.splat(1 - upper);
      s0 = f32x4.add(f32x4.add(s0, f32x4.mul(v128.load(p), g)), f32x4.mul(v128.load(q), f));
      s1 = f32x4.add(f32x4.add(s1, f32x4.mul(v128.load(p, 16), g)), f32x4.mul(v128.load(q, 16), f));
    } else if (pixel == low - 1 || pixel == high - 1) {
      const isUpper = pixel < low;
      const p = line + <usize>(isUpper ? low : pixel) * across;
      const part = f32x4.splat(isUpper ? upper : 1 - upper);
      s0 = f32x4.add(s0, f32x4.mul(v128.load(p), part));
      s1 = f32x4.add(s1, f32x4.mul(v128.load(p, 16), part));
    }
    place += slope;
    line += along;
  }
  const scale = v128.load_splat<f32>(record, SCALE);
  v128.store(to, f32x4.add(v128.load(to), f32x4.mul(s0, scale)));
  v128.store(to, f32x4.add(v128.load(to, 16), f32x4.mul(s1, scale)), 16);
}

function project4(record: usize, line: usize, along: usize, across: usize, low: i32, high: i32, to: usize): void {
  const slope = load<i64>(record, SLOPE);
  const spread = load<f32>(record, SPREAD);
  const last = load<i32>(record, LAST);
  let step = load<i32>(record, FIRST);
  let place = load<i64>(record, PLACE) + <i64>step * slope;
  line += <usize>step * along;
  let s0 = f32x4.splat(0);
  for (; step < last; step++) {
    const pixel = <i32>(place >> 30);
    const upper = upperPart(place, spread);
    if (<u32>(pixel - low) < <u32>(high - low - 1)) {
      const p = line + <usize>pixel * across;
      const q = p + across;
      const f = f32x4.splat(upper);
      const g = f32x4.splat(1 - upper);
      s0 = f32x4.add(f32x4.add(s0, f32x4.mul(v128.load(p), g)), f32x4.mul(v128.load(q), f));
    } else if (pixel == low - 1 || pixel == high - 1) {
      const isUpper = pixel < low;
      const p = line + <usize>(isUpper ? low : pixel) * across;
      const part = f32x4.splat(isUpper ? upper : 1 - upper);
      s0 = f32x4.add(s0, f32x4.mul(v128.load(p), part));
    }
    place += slope;
    line += along;
  }
  const scale = v128.load_splat<f32>(record, SCALE);
  v128.store(to, f32x4.add(v128.load(to), f32x4.mul(s0, scale)));
}

function project1(record: usize, line: usize, along: usize, across: usize, low: i32, high: i32, to: usize): void {
  const slope = load<i64>(record, SLOPE);
  const spread = load<f32>(record, SPREAD);
  const last = load<i32>(record, LAST);
  let step = load<i32>(record, FIRST);
  let place = load<i64>(record, PLACE) + <i64>step * slope;
  line += <usize>step * along;
  let sum: f32 = 0;
  for (; step < last; step++) {
    const pixel = <i32>(place >> 30);
    const upper = upperPart(place, spread);
    if (<u32>(pixel - low) < <u32>(high - low - 1)) {
      const p = line + <usize>pixel * across;
      const q = p + across;
      sum = sum + load<f32>(p) * (1 - upper) + load<f32>(q) * upper;
    } else if (pixel == low - 1 || pixel == high - 1) {
      const isUpper = pixel < low;
      const p = line + <usize>(isUpper ? low : pixel) * across;
      sum = sum + load<f32>(p) * (isUpper ? upper : 1 - upper);
    }
    place += slope;
    line += along;
  }
  store<f32>(to, load<f32>(to) + sum * load<f32>(record, SCALE));
}

function projectChunk(params: usize, chunk: usize, records: usize, end: usize, row: i32, column: i32): void {
  const shift = load<i32>(chunk, 8);
  const pixelBytes = (<usize>64) >> shift;
  const rowEnd = min(row + TILE, load<i32>(params, ROWS));
  const columnEnd = min(column + TILE, load<i32>(params, COLUMNS));
  const rowBytes = <usize>load<i32>(params, IMAGE_STRIDE) * pixelBytes;
  const image = <usize>load<u32>(chunk, 4);
  const sinogram = <usize>load<u32>(chunk);
  for (let record = records; record < end; record += TRACE_BYTES) {
    const byColumns = load<i32>(record, BY_COLUMNS) != 0;
    const along = byColumns ? pixelBytes : rowBytes;
    const across = byColumns ? rowBytes : pixelBytes;
    const low = byColumns ? row : column;
    const high = byColumns ? rowEnd : columnEnd;
    const to = sinogram + <usize>load<u32>(record, INDEX) * pixelBytes;
    if (shift == 0) project16(record, image, along, across, low, high, to);
    else if (shift == 1) project8(record, image, along, across, low, high, to);
    else if (shift == 2) project4(record, image, along, across, low, high, to);
    else project1(record, image, along, across, low, high, to);
  }
}

function projectGroup(params: usize, group: i32, records: usize, end: usize, row: i32, column: i32): void {
  const begin = group * load<i32>(params, GROUP);
  const last = min(begin + load<i32>(params, GROUP), load<i32>(params, CHUNK_COUNT));
  for (let c = begin; c < last; c++) {
    projectChunk(params, <usize>load<u32>(params, CHUNKS) + <usize>c * CHUNK_BYTES, records, end, row, column);
  }
}

/** Projects a group of chunks along all rays of some views, tile by tile. The sinogram must be zero at the start. */
export function projectRays(params: usize, task: i32, scratch: usize): void {
  const perTask = load<i32>(params, PER_TASK);
  const views = load<i32>(params, VIEWS);
  const parts = (views + perTask - 1) / perTask;
  const first = (task % parts) * perTask;
  const last = min(first + perTask, views);
  const rays = load<i32>(params, RAYS);
  const across = tilesAcross(params);
  const tiles = across * tilesDown(params);
  const records = scratch + TRACE_BYTES;
  const full = records + MOST_BYTES;
  for (let tile = 0; tile < tiles; tile++) {
    const row = (tile / across) * TILE;
    const column = (tile % across) * TILE;
    let end = records;
    for (let view = first; view < last; view++) {
      for (let ray = 0; ray < rays;) {
        ray = listRays(params, view, ray, row, column, end, full, scratch);
        end = <usize>load<u32>(scratch);
        if (end <= full) continue;
        projectGroup(params, task / parts, records, end, row, column);
        end = records;
      }
    }
    projectGroup(params, task / parts, records, end, row, column);
  }
}
