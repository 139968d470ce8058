// Products with a matrix whose rows lie in this memory, and with its adjoint.
import {
  COMPLEX,
  DATA,
  ENTRIES,
  FIRST,
  LAST,
  LOCAL,
  LOCAL_BYTES,
  ROW_EXTENT,
  ROW_LIST,
  ROW_RECORD,
  ROW_TABLE,
  ROWS,
  WEIGHTS,
  X,
  X_BYTES,
} from './shared/sweep-block';
import { complexProduct, complexSum, gather, realProduct, realSum, scatter } from './shared/padded-rows';
import { complexIndexedProduct, complexIndexedSum, realIndexedProduct, realIndexedSum } from './shared/indexed-rows';

/** Rows whose products one task makes; all of them where rows share a copy of x. */
const ROWS_PER_TASK: usize = 18 * 4;
const INDEXED: usize = 19 * 4;
/** Bytes of x that one task adds to; all of them where rows have lists. */
const BYTES_PER_TASK: usize = 20 * 4;

/** Bytes of x that stay in the first cache while rows are added to them. */
const TILE: usize = 16384;

/** Without a table of weights it is 1. */
function weightOf(params: usize, row: i32): f64 {
  const weights = <usize>load<u32>(params, WEIGHTS);
  return weights == 0 ? 1 : load<f64>(weights + <usize>row * 8);
}

/** Value of a row among the entry's data. */
function datum(params: usize, entry: i32, row: i32): usize {
  const parts = <usize>load<u32>(params, COMPLEX) + 1;
  return <usize>load<u32>(params, DATA) + (<usize>entry * <usize>load<u32>(params, ROWS) + <usize>row) * parts * 4;
}

function xOf(params: usize, entry: i32): usize {
  return <usize>load<u32>(params, X) + <usize>entry * <usize>load<u32>(params, X_BYTES);
}

function localOf(params: usize, entry: i32): usize {
  return <usize>load<u32>(params, LOCAL) + <usize>entry * <usize>load<u32>(params, LOCAL_BYTES);
}

/** Data = weights A x of rows FIRST to LAST. Task: some of the rows for an entry, all entries of them before the next ones. */
export function multiplyRows(params: usize, task: i32, scratch: usize): void {
  const first = load<i32>(params, FIRST);
  const perTask = load<i32>(params, ROWS_PER_TASK);
  const entries = load<i32>(params, ENTRIES);
  const entry = task % entries;
  const begin = first + (task / entries) * perTask;
  const end = min(begin + perTask, load<i32>(params, LAST));
  const complex = load<u32>(params, COMPLEX) != 0;
  const indexed = load<u32>(params, INDEXED) != 0;
  const table = <usize>load<u32>(params, ROW_TABLE);
  let held: usize = 0;
  for (let row = begin; row < end; row++) {
    const record = table + <usize>row * ROW_RECORD;
    const values = <usize>load<u32>(record);
    const list = <usize>load<u32>(record, ROW_LIST);
    const extent = <usize>load<u32>(record, ROW_EXTENT);
    let x = xOf(params, entry);
    if (!indexed && list) {
      const local = localOf(params, entry);
      if (list != held) gather(list, x, local, complex);
      held = list;
      x = local;
    }
    if (indexed) {
      if (complex) complexIndexedProduct(values, list, extent, x, scratch);
      else realIndexedProduct(values, list, extent, x, scratch);
    } else if (complex) complexProduct(values, extent, x, scratch);
    else realProduct(values, extent, x, scratch);
    const to = datum(params, entry, row);
    const weight = weightOf(params, row);
    store<f32>(to, <f32>(weight * load<f64>(scratch)));
    if (complex) store<f32>(to, <f32>(weight * load<f64>(scratch, 8)), 4);
  }
}

/** The weighted datum of a row, to `scratch`. */
function loadFactor(params: usize, entry: i32, row: i32, scratch: usize): void {
  const from = datum(params, entry, row);
  const weight = weightOf(params, row);
  store<f32>(scratch, <f32>(weight * <f64>load<f32>(from)));
  if (load<u32>(params, COMPLEX)) store<f32>(scratch, <f32>(weight * <f64>load<f32>(from, 4)), 4);
}

/** x += the rows FIRST to LAST, conjugated, times weights and data: entry by entry, a tile of x after the other. */
export function addPaddedRows(params: usize, task: i32, scratch: usize): void {
  const all = <usize>load<u32>(params, X_BYTES);
  const perTask = <usize>load<u32>(params, BYTES_PER_TASK);
  const parts = <i32>((all + perTask - 1) / perTask);
  const entry = task / parts;
  const begin = <usize>(task % parts) * perTask;
  const end = min(begin + perTask, all);
  const complex = load<u32>(params, COMPLEX) != 0;
  const table = <usize>load<u32>(params, ROW_TABLE);
  const last = load<i32>(params, LAST);
  for (let tile = begin; tile < end; tile += TILE) {
    const bytes = min(TILE, end - tile);
    const x = xOf(params, entry) + tile;
    for (let row = load<i32>(params, FIRST); row < last; row++) {
      loadFactor(params, entry, row, scratch);
      const values = <usize>load<u32>(table + <usize>row * ROW_RECORD) + tile;
      if (complex) complexSum(values, bytes, x, scratch);
      else realSum(values, bytes, x, scratch);
    }
  }
}

/** As `addPaddedRows`, for rows with lists of columns. Task: entry. */
export function addListedRows(params: usize, task: i32, scratch: usize): void {
  const complex = load<u32>(params, COMPLEX) != 0;
  const indexed = load<u32>(params, INDEXED) != 0;
  const table = <usize>load<u32>(params, ROW_TABLE);
  const last = load<i32>(params, LAST);
  const x = xOf(params, task);
  const local = localOf(params, task);
  let held: usize = 0;
  for (let row = load<i32>(params, FIRST); row < last; row++) {
    const record = table + <usize>row * ROW_RECORD;
    const values = <usize>load<u32>(record);
    const list = <usize>load<u32>(record, ROW_LIST);
    const extent = <usize>load<u32>(record, ROW_EXTENT);
    loadFactor(params, task, row, scratch);
    if (indexed) {
      if (complex) complexIndexedSum(values, list, extent, x, scratch);
      else realIndexedSum(values, list, extent, x, scratch);
      continue;
    }
    if (list != held) {
      if (held) scatter(held, local, x, complex);
      gather(list, x, local, complex);
      held = list;
    }
    if (complex) complexSum(values, extent, local, scratch);
    else realSum(values, extent, local, scratch);
  }
  if (held) scatter(held, local, x, complex);
}
