// Where a ray meets the pixels of an image, and how long it is in each.
//
// A ray that is closer to the horizontal steps from column to column, any other one from row to row. At a step its place
// across is a 64-bit integer with 30 bits of fraction: exact sums, so every path computes the same place however the image
// is divided. With f the fraction and b the slope, |b| <= 1, the ray is in two pixels at most, and the part of it in the
// upper one is clamp((f - 1/2) / |b| + 1/2, 0, 1), which is the length of its intersection with that square.

export const UNIT: f64 = 1073741824; // 2^30
const FRACTION_MASK: i32 = 0x3fffffff;
const FRACTION_UNIT: f32 = 9.313225746154785e-10; // 2^-30
/** Slopes below its inverse are taken for it: 0 / 0 for a ray along the edge of pixels, which gives each of them half. */
const STEEPEST: f64 = 1024;

// Words of the parameter block.
export const ROWS: usize = 0;
export const COLUMNS: usize = 4;
export const VIEWS: usize = 8;
export const RAYS: usize = 12;
export const VIEW_TABLE: usize = 16;
export const RAY_TABLE: usize = 20;
export const NORMALS: usize = 24;
export const CHUNKS: usize = 28;
export const CHUNK_COUNT: usize = 32;
export const GROUP: usize = 36;
export const PER_TASK: usize = 40;
export const IMAGE_STRIDE: usize = 44;

export const CHUNK_BYTES: usize = 20;
/** Cosine and sine of a view, and how far the origin is to the right of the pixel in the middle and above it, float64. */
export const VIEW_BYTES: usize = 32;
/** Cosine and sine of a ray's tilt, its offset and its weight, float64. */
export const RAY_BYTES: usize = 32;

// Fields of a traced ray: place at step 0 and slope (2^-30 pixels), 1 / |slope|, length per step times weight, first step
// and the one after the last, index in the sinogram, whether steps go from column to column.
export const TRACE_BYTES: usize = 48;
export const PLACE: usize = 0;
export const SLOPE: usize = 8;
export const SPREAD: usize = 16;
export const SCALE: usize = 20;
export const FIRST: usize = 24;
export const LAST: usize = 28;
export const INDEX: usize = 32;
export const BY_COLUMNS: usize = 36;

/** Traces the ray of a view within rows and columns from `row` and `column`; returns whether it may meet them. */
export function trace(
  params: usize,
  view: i32,
  ray: i32,
  row: i32,
  rowEnd: i32,
  column: i32,
  columnEnd: i32,
  to: usize,
): bool {
  const turn = <usize>load<u32>(params, VIEW_TABLE) + <usize>view * VIEW_BYTES;
  const entry = <usize>load<u32>(params, RAY_TABLE) + <usize>ray * RAY_BYTES;
  const nx = load<f64>(turn) * load<f64>(entry) - load<f64>(turn, 8) * load<f64>(entry, 8);
  const ny = load<f64>(turn, 8) * load<f64>(entry) + load<f64>(turn) * load<f64>(entry, 8);
  const offset = load<f64>(entry, 16) + load<f64>(turn, 16) * nx + load<f64>(turn, 24) * ny;
  const middleRow = load<i32>(params, ROWS) >> 1;
  const middleColumn = load<i32>(params, COLUMNS) >> 1;
  const byColumns = abs(ny) >= abs(nx);
  const exact = byColumns ? nx / ny : ny / nx;
  const middle = byColumns ? <f64>middleRow - offset / ny : <f64>middleColumn + offset / nx;
  const slope = <i64>floor(exact * UNIT + 0.5);
  const place = <i64>floor(middle * UNIT + 0.5) - slope * <i64>(byColumns ? middleColumn : middleRow);
  store<i64>(to, place, PLACE);
  store<i64>(to, slope, SLOPE);
  store<f32>(to, <f32>min(1 / abs(exact), STEEPEST), SPREAD);
  store<f32>(to, <f32>(sqrt(1 + exact * exact) * load<f64>(entry, 24)), SCALE);
  store<i32>(to, view * load<i32>(params, RAYS) + ray, INDEX);
  store<i32>(to, <i32>byColumns, BY_COLUMNS);
  return byColumns ? clip(to, row, rowEnd, column, columnEnd) : clip(to, column, columnEnd, row, rowEnd);
}

/** The steps from `begin` to `end` at which the ray may be in a pixel from `low` to `high`, and a few more. */
function clip(record: usize, low: i32, high: i32, begin: i32, end: i32): bool {
  const place = <f64>load<i64>(record, PLACE) / UNIT;
  const slope = <f64>load<i64>(record, SLOPE) / UNIT;
  let first = <f64>begin;
  let last = <f64>end;
  if (slope == 0) {
    if (place < <f64>(low - 1) || place >= <f64>high) return false;
  } else {
    const one = (<f64>(low - 1) - place) / slope;
    const other = (<f64>high - place) / slope;
    first = max(first, floor(min(one, other)));
    last = min(last, ceil(max(one, other)) + 1);
  }
  if (first >= last) return false;
  store<i32>(record, <i32>first, FIRST);
  store<i32>(record, <i32>last, LAST);
  return true;
}

/** What part of the ray is in the upper of two pixels. */
export function upperPart(place: i64, spread: f32): f32 {
  const fraction = <f32>((<i32>place) & FRACTION_MASK) * FRACTION_UNIT;
  const part = (fraction - 0.5) * spread + 0.5;
  return part < 0 ? 0 : part > 1 ? 1 : part;
}
