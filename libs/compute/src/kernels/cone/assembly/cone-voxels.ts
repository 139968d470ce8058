// Backprojection of a cone beam driven by voxels, with the weights of Feldkamp, Davis and Kress, and its transpose. Voxels above
// each other are seen by the same two columns of an upright detector, at places that are evenly spaced.
import {
  BIN_ROWS,
  BINS,
  COLUMNS,
  FIRST_ROW,
  FIRST_SLICE,
  gatherAlong,
  gatherOne,
  PROJECTIONS,
  ROWS,
  SLICES,
  spreadAlong,
  spreadOne,
  TABLE,
  UPRIGHT,
  VIEWS,
  VOLUME,
} from './shared/cone-block';

const MATRIX_BYTES: usize = 96;
/** Side of a tile of the volume in a task: constant of cone-slab.ts. */
const TILE: i32 = 8;

/**
 * Adds one view to the voxels of one column of the volume, or takes them to the view: to all of them where the detector is
 * upright, else to the one at `slice`. Slices and detector rows are counted from the first of all, not of what is computed.
 */
function visit(
  params: usize,
  view: i32,
  row: i32,
  column: i32,
  slice: i32,
  isUpright: bool,
  isTransposed: bool,
  scratch: usize,
): void {
  const matrix = <usize>load<u32>(params, TABLE) + <usize>view * MATRIX_BYTES;
  const bins = load<i32>(params, BINS);
  const binRows = load<i32>(params, BIN_ROWS);
  const firstSlice = load<i32>(params, FIRST_SLICE);
  const firstRow = load<i32>(params, FIRST_ROW);
  const x = <f64>column;
  const y = <f64>row;
  const z = isUpright ? 0.0 : <f64>(firstSlice + slice);
  const w = load<f64>(matrix, 64) * x + load<f64>(matrix, 72) * y + load<f64>(matrix, 80) * z + load<f64>(matrix, 88);
  if (!(w > 0)) return;
  const r = 1 / w;
  const u = (load<f64>(matrix) * x + load<f64>(matrix, 8) * y + load<f64>(matrix, 16) * z + load<f64>(matrix, 24)) * r;
  if (!(u > -1 && u < <f64>bins)) return;
  const v =
    (load<f64>(matrix, 32) * x + load<f64>(matrix, 40) * y + load<f64>(matrix, 48) * z + load<f64>(matrix, 56)) * r;
  const whole = floor(u);
  const bin = <i32>whole;
  const fraction = u - whole;
  const weight = r * r;
  const isFirst = bin >= 0;
  const isLast = bin + 1 < bins;
  const columnBytes = (<usize>binRows) << 2;
  const projection = <usize>load<u32>(params, PROJECTIONS) + <usize>view * <usize>bins * columnBytes;
  const a = projection + <usize>(isFirst ? bin : bin + 1) * columnBytes;
  const b = projection + <usize>(isLast ? bin + 1 : bin) * columnBytes;
  const wa = isFirst ? <f32>((1 - fraction) * weight) : 0;
  const wb = isLast ? <f32>(fraction * weight) : 0;
  const slices = load<i32>(params, SLICES);
  const at = (<usize>row * <usize>load<i32>(params, COLUMNS) + <usize>column) * <usize>slices;
  const voxels = <usize>load<u32>(params, VOLUME) + (at << 2);
  if (!isUpright) {
    const voxel = voxels + ((<usize>slice) << 2);
    if (isTransposed) spreadOne(load<f32>(voxel), v, a, wa, b, wb, binRows, firstRow);
    else gatherOne(a, wa, b, wb, binRows, firstRow, voxel, v);
    return;
  }
  const step = load<f64>(matrix, 48) * r;
  if (isTransposed) spreadAlong(voxels, slices, firstSlice, v, step, a, wa, b, wb, binRows, firstRow, scratch);
  else gatherAlong(a, wa, b, wb, binRows, firstRow, voxels, slices, firstSlice, v, step, scratch);
}

function visitColumn(params: usize, view: i32, row: i32, column: i32, isTransposed: bool, scratch: usize): void {
  if (load<i32>(params, UPRIGHT) != 0) {
    visit(params, view, row, column, 0, true, isTransposed, scratch);
    return;
  }
  const slices = load<i32>(params, SLICES);
  for (let slice = 0; slice < slices; slice++) visit(params, view, row, column, slice, false, isTransposed, scratch);
}

/** Backprojects all views into one tile of columns of the volume. The volume must be zero at the start. */
export function backprojectVoxels(params: usize, task: i32, scratch: usize): void {
  const across = (load<i32>(params, COLUMNS) + TILE - 1) / TILE;
  const row = (task / across) * TILE;
  const column = (task % across) * TILE;
  const rowEnd = min(row + TILE, load<i32>(params, ROWS));
  const columnEnd = min(column + TILE, load<i32>(params, COLUMNS));
  const views = load<i32>(params, VIEWS);
  for (let view = 0; view < views; view++) {
    for (let y = row; y < rowEnd; y++) {
      for (let x = column; x < columnEnd; x++) visitColumn(params, view, y, x, false, scratch);
    }
  }
}

/** Takes all voxels to one view, the task. The projections must be zero at the start. */
export function projectVoxels(params: usize, task: i32, scratch: usize): void {
  const rows = load<i32>(params, ROWS);
  const columns = load<i32>(params, COLUMNS);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) visitColumn(params, task, y, x, true, scratch);
  }
}
