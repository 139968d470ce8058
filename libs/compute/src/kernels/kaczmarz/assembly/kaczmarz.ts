// Kaczmarz sweeps over the rows of a matrix for several right-hand sides ("entries") at once.
//
// What a row adds to x and the product of the next row with x are one loop, since the latter reads what the former writes.
// An entry sees the same operations in the same order whatever lies beside it and wherever a sweep pauses.
import {
  COMPLEX,
  ENTRIES,
  ENTRIES_PER_TASK,
  ENTRY_COEFFICIENT,
  ENTRY_PRODUCT,
  ENTRY_RECORD,
  ENTRY_TABLE,
  FAR,
  FIRST,
  LAST,
  LOCAL,
  LOCAL_BYTES,
  ORDER,
  ROW_EXTENT,
  ROW_LIST,
  ROW_RECORD,
  ROW_TABLE,
  setCoefficient,
  X,
  X_BYTES,
} from './shared/sweep-block';
import { complexStep, gather, realStep, scatter, touch } from './shared/padded-rows';
import { complexIndexedProduct, complexIndexedSum, realIndexedProduct, realIndexedSum } from './shared/indexed-rows';

function recordOf(params: usize, entry: i32): usize {
  return <usize>load<u32>(params, ENTRY_TABLE) + <usize>entry * ENTRY_RECORD;
}

/** The entry's x, or its copy of the listed columns. */
function unknowns(params: usize, entry: i32, list: usize): usize {
  if (list == 0) return <usize>load<u32>(params, X) + <usize>entry * <usize>load<u32>(params, X_BYTES);
  return <usize>load<u32>(params, LOCAL) + <usize>entry * <usize>load<u32>(params, LOCAL_BYTES);
}

function step(params: usize, entry: i32, before: usize, row: usize, bytes: usize, list: usize): void {
  const record = recordOf(params, entry);
  const x = unknowns(params, entry, list);
  if (load<u32>(params, COMPLEX)) {
    complexStep(before, row, bytes, x, record + ENTRY_COEFFICIENT, record + ENTRY_PRODUCT);
  } else realStep(before, row, bytes, x, record + ENTRY_COEFFICIENT, record + ENTRY_PRODUCT);
}

/** Adds the last row of a run to x and puts listed columns back. */
function finishRun(params: usize, first: i32, end: i32, last: usize, bytes: usize, list: usize): void {
  for (let entry = first; entry < end; entry++) {
    step(params, entry, last, last, bytes, list);
    if (list) scatter(list, unknowns(params, entry, list), unknowns(params, entry, 0), load<u32>(params, COMPLEX) != 0);
  }
}

function beginRun(params: usize, first: i32, end: i32, list: usize): void {
  for (let entry = first; entry < end; entry++) {
    store<u64>(recordOf(params, entry), 0, ENTRY_COEFFICIENT);
    if (list) gather(list, unknowns(params, entry, 0), unknowns(params, entry, list), load<u32>(params, COMPLEX) != 0);
  }
}

/** Sweeps padded rows, entry by entry of the task's group for each row. Neighbours with the same list are one run. */
export function sweepPaddedRows(params: usize, task: i32, scratch: usize): void {
  const perTask = load<i32>(params, ENTRIES_PER_TASK);
  const begin = task * perTask;
  const end = min(begin + perTask, load<i32>(params, ENTRIES));
  const order = <usize>load<u32>(params, ORDER);
  const table = <usize>load<u32>(params, ROW_TABLE);
  const far = load<u32>(params, FAR) != 0;
  const last = load<i32>(params, LAST);
  let before: usize = 0;
  let bytes: usize = 0;
  let list: usize = 0;
  let seen = 0;
  for (let k = load<i32>(params, FIRST); k < last; k++) {
    const row = load<i32>(order + <usize>k * 4);
    const record = table + <usize>row * ROW_RECORD;
    const values = <usize>load<u32>(record);
    const rowList = <usize>load<u32>(record, ROW_LIST);
    if (before == 0 || rowList != list) {
      if (before) finishRun(params, begin, end, before, bytes, list);
      beginRun(params, begin, end, rowList);
      before = values;
      list = rowList;
      bytes = <usize>load<u32>(record, ROW_EXTENT);
    }
    if (far) seen ^= touch(values, bytes);
    for (let entry = begin; entry < end; entry++) {
      step(params, entry, before, values, bytes, list);
      setCoefficient(params, entry, row);
    }
    before = values;
  }
  if (before) finishRun(params, begin, end, before, bytes, list);
  store<i32>(scratch, seen);
}

/** Sweeps indexed rows, entry by entry of the task's group for each row. */
export function sweepIndexedRows(params: usize, task: i32, scratch: usize): void {
  const perTask = load<i32>(params, ENTRIES_PER_TASK);
  const begin = task * perTask;
  const end = min(begin + perTask, load<i32>(params, ENTRIES));
  const order = <usize>load<u32>(params, ORDER);
  const table = <usize>load<u32>(params, ROW_TABLE);
  const complex = load<u32>(params, COMPLEX) != 0;
  const last = load<i32>(params, LAST);
  for (let k = load<i32>(params, FIRST); k < last; k++) {
    const row = load<i32>(order + <usize>k * 4);
    const record = table + <usize>row * ROW_RECORD;
    const values = <usize>load<u32>(record);
    const list = <usize>load<u32>(record, ROW_LIST);
    const count = <usize>load<u32>(record, ROW_EXTENT);
    for (let entry = begin; entry < end; entry++) {
      const x = unknowns(params, entry, 0);
      const held = recordOf(params, entry);
      if (complex) complexIndexedProduct(values, list, count, x, held + ENTRY_PRODUCT);
      else realIndexedProduct(values, list, count, x, held + ENTRY_PRODUCT);
      setCoefficient(params, entry, row);
      if (complex) complexIndexedSum(values, list, count, x, held + ENTRY_COEFFICIENT);
      else realIndexedSum(values, list, count, x, held + ENTRY_COEFFICIENT);
    }
  }
}
