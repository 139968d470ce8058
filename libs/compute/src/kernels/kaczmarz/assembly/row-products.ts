// Products with a matrix whose rows lie in this memory, and with its adjoint.
import {
  COMPLEX,
  DATA,
  ENTRIES,
  ENTRIES_PER_TASK,
  FAR,
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
import { complexProduct, complexSum, gather, realProduct, realSum, scatter, touch } from './shared/padded-rows';
import { complexIndexedProduct, complexIndexedSum, realIndexedProduct, realIndexedSum } from './shared/indexed-rows';

/** Rows whose products one task makes; all of them where rows share a copy of x, which lies in LOCAL. */
const ROWS_PER_TASK: usize = 18 * 4;
const INDEXED: usize = 19 * 4;
/** Bytes of x that one task adds to; all of them where rows have lists. */
const BYTES_PER_TASK: usize = 20 * 4;
/** float32 */
const SCALE: usize = 21 * 4;

/** Rows that are added for one entry before the next. */
const BLOCK: i32 = 16;

/** Weight of the row times the scale of all; without a table of weights they are 1. */
function weightOf(params: usize, row: i32): f64 {
  const weights = <usize>load<u32>(params, WEIGHTS);
  return <f64>load<f32>(params, SCALE) * (weights == 0 ? 1 : load<f64>(weights + <usize>row * 8));
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

/** First of the task's entries; tasks have all groups of entries for some rows, or columns, before the next ones. */
function firstEntry(params: usize, task: i32): i32 {
  const perTask = load<i32>(params, ENTRIES_PER_TASK);
  const groups = (load<i32>(params, ENTRIES) + perTask - 1) / perTask;
  return (task % groups) * perTask;
}

function endEntry(params: usize, first: i32): i32 {
  return min(first + load<i32>(params, ENTRIES_PER_TASK), load<i32>(params, ENTRIES));
}

/** Which rows, or columns, the task has. */
function partOf(params: usize, task: i32): i32 {
  const perTask = load<i32>(params, ENTRIES_PER_TASK);
  return task / ((load<i32>(params, ENTRIES) + perTask - 1) / perTask);
}

function product(params: usize, values: usize, list: usize, extent: usize, x: usize, to: usize): void {
  const complex = load<u32>(params, COMPLEX) != 0;
  if (load<u32>(params, INDEXED)) {
    if (complex) complexIndexedProduct(values, list, extent, x, to);
    else realIndexedProduct(values, list, extent, x, to);
  } else if (complex) complexProduct(values, extent, x, to);
  else realProduct(values, extent, x, to);
}

/** Data = weights A x of rows FIRST to LAST, for the entries of a group through each row. */
export function multiplyRows(params: usize, task: i32, scratch: usize): void {
  const perTask = load<i32>(params, ROWS_PER_TASK);
  const begin = load<i32>(params, FIRST) + partOf(params, task) * perTask;
  const end = min(begin + perTask, load<i32>(params, LAST));
  const first = firstEntry(params, task);
  const last = endEntry(params, first);
  const complex = load<u32>(params, COMPLEX) != 0;
  const whole = load<u32>(params, INDEXED) == 0;
  const far = whole && load<u32>(params, FAR) != 0;
  const table = <usize>load<u32>(params, ROW_TABLE);
  let held: usize = 0;
  let seen = 0;
  for (let row = begin; row < end; row++) {
    const record = table + <usize>row * ROW_RECORD;
    const values = <usize>load<u32>(record);
    const list = <usize>load<u32>(record, ROW_LIST);
    const extent = <usize>load<u32>(record, ROW_EXTENT);
    const patch = whole && list != 0;
    if (patch && list != held) {
      for (let entry = first; entry < last; entry++) gather(list, xOf(params, entry), localOf(params, entry), complex);
      held = list;
    }
    if (far) seen ^= touch(values, extent);
    const weight = weightOf(params, row);
    for (let entry = first; entry < last; entry++) {
      product(params, values, list, extent, patch ? localOf(params, entry) : xOf(params, entry), scratch);
      const to = datum(params, entry, row);
      store<f32>(to, <f32>(weight * load<f64>(scratch)));
      if (complex) store<f32>(to, <f32>(weight * load<f64>(scratch, 8)), 4);
    }
  }
  store<i32>(scratch, seen, 64);
}

/** The weighted datum of a row, to `scratch`. */
function loadFactor(params: usize, entry: i32, row: i32, scratch: usize): void {
  const from = datum(params, entry, row);
  const weight = weightOf(params, row);
  store<f32>(scratch, <f32>(weight * <f64>load<f32>(from)));
  if (load<u32>(params, COMPLEX)) store<f32>(scratch, <f32>(weight * <f64>load<f32>(from, 4)), 4);
}

/**
 * x += the rows FIRST to LAST, conjugated, times weights and data, for BYTES_PER_TASK of x, which stay in the first cache while
 * some rows are added to them; these rows stay in the second one for the entries of a group.
 */
export function addPaddedRows(params: usize, task: i32, scratch: usize): void {
  const perTask = <usize>load<u32>(params, BYTES_PER_TASK);
  const tile = <usize>partOf(params, task) * perTask;
  const bytes = min(perTask, <usize>load<u32>(params, X_BYTES) - tile);
  const first = firstEntry(params, task);
  const end = endEntry(params, first);
  const complex = load<u32>(params, COMPLEX) != 0;
  const far = load<u32>(params, FAR) != 0;
  const table = <usize>load<u32>(params, ROW_TABLE);
  const last = load<i32>(params, LAST);
  let seen = 0;
  for (let block = load<i32>(params, FIRST); block < last; block += BLOCK) {
    const stop = min(block + BLOCK, last);
    for (let entry = first; entry < end; entry++) {
      const x = xOf(params, entry) + tile;
      for (let row = block; row < stop; row++) {
        loadFactor(params, entry, row, scratch);
        const values = <usize>load<u32>(table + <usize>row * ROW_RECORD) + tile;
        if (far && entry == first) seen ^= touch(values, bytes);
        if (complex) complexSum(values, bytes, x, scratch);
        else realSum(values, bytes, x, scratch);
      }
    }
  }
  store<i32>(scratch, seen, 64);
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
