// Parallel-beam backprojection of single slices; radon.ts does many at once, with the same bits.
import {
  FRACTION_MASK,
  FRACTION_UNIT,
  ROWS,
  COLUMNS,
  ANGLES,
  TABLE,
  ROW_BINS,
  IMAGE_STRIDE,
  CHUNKS,
  ORIGIN,
  CHUNK_BYTES,
  ANGLE_BYTES,
  STEP_ROW,
  STEP_FOUR,
  LANES,
} from '../../projection/assembly/shared/projection-block';

/** Rows and columns per task of the single-slice backprojector; columns are a multiple of four. */
const SLICE_ROWS: i32 = 32;
const SLICE_COLUMNS: i32 = 64;

/**
 * Backprojects all angles into a part of one slice, four pixels of a row at a time. They span at most four bins, so one
 * load of four bins and one of their right neighbors hold all that is interpolated, and a byte swizzle picks.
 * Rows of bins carry enough zeros that no pixel of the image falls outside: ORIGIN is the index of bin 0 in its row.
 */
export function backprojectSlice(params: usize, task: i32, scratch: usize): void {
  const across = (load<i32>(params, COLUMNS) + SLICE_COLUMNS - 1) / SLICE_COLUMNS;
  const tiles = across * ((load<i32>(params, ROWS) + SLICE_ROWS - 1) / SLICE_ROWS);
  const tile = task % tiles;
  const row = (tile / across) * SLICE_ROWS;
  const column = (tile % across) * SLICE_COLUMNS;
  const rows = min(load<i32>(params, ROWS) - row, SLICE_ROWS);
  const groups = (min(load<i32>(params, COLUMNS) - column, SLICE_COLUMNS) + 3) >> 2;
  const chunk = <usize>load<i32>(params, CHUNKS) + <usize>(task / tiles) * CHUNK_BYTES;
  const rowBytes = (<usize>load<i32>(params, ROW_BINS)) << 2;
  const stride = (<usize>load<i32>(params, IMAGE_STRIDE)) << 2;
  const image = <usize>load<u32>(chunk, 4) + <usize>row * stride + ((<usize>column) << 2);
  const angles = load<i32>(params, ANGLES);
  let bins = <usize>load<u32>(chunk) + ((<usize>load<i32>(params, ORIGIN)) << 2);
  let entry = <usize>load<i32>(params, TABLE);
  const pairs = angles >> 1;
  for (let pair = 0; pair < pairs; pair++) {
    let t = startOf(entry, row, column);
    let u = startOf(entry + ANGLE_BYTES, row, column);
    let to = image;
    for (let r = 0; r < rows; r++) {
      addRowOfTwo(entry, bins, bins + rowBytes, t, u, to, to + ((<usize>groups) << 4));
      t += load<i64>(entry, STEP_ROW);
      u += load<i64>(entry, ANGLE_BYTES + STEP_ROW);
      to += stride;
    }
    bins += rowBytes * 2;
    entry += ANGLE_BYTES * 2;
  }
  if ((angles & 1) == 0) return;
  let t = startOf(entry, row, column);
  let to = image;
  for (let r = 0; r < rows; r++) {
    addRow(entry, bins, t, to, to + ((<usize>groups) << 4));
    t += load<i64>(entry, STEP_ROW);
    to += stride;
  }
}

function startOf(entry: usize, row: i32, column: i32): i64 {
  return load<i64>(entry) + <i64>row * load<i64>(entry, STEP_ROW) + <i64>(column >> 2) * load<i64>(entry, STEP_FOUR);
}

/** Adds the samples of four pixels at one angle, in the same order of operations as gather16. */
function addFour(sum: v128, bins: usize, t: i64, lanes: v128): v128 {
  const position = i32x4.add(i32x4.splat(<i32>((<u32>t) >> 2)), lanes);
  const fraction = v128.and(position, i32x4.splat(FRACTION_MASK));
  const f = f32x4.mul(f32x4.convert_i32x4_s(fraction), f32x4.splat(FRACTION_UNIT));
  const pick = i32x4.add(i32x4.mul(i32x4.shr_u(position, 30), i32x4.splat(0x04040404)), i32x4.splat(0x03020100));
  const bin = bins + ((<usize>(t >> 32)) << 2);
  const lower = i8x16.swizzle(v128.load(bin), pick);
  const upper = i8x16.swizzle(v128.load(bin, 4), pick);
  sum = f32x4.add(sum, f32x4.mul(lower, f32x4.sub(f32x4.splat(1), f)));
  return f32x4.add(sum, f32x4.mul(upper, f));
}

function addRow(entry: usize, bins: usize, start: i64, begin: usize, end: usize): void {
  const four = load<i64>(entry, STEP_FOUR);
  const lanes = v128.load(entry, LANES);
  let t = start;
  for (let to = begin; to < end; to += 16) {
    v128.store(to, addFour(v128.load(to), bins, t, lanes));
    t += four;
  }
}

/** Two angles at once, the first one first: half the traffic of sums. */
function addRowOfTwo(
  entry: usize,
  bins: usize,
  nextBins: usize,
  start: i64,
  nextStart: i64,
  begin: usize,
  end: usize,
): void {
  const four = load<i64>(entry, STEP_FOUR);
  const nextFour = load<i64>(entry, ANGLE_BYTES + STEP_FOUR);
  const lanes = v128.load(entry, LANES);
  const nextLanes = v128.load(entry, ANGLE_BYTES + LANES);
  let t = start;
  let u = nextStart;
  for (let to = begin; to < end; to += 16) {
    const sum = addFour(v128.load(to), bins, t, lanes);
    v128.store(to, addFour(sum, nextBins, u, nextLanes));
    t += four;
    u += nextFour;
  }
}
