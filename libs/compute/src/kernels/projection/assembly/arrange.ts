// Copies between arrays whose last axis is the batch, [row][column][batch], and chunks of slices, [row][column][lane]
// with padded rows, as radon.ts wants them. The batch-last array passes through a staging area in runs of points
// (one point = one row and column, all slices).

// Words of the parameter block.
const STAGED: usize = 0;
const FIRST_POINT: usize = 4;
const POINTS: usize = 8;
const POINTS_PER_TASK: usize = 12;
const COLUMNS: usize = 16;
const BATCH: usize = 20;
const ROW_BINS: usize = 24;
const FRONT: usize = 28;
const CHUNKS: usize = 32;
const CHUNK_COUNT: usize = 36;
const FIELD: usize = 40;

const CHUNK_BYTES: usize = 20;
const SHIFT: usize = 8;
const FIRST_SLICE: usize = 12;
const USED_LANES: usize = 16;

function copySome(from: usize, to: usize, lanes: i32): void {
  for (let lane = 0; lane < lanes; lane++) {
    store<f32>(to + ((<usize>lane) << 2), load<f32>(from + ((<usize>lane) << 2)));
  }
}

function copyLanes(from: usize, to: usize, lanes: i32): void {
  if (lanes != 16) return copySome(from, to, lanes);
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, 16), 16);
  v128.store(to, v128.load(from, 32), 32);
  v128.store(to, v128.load(from, 48), 48);
}

function copyRun(
  staged: usize,
  stagedStep: usize,
  chunked: usize,
  chunkedStep: usize,
  points: i32,
  lanes: i32,
  inwards: bool,
): void {
  if (stagedStep == 4 && chunkedStep == 4) {
    if (inwards) memory.copy(chunked, staged, (<usize>points) << 2);
    else memory.copy(staged, chunked, (<usize>points) << 2);
    return;
  }
  for (let p = 0; p < points; p++) {
    if (inwards) copyLanes(staged, chunked, lanes);
    else copyLanes(chunked, staged, lanes);
    staged += stagedStep;
    chunked += chunkedStep;
  }
}

function arrange(params: usize, task: i32, inwards: bool): void {
  const perTask = load<i32>(params, POINTS_PER_TASK);
  const begin = task * perTask;
  const end = min(begin + perTask, load<i32>(params, POINTS));
  const firstPoint = load<i32>(params, FIRST_POINT);
  const columns = load<i32>(params, COLUMNS);
  const stagedStep = (<usize>load<i32>(params, BATCH)) << 2;
  const rowBins = load<i32>(params, ROW_BINS);
  const front = load<i32>(params, FRONT);
  const chunkCount = load<i32>(params, CHUNK_COUNT);
  for (let c = 0; c < chunkCount; c++) {
    const chunk = <usize>load<i32>(params, CHUNKS) + <usize>c * CHUNK_BYTES;
    const base = <usize>load<u32>(chunk + <usize>load<i32>(params, FIELD));
    const step = (<usize>64) >> load<i32>(chunk, SHIFT);
    const slices = <usize>load<i32>(params, STAGED) + ((<usize>load<i32>(chunk, FIRST_SLICE)) << 2);
    const lanes = load<i32>(chunk, USED_LANES);
    let p = begin;
    while (p < end) {
      const row = (firstPoint + p) / columns;
      const column = (firstPoint + p) % columns;
      const run = min(columns - column, end - p);
      const chunked = base + (<usize>row * <usize>rowBins + <usize>(front + column)) * step;
      copyRun(slices + <usize>p * stagedStep, stagedStep, chunked, step, run, lanes, inwards);
      p += run;
    }
  }
}

/** Staged points into chunks. Lanes beyond the batch and bins beyond the row are left as they are. */
export function toChunks(params: usize, task: i32, scratch: usize): void {
  arrange(params, task, true);
}

/** Chunks into staged points. */
export function fromChunks(params: usize, task: i32, scratch: usize): void {
  arrange(params, task, false);
}
