// Parallel-beam projection with linear interpolation, driven by pixels; single slices have modules of their own.
//
// Slices lie in chunks: [angle][bin][lane] and [row][column][lane] with 16, 8 or 4 lanes. 16 lanes are one cache line
// per bin. Rows of bins carry zeros on both sides, so that a pixel outside the detector needs no branch.
import {
  FRACTION_MASK,
  FRACTION_UNIT,
  TILE,
  isSteep,
  ROWS,
  COLUMNS,
  ANGLES,
  DETECTORS,
  TABLE,
  ROW_BINS,
  IMAGE_STRIDE,
  CHUNKS,
  CHUNK_COUNT,
  GROUP,
  ANGLES_PER_TASK,
  CHUNK_BYTES,
  ANGLE_BYTES,
  STEP_ROW,
  STEP_FOUR,
  LANES,
} from './shared/projection-block';

/** Angles whose (offset, fraction) entries are listed at once. */
const BLOCK: i32 = 16;
const ENTRY_BYTES: i32 = 8;
const PIXEL_BYTES: i32 = BLOCK * ENTRY_BYTES;
/** Of the list, at the beginning of a thread's scratch area. */
const LIST_BYTES: i32 = TILE * TILE * PIXEL_BYTES;
/** Zero bins in front of the detector in chunked rows: two, since a pixel far outside reads the pair before bin 0. */
const FRONT: i32 = 2;
// Angles that a listing is for.
const FLAT: i32 = 0;
const STEEP: i32 = 1;
const ALL: i32 = 2;

/**
 * Lists where each pixel of a tile falls: entry [pixel][angle] = (byte offset of the lower bin from the first angle's
 * row when 16 lanes are 64 bytes, fraction). Pixels of a row are listed in fours, so the tile's rows have TILE entries.
 * Either all angles are listed, or those of one kind and line by line, which for steep ones means column by column.
 * Returns how many of the angles it has listed.
 */
function listTile(params: usize, angle: i32, count: i32, which: i32, row: i32, column: i32, list: usize): i32 {
  const rows = min(load<i32>(params, ROWS) - row, TILE);
  const columns = min(load<i32>(params, COLUMNS) - column, TILE);
  const highest = i32x4.splat(load<i32>(params, DETECTORS));
  const lowest = i32x4.splat(-FRONT);
  const rowBins = load<i32>(params, ROW_BINS);
  const fractionMask = i32x4.splat(FRACTION_MASK);
  const unit = f32x4.splat(FRACTION_UNIT);
  const perColumn: usize = PIXEL_BYTES * (which == STEEP ? TILE : 1);
  const perRow = PIXEL_BYTES * (which == STEEP ? 1 : TILE);
  let listed = 0;
  for (let a = 0; a < count; a++) {
    const entry = <usize>load<i32>(params, TABLE) + <usize>(angle + a) * ANGLE_BYTES;
    if (which != ALL && isSteep(entry) != (which == STEEP)) continue;
    const four = load<i64>(entry, STEP_FOUR);
    const lanes = v128.load(entry, LANES);
    const base = i32x4.splat(a * rowBins + FRONT);
    for (let r = 0; r < rows; r++) {
      let t = load<i64>(entry) + <i64>(row + r) * load<i64>(entry, STEP_ROW) + <i64>(column >> 2) * four;
      let to = list + <usize>(r * perRow + listed * ENTRY_BYTES);
      for (let c = 0; c < columns; c += 4) {
        const position = i32x4.add(i32x4.splat(<i32>((<u32>t) >> 2)), lanes);
        const fraction = f32x4.mul(f32x4.convert_i32x4_s(v128.and(position, fractionMask)), unit);
        let bin = i32x4.add(i32x4.splat(<i32>(t >> 32)), i32x4.shr_u(position, 30));
        bin = i32x4.max_s(i32x4.min_s(bin, highest), lowest);
        const offset = i32x4.shl(i32x4.add(bin, base), 6);
        const first = i32x4.shuffle(offset, fraction, 0, 4, 1, 5);
        const last = i32x4.shuffle(offset, fraction, 2, 6, 3, 7);
        v128.store_lane<u64>(to, first, 0);
        v128.store_lane<u64>(to + perColumn, first, 1);
        v128.store_lane<u64>(to + perColumn * 2, last, 0);
        v128.store_lane<u64>(to + perColumn * 3, last, 1);
        to += perColumn * 4;
        t += four;
      }
    }
    listed++;
  }
  return listed;
}

function gather16(pixel: usize, end: usize, from: usize, to: usize): void {
  const one = f32x4.splat(1);
  let s0 = v128.load(to);
  let s1 = v128.load(to, 16);
  let s2 = v128.load(to, 32);
  let s3 = v128.load(to, 48);
  for (let entry = pixel; entry < end; entry += ENTRY_BYTES) {
    const bin = from + <usize>load<u32>(entry);
    const f = v128.load_splat<f32>(entry, 4);
    const g = f32x4.sub(one, f);
    s0 = f32x4.add(f32x4.add(s0, f32x4.mul(v128.load(bin), g)), f32x4.mul(v128.load(bin, 64), f));
    s1 = f32x4.add(f32x4.add(s1, f32x4.mul(v128.load(bin, 16), g)), f32x4.mul(v128.load(bin, 80), f));
    s2 = f32x4.add(f32x4.add(s2, f32x4.mul(v128.load(bin, 32), g)), f32x4.mul(v128.load(bin, 96), f));
    s3 = f32x4.add(f32x4.add(s3, f32x4.mul(v128.load(bin, 48), g)), f32x4.mul(v128.load(bin, 112), f));
  }
  v128.store(to, s0);
  v128.store(to, s1, 16);
  v128.store(to, s2, 32);
  v128.store(to, s3, 48);
}

function gather8(pixel: usize, end: usize, from: usize, to: usize): void {
  const one = f32x4.splat(1);
  let s0 = v128.load(to);
  let s1 = v128.load(to, 16);
  for (let entry = pixel; entry < end; entry += ENTRY_BYTES) {
    const bin = from + <usize>(load<u32>(entry) >> 1);
    const f = v128.load_splat<f32>(entry, 4);
    const g = f32x4.sub(one, f);
    s0 = f32x4.add(f32x4.add(s0, f32x4.mul(v128.load(bin), g)), f32x4.mul(v128.load(bin, 32), f));
    s1 = f32x4.add(f32x4.add(s1, f32x4.mul(v128.load(bin, 16), g)), f32x4.mul(v128.load(bin, 48), f));
  }
  v128.store(to, s0);
  v128.store(to, s1, 16);
}

function gather4(pixel: usize, end: usize, from: usize, to: usize): void {
  const one = f32x4.splat(1);
  let s0 = v128.load(to);
  for (let entry = pixel; entry < end; entry += ENTRY_BYTES) {
    const bin = from + <usize>(load<u32>(entry) >> 2);
    const f = v128.load_splat<f32>(entry, 4);
    const g = f32x4.sub(one, f);
    s0 = f32x4.add(f32x4.add(s0, f32x4.mul(v128.load(bin), g)), f32x4.mul(v128.load(bin, 16), f));
  }
  v128.store(to, s0);
}

function gatherTile(params: usize, chunk: usize, list: usize, first: i32, count: i32, row: i32, column: i32): void {
  const rows = min(load<i32>(params, ROWS) - row, TILE);
  const columns = min(load<i32>(params, COLUMNS) - column, TILE);
  const stride = load<i32>(params, IMAGE_STRIDE);
  const shift = load<i32>(chunk, 8);
  const from = <usize>load<u32>(chunk) + (((<usize>first * <usize>load<i32>(params, ROW_BINS)) << 6) >> shift);
  const step = (<usize>64) >> shift;
  const used = <usize>(count * ENTRY_BYTES);
  for (let r = 0; r < rows; r++) {
    let to = <usize>load<u32>(chunk, 4) + <usize>((row + r) * stride + column) * step;
    let pixel = list + <usize>(r * TILE * PIXEL_BYTES);
    const end = pixel + <usize>(columns * PIXEL_BYTES);
    while (pixel < end) {
      if (shift == 0) gather16(pixel, pixel + used, from, to);
      else if (shift == 1) gather8(pixel, pixel + used, from, to);
      else gather4(pixel, pixel + used, from, to);
      to += step;
      pixel += PIXEL_BYTES;
    }
  }
}

/** Backprojects all angles into one tile of one group of chunks. The image must be zero at the start. */
export function backprojectTile(params: usize, task: i32, scratch: usize): void {
  const across = (load<i32>(params, COLUMNS) + TILE - 1) / TILE;
  const tiles = across * ((load<i32>(params, ROWS) + TILE - 1) / TILE);
  const tile = task % tiles;
  const row = (tile / across) * TILE;
  const column = (tile % across) * TILE;
  const group = load<i32>(params, GROUP);
  const begin = (task / tiles) * group;
  const end = min(begin + group, load<i32>(params, CHUNK_COUNT));
  const angles = load<i32>(params, ANGLES);
  for (let a = 0; a < angles; a += BLOCK) {
    const count = min(angles - a, BLOCK);
    listTile(params, a, count, ALL, row, column, scratch);
    for (let c = begin; c < end; c++) {
      const chunk = <usize>load<i32>(params, CHUNKS) + <usize>c * CHUNK_BYTES;
      gatherTile(params, chunk, scratch, a, count, row, column);
    }
  }
}

/**
 * A vector of ones that comes from memory, behind the list: of a constant V8 makes one anew in every round of a loop, with
 * three instructions.
 */
function onesBehind(list: usize): v128 {
  v128.store(list + LIST_BYTES, f32x4.splat(1));
  return v128.load(list + LIST_BYTES);
}

function scatter16(one: v128, pixel: usize, end: usize, from: usize, to: usize): void {
  const v0 = v128.load(from);
  const v1 = v128.load(from, 16);
  const v2 = v128.load(from, 32);
  const v3 = v128.load(from, 48);
  for (let entry = pixel; entry < end; entry += ENTRY_BYTES) {
    const bin = to + <usize>load<u32>(entry);
    const f = v128.load_splat<f32>(entry, 4);
    const g = f32x4.sub(one, f);
    v128.store(bin, f32x4.add(v128.load(bin), f32x4.mul(v0, g)));
    v128.store(bin, f32x4.add(v128.load(bin, 16), f32x4.mul(v1, g)), 16);
    v128.store(bin, f32x4.add(v128.load(bin, 32), f32x4.mul(v2, g)), 32);
    v128.store(bin, f32x4.add(v128.load(bin, 48), f32x4.mul(v3, g)), 48);
    v128.store(bin, f32x4.add(v128.load(bin, 64), f32x4.mul(v0, f)), 64);
    v128.store(bin, f32x4.add(v128.load(bin, 80), f32x4.mul(v1, f)), 80);
    v128.store(bin, f32x4.add(v128.load(bin, 96), f32x4.mul(v2, f)), 96);
    v128.store(bin, f32x4.add(v128.load(bin, 112), f32x4.mul(v3, f)), 112);
  }
}

function scatter8(one: v128, pixel: usize, end: usize, from: usize, to: usize): void {
  const v0 = v128.load(from);
  const v1 = v128.load(from, 16);
  for (let entry = pixel; entry < end; entry += ENTRY_BYTES) {
    const bin = to + <usize>(load<u32>(entry) >> 1);
    const f = v128.load_splat<f32>(entry, 4);
    const g = f32x4.sub(one, f);
    v128.store(bin, f32x4.add(v128.load(bin), f32x4.mul(v0, g)));
    v128.store(bin, f32x4.add(v128.load(bin, 16), f32x4.mul(v1, g)), 16);
    v128.store(bin, f32x4.add(v128.load(bin, 32), f32x4.mul(v0, f)), 32);
    v128.store(bin, f32x4.add(v128.load(bin, 48), f32x4.mul(v1, f)), 48);
  }
}

function scatter4(one: v128, pixel: usize, end: usize, from: usize, to: usize): void {
  const v0 = v128.load(from);
  for (let entry = pixel; entry < end; entry += ENTRY_BYTES) {
    const bin = to + <usize>(load<u32>(entry) >> 2);
    const f = v128.load_splat<f32>(entry, 4);
    const g = f32x4.sub(one, f);
    v128.store(bin, f32x4.add(v128.load(bin), f32x4.mul(v0, g)));
    v128.store(bin, f32x4.add(v128.load(bin, 16), f32x4.mul(v0, f)), 16);
  }
}

/** Adds the tile's pixels, line by line, to the bins of the `count` angles listed. */
function scatterTile(
  params: usize,
  chunk: usize,
  list: usize,
  first: i32,
  count: i32,
  which: i32,
  row: i32,
  column: i32,
): void {
  const rows = min(load<i32>(params, ROWS) - row, TILE);
  const columns = min(load<i32>(params, COLUMNS) - column, TILE);
  const stride = <usize>load<i32>(params, IMAGE_STRIDE);
  const shift = load<i32>(chunk, 8);
  const to = <usize>load<u32>(chunk) + (((<usize>first * <usize>load<i32>(params, ROW_BINS)) << 6) >> shift);
  const step = (<usize>64) >> shift;
  const used = <usize>(count * ENTRY_BYTES);
  const one = onesBehind(list);
  const steep = which == STEEP;
  const perLine = steep ? step : stride * step;
  const perPixel = steep ? stride * step : step;
  const length = <usize>((steep ? rows : columns) * PIXEL_BYTES);
  let line = <usize>load<u32>(chunk, 4) + (<usize>row * stride + <usize>column) * step;
  const end = line + <usize>(steep ? columns : rows) * perLine;
  for (; line < end; line += perLine) {
    let from = line;
    let pixel = list;
    const lastPixel = pixel + length;
    while (pixel < lastPixel) {
      if (shift == 0) scatter16(one, pixel, pixel + used, from, to);
      else if (shift == 1) scatter8(one, pixel, pixel + used, from, to);
      else scatter4(one, pixel, pixel + used, from, to);
      from += perPixel;
      pixel += PIXEL_BYTES;
    }
    list += TILE * PIXEL_BYTES;
  }
}

function projectTile(params: usize, task: i32, scratch: usize, row: i32, column: i32): void {
  const perTask = load<i32>(params, ANGLES_PER_TASK);
  const angles = load<i32>(params, ANGLES);
  const blocks = (angles + perTask - 1) / perTask;
  const first = (task % blocks) * perTask;
  const count = min(angles - first, perTask);
  const group = load<i32>(params, GROUP);
  const begin = (task / blocks) * group;
  const end = min(begin + group, load<i32>(params, CHUNK_COUNT));
  for (let which = FLAT; which <= STEEP; which++) {
    const listed = listTile(params, first, count, which, row, column, scratch);
    if (listed == 0) continue;
    for (let c = begin; c < end; c++) {
      const chunk = <usize>load<i32>(params, CHUNKS) + <usize>c * CHUNK_BYTES;
      scatterTile(params, chunk, scratch, first, listed, which, row, column);
    }
  }
}

/** Projects a group of chunks onto at most BLOCK angles. The sinogram must be zero at the start. */
export function projectAngles(params: usize, task: i32, scratch: usize): void {
  const rows = load<i32>(params, ROWS);
  const columns = load<i32>(params, COLUMNS);
  for (let row = 0; row < rows; row += TILE) {
    for (let column = 0; column < columns; column += TILE) projectTile(params, task, scratch, row, column);
  }
}
