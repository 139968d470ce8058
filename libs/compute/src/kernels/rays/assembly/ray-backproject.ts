// The transpose of the projection along rays: each ray adds its value to the pixels that it meets. A task has a tile of
// the image to itself and takes views and rays in their order, so that every pixel is the same sum however tiles and
// threads are chosen.
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
  upperPart,
} from './shared/ray-trace';

function smear16(record: usize, line: usize, along: usize, across: usize, low: i32, high: i32, from: usize): void {
  const slope = load<i64>(record, SLOPE);
  const spread = load<f32>(record, SPREAD);
  const last = load<i32>(record, LAST);
  let step = load<i32>(record, FIRST);
  let place = load<i64>(record, PLACE) + <i64>step * slope;
  line += <usize>step * along;
  const scale = v128.load_splat<f32>(record, SCALE);
  const v0 = f32x4.mul(v128.load(from), scale);
  const v1 = f32x4.mul(v128.load(from, 16), scale);
  const v2 = f32x4.mul(v128.load(from, 32), scale);
  const v3 = f32x4.mul(v128.load(from, 48), scale);
  for (; step < last; step++) {
    const pixel = <i32>(place >> 30);
    const upper = upperPart(place, spread);
    if (<u32>(pixel - low) < <u32>(high - low - 1)) {
      const p = line + <usize>pixel * across;
      const q = p + across;
      const f = f32x4.splat(upper);
      const g = f32x4.splat(1 - upper);
      v128.store(p, f32x4.add(v128.load(p), f32x4.mul(v0, g)));
      v128.store(p, f32x4.add(v128.load(p, 16), f32x4.mul(v1, g)), 16);
      v128.store(p, f32x4.add(v128.load(p, 32), f32x4.mul(v2, g)), 32);
      v128.store(p, f32x4.add(v128.load(p, 48), f32x4.mul(v3, g)), 48);
      v128.store(q, f32x4.add(v128.load(q), f32x4.mul(v0, f)));
      v128.store(q, f32x4.add(v128.load(q, 16), f32x4.mul(v1, f)), 16);
      v128.store(q, f32x4.add(v128.load(q, 32), f32x4.mul(v2, f)), 32);
      v128.store(q, f32x4.add(v128.load(q, 48), f32x4.mul(v3, f)), 48);
    } else if (pixel == low - 1 || pixel == high - 1) {
      const isUpper = pixel < low;
      const p = line + <usize>(isUpper ? low : pixel) * across;
      const part = f32x4.splat(isUpper ? upper : 1 - upper);
      v128.store(p, f32x4.add(v128.load(p), f32x4.mul(v0, part)));
      v128.store(p, f32x4.add(v128.load(p, 16), f32x4.mul(v1, part)), 16);
      v128.store(p, f32x4.add(v128.load(p, 32), f32x4.mul(v2, part)), 32);
      v128.store(p, f32x4.add(v128.load(p, 48), f32x4.mul(v3, part)), 48);
    }
    place += slope;
    line += along;
  }
}

function smear8(record: usize, line: usize, along: usize, across: usize, low: i32, high: i32, from: usize): void {
  const slope = load<i64>(record, SLOPE);
  const spread = load<f32>(record, SPREAD);
  const last = load<i32>(record, LAST);
  let step = load<i32>(record, FIRST);
  let place = load<i64>(record, PLACE) + <i64>step * slope;
  line += <usize>step * along;
  const scale = v128.load_splat<f32>(record, SCALE);
  const v0 = f32x4.mul(v128.load(from), scale);
  const v1 = f32x4.mul(v128.load(from, 16), scale);
  for (; step < last; step++) {
    const pixel = <i32>(place >> 30);
    const upper = upperPart(place, spread);
    if (<u32>(pixel - low) < <u32>(high - low - 1)) {
      const p = line + <usize>pixel * across;
      const q = p + across;
      const f = f32x4.splat(upper);
      const g = f32x4.splat(1 - upper);
      v128.store(p, f32x4.add(v128.load(p), f32x4.mul(v0, g)));
      v128.store(p, f32x4.add(v128.load(p, 16), f32x4.mul(v1, g)), 16);
      v128.store(q, f32x4.add(v128.load(q), f32x4.mul(v0, f)));
      v128.store(q, f32x4.add(v128.load(q, 16), f32x4.mul(v1, f)), 16);
    } else if (pixel == low - 1 || pixel == high - 1) {
      const isUpper = pixel < low;
      const p = line + <usize>(isUpper ? low : pixel) * across;
      const part = f32x4.splat(isUpper ? upper : 1 - upper);
      v128.store(p, f32x4.add(v128.load(p), f32x4.mul(v0, part)));
      v128.store(p, f32x4.add(v128.load(p, 16), f32x4.mul(v1, part)), 16);
    }
    place += slope;
    line += along;
  }
}

function smear4(record: usize, line: usize, along: usize, across: usize, low: i32, high: i32, from: usize): void {
  const slope = load<i64>(record, SLOPE);
  const spread = load<f32>(record, SPREAD);
  const last = load<i32>(record, LAST);
  let step = load<i32>(record, FIRST);
  let place = load<i64>(record, PLACE) + <i64>step * slope;
  line += <usize>step * along;
  const scale = v128.load_splat<f32>(record, SCALE);
  const v0 = f32x4.mul(v128.load(from), scale);
  for (; step < last; step++) {
    const pixel = <i32>(place >> 30);
    const upper = upperPart(place, spread);
    if (<u32>(pixel - low) < <u32>(high - low - 1)) {
      const p = line + <usize>pixel * across;
      const q = p + across;
      const f = f32x4.splat(upper);
      const g = f32x4.splat(1 - upper);
      v128.store(p, f32x4.add(v128.load(p), f32x4.mul(v0, g)));
      v128.store(q, f32x4.add(v128.load(q), f32x4.mul(v0, f)));
    } else if (pixel == low - 1 || pixel == high - 1) {
      const isUpper = pixel < low;
      const p = line + <usize>(isUpper ? low : pixel) * across;
      const part = f32x4.splat(isUpper ? upper : 1 - upper);
      v128.store(p, f32x4.add(v128.load(p), f32x4.mul(v0, part)));
    }
    place += slope;
    line += along;
  }
}

function smear1(record: usize, line: usize, along: usize, across: usize, low: i32, high: i32, from: usize): void {
  const slope = load<i64>(record, SLOPE);
  const spread = load<f32>(record, SPREAD);
  const last = load<i32>(record, LAST);
  let step = load<i32>(record, FIRST);
  let place = load<i64>(record, PLACE) + <i64>step * slope;
  line += <usize>step * along;
  const value = load<f32>(from) * load<f32>(record, SCALE);
  for (; step < last; step++) {
    const pixel = <i32>(place >> 30);
    const upper = upperPart(place, spread);
    if (<u32>(pixel - low) < <u32>(high - low - 1)) {
      const p = line + <usize>pixel * across;
      const q = p + across;
      store<f32>(p, load<f32>(p) + value * (1 - upper));
      store<f32>(q, load<f32>(q) + value * upper);
    } else if (pixel == low - 1 || pixel == high - 1) {
      const isUpper = pixel < low;
      const p = line + <usize>(isUpper ? low : pixel) * across;
      store<f32>(p, load<f32>(p) + value * (isUpper ? upper : 1 - upper));
    }
    place += slope;
    line += along;
  }
}

function smearChunk(params: usize, chunk: usize, records: usize, end: usize, row: i32, column: i32): void {
  const shift = load<i32>(chunk, 8);
  const pixelBytes = (<usize>64) >> shift;
  const rowEnd = min(row + TILE, load<i32>(params, ROWS));
  const columns = load<i32>(params, COLUMNS);
  const columnEnd = min(column + TILE, columns);
  const rowBytes = <usize>load<i32>(params, IMAGE_STRIDE) * pixelBytes;
  const image = <usize>load<u32>(chunk, 4);
  const sinogram = <usize>load<u32>(chunk);
  for (let record = records; record < end; record += TRACE_BYTES) {
    const byColumns = load<i32>(record, BY_COLUMNS) != 0;
    const along = byColumns ? pixelBytes : rowBytes;
    const across = byColumns ? rowBytes : pixelBytes;
    const low = byColumns ? row : column;
    const high = byColumns ? rowEnd : columnEnd;
    const from = sinogram + <usize>load<u32>(record, INDEX) * pixelBytes;
    if (shift == 0) smear16(record, image, along, across, low, high, from);
    else if (shift == 1) smear8(record, image, along, across, low, high, from);
    else if (shift == 2) smear4(record, image, along, across, low, high, from);
    else smear1(record, image, along, across, low, high, from);
  }
}

function smearGroup(params: usize, group: i32, records: usize, end: usize, row: i32, column: i32): void {
  const begin = group * load<i32>(params, GROUP);
  const last = min(begin + load<i32>(params, GROUP), load<i32>(params, CHUNK_COUNT));
  for (let c = begin; c < last; c++) {
    smearChunk(params, <usize>load<u32>(params, CHUNKS) + <usize>c * CHUNK_BYTES, records, end, row, column);
  }
}

/** Adds all rays to one tile of a group of chunks. The image must be zero at the start. */
export function smearRays(params: usize, task: i32, scratch: usize): void {
  const across = tilesAcross(params);
  const tiles = across * tilesDown(params);
  const row = ((task % tiles) / across) * TILE;
  const column = (task % across) * TILE;
  const views = load<i32>(params, VIEWS);
  const rays = load<i32>(params, RAYS);
  const records = scratch + TRACE_BYTES;
  const full = records + MOST_BYTES;
  let end = records;
  for (let view = 0; view < views; view++) {
    for (let ray = 0; ray < rays;) {
      ray = listRays(params, view, ray, row, column, end, full, scratch);
      end = <usize>load<u32>(scratch);
      if (end <= full) continue;
      smearGroup(params, task / tiles, records, end, row, column);
      end = records;
    }
  }
  smearGroup(params, task / tiles, records, end, row, column);
}
