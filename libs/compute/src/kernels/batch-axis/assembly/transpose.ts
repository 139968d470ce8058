// [row][column] -> [column][row] of float32, in blocks of 16 x 16 that are moved as 4 x 4 registers: a block touches
// 16 cache lines on either side, each of them once.

import { storeTransposed } from './shared/store-transposed';

const SOURCE: usize = 0;
const TARGET: usize = 4;
const ROWS: usize = 8;
const COLUMNS: usize = 12;
const COLUMNS_PER_TASK: usize = 16;

const BLOCK: i32 = 16;

function transposeFour(from: usize, rowBytes: usize, to: usize, columnBytes: usize): void {
  const c = v128.load(from + rowBytes * 2);
  const d = v128.load(from + rowBytes * 3);
  storeTransposed(to, columnBytes, v128.load(from), v128.load(from + rowBytes), c, d);
}

function transposeBlock(from: usize, rowBytes: usize, to: usize, columnBytes: usize, rows: i32, columns: i32): void {
  const wholeRows = rows & ~3;
  const wholeColumns = columns & ~3;
  for (let r = 0; r < wholeRows; r += 4) {
    for (let c = 0; c < wholeColumns; c += 4) {
      transposeFour(
        from + <usize>r * rowBytes + ((<usize>c) << 2),
        rowBytes,
        to + <usize>c * columnBytes + ((<usize>r) << 2),
        columnBytes,
      );
    }
  }
  for (let r = 0; r < rows; r++) {
    for (let c = r < wholeRows ? wholeColumns : 0; c < columns; c++) {
      const value = load<f32>(from + <usize>r * rowBytes + ((<usize>c) << 2));
      store<f32>(to + <usize>c * columnBytes + ((<usize>r) << 2), value);
    }
  }
}

/** Transposes the task's share of the columns. */
export function transposeColumns(params: usize, task: i32, scratch: usize): void {
  const rows = load<i32>(params, ROWS);
  const columns = load<i32>(params, COLUMNS);
  const rowBytes = (<usize>columns) << 2;
  const columnBytes = (<usize>rows) << 2;
  const perTask = load<i32>(params, COLUMNS_PER_TASK);
  const begin = task * perTask;
  const end = min(begin + perTask, columns);
  const source = <usize>load<u32>(params, SOURCE);
  const target = <usize>load<u32>(params, TARGET);
  for (let c = begin; c < end; c += BLOCK) {
    for (let r = 0; r < rows; r += BLOCK) {
      const from = source + <usize>r * rowBytes + ((<usize>c) << 2);
      const to = target + <usize>c * columnBytes + ((<usize>r) << 2);
      transposeBlock(from, rowBytes, to, columnBytes, min(BLOCK, rows - r), min(BLOCK, end - c));
    }
  }
}
