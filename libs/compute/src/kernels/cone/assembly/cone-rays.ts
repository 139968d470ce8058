// Projection of a volume along the rays of a cone beam, and its transpose. Rays that run above each other are in the same two
// columns of slices at each step, with parts that are their lengths in these (see assembly/shared/ray-trace.ts of the kernels
// of rays); between slices they interpolate.
import {
  BIN_ROWS,
  BINS,
  COLUMNS,
  FIRST_VIEW,
  gatherAlong,
  gatherOne,
  LINES_PER_COLUMN,
  PROJECTIONS,
  RAYS_PER_LINE,
  ROWS,
  SLICES,
  spreadAlong,
  spreadOne,
  TABLE,
  VIEWS,
  VOLUME,
} from './shared/cone-block';

// Fields of a line, float64 all of them.
const LINE_BYTES: usize = 56;
const PLACE: usize = 0;
const SLOPE: usize = 8;
const HEIGHT: usize = 16;
const RISE: usize = 24;
const CLIMB: usize = 32;
const SPREAD: usize = 40;
const BY_COLUMNS: usize = 48;

const STEEPEST: f64 = 1024;
/** Columns of the detector in a task of the projection: constant of cone-slab.ts. */
const BINS_PER_TASK: i32 = 16;
/** Side of a tile of the volume in a task of the transpose: constant of cone-slab.ts. */
const TILE: i32 = 32;
/** Room for a column in a thread's scratch memory, bytes. */
const COLUMN_BYTES: usize = 32256;

/** First step, and the one after the last, at which a line may be in pixels from `low` to `high`, as two halves. */
function stepsWithin(line: usize, begin: i32, end: i32, low: i32, high: i32): i64 {
  const place = load<f64>(line, PLACE);
  const slope = load<f64>(line, SLOPE);
  let first = <f64>begin;
  let last = <f64>end;
  if (slope == 0) {
    if (!(place > <f64>(low - 1) && place < <f64>high)) return 0;
  } else {
    const one = (<f64>(low - 1) - place) / slope;
    const other = (<f64>high - place) / slope;
    first = max(first, floor(min(one, other)));
    last = min(last, ceil(max(one, other)) + 1);
  }
  if (!(first < last)) return 0;
  return ((<i64>last) << 32) | (<i64>first);
}

function upperPart(fraction: f64, slope: f64): f64 {
  const part = (fraction - 0.5) * min(1 / abs(slope), STEEPEST) + 0.5;
  return part < 0 ? 0 : part > 1 ? 1 : part;
}

/** Length of the way from step to step of the ray to a row. */
function lengthOf(line: usize, row: i32): f32 {
  const slope = load<f64>(line, SLOPE);
  const climb = load<f64>(line, CLIMB) + <f64>row * load<f64>(line, SPREAD);
  return <f32>sqrt(1 + slope * slope + climb * climb);
}

function projectLine(params: usize, line: usize, target: usize, scratch: usize): void {
  const rows = load<i32>(params, ROWS);
  const columns = load<i32>(params, COLUMNS);
  const slices = load<i32>(params, SLICES);
  const rays = load<i32>(params, RAYS_PER_LINE);
  const volume = <usize>load<u32>(params, VOLUME);
  const byColumns = load<f64>(line, BY_COLUMNS) != 0;
  const steps = byColumns ? columns : rows;
  const acrossExtent = byColumns ? rows : columns;
  const columnBytes = (<usize>slices) << 2;
  const along = byColumns ? columnBytes : <usize>columns * columnBytes;
  const across = byColumns ? <usize>columns * columnBytes : columnBytes;
  memory.fill(target, 0, (<usize>rays) << 2);
  const range = stepsWithin(line, 0, steps, 0, acrossExtent);
  const last = <i32>(range >> 32);
  const slope = load<f64>(line, SLOPE);
  for (let step = <i32>range; step < last; step++) {
    const k = <f64>step;
    const place = load<f64>(line, PLACE) + k * slope;
    const whole = floor(place);
    const pixel = <i32>whole;
    const upper = upperPart(place - whole, slope);
    const lowerInside = pixel >= 0 && pixel < acrossExtent;
    const upperInside = pixel + 1 >= 0 && pixel + 1 < acrossExtent;
    if (!lowerInside && !upperInside) continue;
    const a = volume + <usize>step * along + <usize>(lowerInside ? pixel : pixel + 1) * across;
    const b = volume + <usize>step * along + <usize>(upperInside ? pixel + 1 : pixel) * across;
    const wa = lowerInside ? <f32>(1 - upper) : 0;
    const wb = upperInside ? <f32>upper : 0;
    const height = load<f64>(line, HEIGHT) + k * load<f64>(line, CLIMB);
    const rise = load<f64>(line, RISE) + k * load<f64>(line, SPREAD);
    if (rays == 1) gatherOne(a, wa, b, wb, slices, 0, target, height);
    else gatherAlong(a, wa, b, wb, slices, 0, target, rays, 0, height, rise, scratch);
  }
  for (let row = 0; row < rays; row++) {
    const to = target + ((<usize>row) << 2);
    store<f32>(to, load<f32>(to) * lengthOf(line, row));
  }
}

/** Projects the volume onto a few columns of the detector in one view; a task has them to itself. */
export function projectCone(params: usize, task: i32, scratch: usize): void {
  const bins = load<i32>(params, BINS);
  const rows = load<i32>(params, BIN_ROWS);
  const lines = load<i32>(params, LINES_PER_COLUMN);
  const rays = load<i32>(params, RAYS_PER_LINE);
  const blocks = (bins + BINS_PER_TASK - 1) / BINS_PER_TASK;
  const view = task / blocks;
  const begin = (task % blocks) * BINS_PER_TASK;
  const end = min(begin + BINS_PER_TASK, bins);
  const projections = <usize>load<u32>(params, PROJECTIONS);
  const first = load<i32>(params, FIRST_VIEW);
  for (let bin = begin; bin < end; bin++) {
    const column = projections + (((<usize>(first + view) * <usize>bins + <usize>bin) * <usize>rows) << 2);
    for (let l = 0; l < lines; l++) {
      const index = <usize>(view * bins + bin) * <usize>lines + <usize>l;
      const line = <usize>load<u32>(params, TABLE) + index * LINE_BYTES;
      projectLine(params, line, column + ((<usize>(l * rays)) << 2), scratch);
    }
  }
}

function smearLine(params: usize, line: usize, from: usize, row: i32, column: i32, scratch: usize): void {
  const rowEnd = min(row + TILE, load<i32>(params, ROWS));
  const columns = load<i32>(params, COLUMNS);
  const columnEnd = min(column + TILE, columns);
  const slices = load<i32>(params, SLICES);
  const byColumns = load<f64>(line, BY_COLUMNS) != 0;
  const low = byColumns ? row : column;
  const high = byColumns ? rowEnd : columnEnd;
  const range = byColumns ? stepsWithin(line, column, columnEnd, low, high) : stepsWithin(line, row, rowEnd, low, high);
  const last = <i32>(range >> 32);
  if (<i32>range >= last) return;
  const rays = load<i32>(params, RAYS_PER_LINE);
  const values = scratch + COLUMN_BYTES;
  for (let r = 0; r < rays; r++) {
    const at = (<usize>r) << 2;
    store<f32>(values + at, load<f32>(from + at) * lengthOf(line, r));
  }
  const volume = <usize>load<u32>(params, VOLUME);
  const columnBytes = (<usize>slices) << 2;
  const along = byColumns ? columnBytes : <usize>columns * columnBytes;
  const across = byColumns ? <usize>columns * columnBytes : columnBytes;
  const slope = load<f64>(line, SLOPE);
  for (let step = <i32>range; step < last; step++) {
    const k = <f64>step;
    const place = load<f64>(line, PLACE) + k * slope;
    const whole = floor(place);
    const pixel = <i32>whole;
    const upper = upperPart(place - whole, slope);
    const lowerInside = pixel >= low && pixel < high;
    const upperInside = pixel + 1 >= low && pixel + 1 < high;
    if (!lowerInside && !upperInside) continue;
    const a = volume + <usize>step * along + <usize>(lowerInside ? pixel : pixel + 1) * across;
    const b = volume + <usize>step * along + <usize>(upperInside ? pixel + 1 : pixel) * across;
    const wa = lowerInside ? <f32>(1 - upper) : 0;
    const wb = upperInside ? <f32>upper : 0;
    const height = load<f64>(line, HEIGHT) + k * load<f64>(line, CLIMB);
    const rise = load<f64>(line, RISE) + k * load<f64>(line, SPREAD);
    if (rays == 1) spreadOne(load<f32>(values), height, a, wa, b, wb, slices, 0);
    else spreadAlong(values, rays, 0, height, rise, a, wa, b, wb, slices, 0, scratch);
  }
}

/**
 * Adds the rays of some views to one tile of columns of the volume, which a task has to itself: views and bins in their order,
 * so that every voxel is the same sum however threads are chosen.
 */
export function smearCone(params: usize, task: i32, scratch: usize): void {
  const across = (load<i32>(params, COLUMNS) + TILE - 1) / TILE;
  const row = (task / across) * TILE;
  const column = (task % across) * TILE;
  const bins = load<i32>(params, BINS);
  const rows = load<i32>(params, BIN_ROWS);
  const lines = load<i32>(params, LINES_PER_COLUMN);
  const rays = load<i32>(params, RAYS_PER_LINE);
  const views = load<i32>(params, VIEWS);
  const first = load<i32>(params, FIRST_VIEW);
  const projections = <usize>load<u32>(params, PROJECTIONS);
  let line = <usize>load<u32>(params, TABLE);
  for (let view = 0; view < views; view++) {
    for (let bin = 0; bin < bins; bin++) {
      const from = projections + (((<usize>(first + view) * <usize>bins + <usize>bin) * <usize>rows) << 2);
      for (let l = 0; l < lines; l++) {
        smearLine(params, line, from + ((<usize>(l * rays)) << 2), row, column, scratch);
        line += LINE_BYTES;
      }
    }
  }
}
