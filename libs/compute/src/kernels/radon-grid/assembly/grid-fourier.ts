// The transforms of the Fourier grid: rows of the sinogram to their frequencies, then the grid to the image. All arrays lie in
// the arena; a task takes as many rows or columns as fit the lanes, and which they are depends on sizes alone.
import {
  ANGLES,
  CELL_BYTES,
  COLUMN_FACTORS,
  COLUMNS,
  DETECTORS,
  FIRST_ANGLE,
  FREQUENCIES,
  GRID,
  GRID_STRIDE,
  GRID_X,
  GRID_Y,
  HALF,
  HALF_STRIDE,
  IMAGE,
  IMAGE_STRIDE,
  MARGIN,
  POLAR,
  ROW_BINS,
  ROW_FACTORS,
  ROW_LENGTH,
  ROW_PASSES,
  ROW_ROOTS,
  ROWS,
  SINOGRAM,
  workOf,
  X_PASSES,
  X_ROOTS,
  Y_PASSES,
  Y_ROOTS,
} from './shared/grid-block';
import { ELEMENT_BYTES, transformFour } from './shared/four-transforms';

/** Angles, or rows of the image, that a task takes: two real ones are one complex one. */
const PAIRED: i32 = 8;
/** Columns of the grid that a task takes. */
const SINGLE: i32 = 4;

/** [re im re im] of two cells of four arrays as elements of four lanes at `to` and behind it. */
function storeElements(a: v128, b: v128, c: v128, d: v128, to: usize, next: usize): void {
  const ab = i32x4.shuffle(a, b, 0, 4, 1, 5);
  const cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
  v128.store(to, i64x2.shuffle(ab, cd, 0, 2));
  v128.store(to, i64x2.shuffle(ab, cd, 1, 3), 16);
  const abNext = i32x4.shuffle(a, b, 2, 6, 3, 7);
  const cdNext = i32x4.shuffle(c, d, 2, 6, 3, 7);
  v128.store(next, i64x2.shuffle(abNext, cdNext, 0, 2));
  v128.store(next, i64x2.shuffle(abNext, cdNext, 1, 3), 16);
}

/** Puts two rows into each lane; the transform has exp(+i), that of the rows exp(-i), so real and imaginary parts change places. */
function loadAngles(params: usize, first: i32, work: usize): void {
  const length = load<i32>(params, ROW_LENGTH);
  const detectors = load<i32>(params, DETECTORS);
  const angles = load<i32>(params, ANGLES);
  const rowBytes = <usize>load<i32>(params, ROW_BINS) * 4;
  memory.fill(work, 0, <usize>length * ELEMENT_BYTES);
  for (let one = 0; one < PAIRED; one++) {
    const angle = first + one;
    if (angle >= angles) return;
    const from = <usize>load<u32>(params, SINOGRAM) + <usize>angle * rowBytes;
    const to = work + ((<usize>(one >> 1)) << 2) + ((one & 1) == 0 ? 16 : 0);
    for (let bin: usize = 0; bin < <usize>detectors; bin++) {
      store<f32>(to + bin * ELEMENT_BYTES, load<f32>(from + (bin << 2)));
    }
  }
}

/** Both rows of a lane at one frequency, to four pairs of angles. */
function storeFrequencies(z: usize, mirrored: usize, to: usize, angleBytes: usize, count: i32): void {
  const half = f32x4.splat(0.5);
  const zr = v128.load(z, 16);
  const zi = v128.load(z);
  const wr = v128.load(mirrored, 16);
  const wi = v128.load(mirrored);
  const ar = f32x4.mul(f32x4.add(zr, wr), half);
  const ai = f32x4.mul(f32x4.sub(zi, wi), half);
  const br = f32x4.mul(f32x4.add(zi, wi), half);
  const bi = f32x4.mul(f32x4.sub(wr, zr), half);
  const p01 = i32x4.shuffle(ar, ai, 0, 4, 1, 5);
  const p23 = i32x4.shuffle(ar, ai, 2, 6, 3, 7);
  const q01 = i32x4.shuffle(br, bi, 0, 4, 1, 5);
  const q23 = i32x4.shuffle(br, bi, 2, 6, 3, 7);
  store<i64>(to, i64x2.extract_lane(p01, 0));
  if (count > 1) store<i64>(to + angleBytes, i64x2.extract_lane(q01, 0));
  if (count > 2) store<i64>(to + angleBytes * 2, i64x2.extract_lane(p01, 1));
  if (count > 3) store<i64>(to + angleBytes * 3, i64x2.extract_lane(q01, 1));
  if (count > 4) store<i64>(to + angleBytes * 4, i64x2.extract_lane(p23, 0));
  if (count > 5) store<i64>(to + angleBytes * 5, i64x2.extract_lane(q23, 0));
  if (count > 6) store<i64>(to + angleBytes * 6, i64x2.extract_lane(p23, 1));
  if (count > 7) store<i64>(to + angleBytes * 7, i64x2.extract_lane(q23, 1));
}

/** Frequencies of the task's angles among those of the block. */
export function transformAngles(params: usize, task: i32, scratch: usize): void {
  const length = load<i32>(params, ROW_LENGTH);
  const work = workOf(params, scratch);
  const place = task * PAIRED;
  const first = load<i32>(params, FIRST_ANGLE) + place;
  const count = load<i32>(params, ANGLES) - first;
  loadAngles(params, first, work);
  const room = work + <usize>length * ELEMENT_BYTES;
  const result = transformFour(
    length,
    <usize>load<u32>(params, ROW_PASSES),
    <usize>load<u32>(params, ROW_ROOTS),
    work,
    room,
  );
  const frequencies = load<i32>(params, FREQUENCIES);
  const angleBytes = <usize>frequencies * CELL_BYTES;
  const to = <usize>load<u32>(params, POLAR) + <usize>place * angleBytes;
  for (let k = 0; k < frequencies; k++) {
    const mirrored = k == 0 ? 0 : length - k;
    storeFrequencies(
      result + <usize>k * ELEMENT_BYTES,
      result + <usize>mirrored * ELEMENT_BYTES,
      to + <usize>k * CELL_BYTES,
      angleBytes,
      count,
    );
  }
}

/** Adds the conjugate of the cells of another column, y to -y, to one lane. */
function addMirrored(column: usize, gridY: i32, to: usize): void {
  for (let y = 0; y < gridY; y++) {
    const cell = column + <usize>(y == 0 ? 0 : gridY - y) * CELL_BYTES;
    const element = to + <usize>y * ELEMENT_BYTES;
    store<f32>(element, load<f32>(element) + load<f32>(cell));
    store<f32>(element, load<f32>(element, 16) - load<f32>(cell, 4), 16);
  }
}

function loadColumns(params: usize, first: i32, work: usize): void {
  const gridX = load<i32>(params, GRID_X);
  const gridY = load<i32>(params, GRID_Y);
  const last = gridX >> 1;
  const columnBytes = <usize>load<i32>(params, GRID_STRIDE) * CELL_BYTES;
  const origin = <usize>load<u32>(params, GRID) + <usize>MARGIN * (columnBytes + CELL_BYTES);
  const a = origin + <usize>first * columnBytes;
  const b = origin + <usize>min(first + 1, last) * columnBytes;
  const c = origin + <usize>min(first + 2, last) * columnBytes;
  const d = origin + <usize>min(first + 3, last) * columnBytes;
  // An odd number of cells reads one beyond: it lies in the margin, and its element in the room for one more.
  for (let y = 0; y < gridY; y += 2) {
    const at = <usize>y * CELL_BYTES;
    const to = work + <usize>y * ELEMENT_BYTES;
    storeElements(v128.load(a + at), v128.load(b + at), v128.load(c + at), v128.load(d + at), to, to + ELEMENT_BYTES);
  }
  // Samples were put into half of the plane; the other half is their mirror image, and meets this one at its edges.
  for (let lane = 0; lane < SINGLE; lane++) {
    const x = first + lane;
    if (x > last) return;
    const to = work + ((<usize>lane) << 2);
    if (x <= MARGIN) addMirrored(origin - <usize>x * columnBytes, gridY, to);
    else if (x >= last - MARGIN) addMirrored(origin + <usize>(gridX - x) * columnBytes, gridY, to);
  }
}

/** Columns of the grid to rows of the image; y goes up, rows go down. */
export function transformColumns(params: usize, task: i32, scratch: usize): void {
  const gridY = load<i32>(params, GRID_Y);
  const rows = load<i32>(params, ROWS);
  const work = workOf(params, scratch);
  const first = task * SINGLE;
  loadColumns(params, first, work);
  const result = transformFour(
    gridY,
    <usize>load<u32>(params, Y_PASSES),
    <usize>load<u32>(params, Y_ROOTS),
    work,
    work + <usize>(gridY + 1) * ELEMENT_BYTES,
  );
  const rowBytes = <usize>load<i32>(params, HALF_STRIDE) * CELL_BYTES;
  const factors = <usize>load<u32>(params, ROW_FACTORS);
  let to = <usize>load<u32>(params, HALF) + <usize>first * CELL_BYTES;
  let y = rows >> 1;
  for (let row = 0; row < rows; row++) {
    const element = result + <usize>(y < 0 ? y + gridY : y) * ELEMENT_BYTES;
    const factor = v128.load_splat<f32>(factors + ((<usize>row) << 2));
    const re = f32x4.mul(v128.load(element), factor);
    const im = f32x4.mul(v128.load(element, 16), factor);
    v128.store(to, i32x4.shuffle(re, im, 0, 4, 1, 5));
    v128.store(to, i32x4.shuffle(re, im, 2, 6, 3, 7), 16);
    to += rowBytes;
    y--;
  }
}

/** Two rows of each lane as one complex one whose spectrum is that of the first and i times that of the second. */
function loadRows(params: usize, first: i32, work: usize): void {
  const gridX = load<i32>(params, GRID_X);
  const last = load<i32>(params, ROWS) - 1;
  const rowBytes = <usize>load<i32>(params, HALF_STRIDE) * CELL_BYTES;
  const half = <usize>load<u32>(params, HALF);
  const otherSign = f32x4(-1, 1, -1, 1);
  const conjugate = f32x4(1, -1, 1, -1);
  const a0 = half + <usize>min(first, last) * rowBytes;
  const a1 = half + <usize>min(first + 1, last) * rowBytes;
  const b0 = half + <usize>min(first + 2, last) * rowBytes;
  const b1 = half + <usize>min(first + 3, last) * rowBytes;
  const c0 = half + <usize>min(first + 4, last) * rowBytes;
  const c1 = half + <usize>min(first + 5, last) * rowBytes;
  const d0 = half + <usize>min(first + 6, last) * rowBytes;
  const d1 = half + <usize>min(first + 7, last) * rowBytes;
  const middle = gridX >> 1;
  for (let x = 0; x < middle; x += 2) {
    const at = <usize>x * CELL_BYTES;
    const a = v128.load(a0 + at);
    const b = v128.load(b0 + at);
    const c = v128.load(c0 + at);
    const d = v128.load(d0 + at);
    const a2 = swapped(a1 + at);
    const b2 = swapped(b1 + at);
    const c2 = swapped(c1 + at);
    const d2 = swapped(d1 + at);
    const mirrored = work + <usize>(gridX - x) * ELEMENT_BYTES;
    storeElements(
      f32x4.add(f32x4.mul(a, conjugate), a2),
      f32x4.add(f32x4.mul(b, conjugate), b2),
      f32x4.add(f32x4.mul(c, conjugate), c2),
      f32x4.add(f32x4.mul(d, conjugate), d2),
      mirrored,
      mirrored - ELEMENT_BYTES,
    );
    const to = work + <usize>x * ELEMENT_BYTES;
    storeElements(
      f32x4.add(a, f32x4.mul(a2, otherSign)),
      f32x4.add(b, f32x4.mul(b2, otherSign)),
      f32x4.add(c, f32x4.mul(c2, otherSign)),
      f32x4.add(d, f32x4.mul(d2, otherSign)),
      to,
      to + ELEMENT_BYTES,
    );
  }
  // The middle is its own mirror image; the cell beside it goes where nobody reads.
  const at = <usize>middle * CELL_BYTES;
  storeElements(
    f32x4.add(v128.load(a0 + at), f32x4.mul(swapped(a1 + at), otherSign)),
    f32x4.add(v128.load(b0 + at), f32x4.mul(swapped(b1 + at), otherSign)),
    f32x4.add(v128.load(c0 + at), f32x4.mul(swapped(c1 + at), otherSign)),
    f32x4.add(v128.load(d0 + at), f32x4.mul(swapped(d1 + at), otherSign)),
    work + <usize>middle * ELEMENT_BYTES,
    work + <usize>(gridX + 1) * ELEMENT_BYTES,
  );
}

/** [im re im re] of two cells. */
function swapped(at: usize): v128 {
  const cells = v128.load(at);
  return i32x4.shuffle(cells, cells, 1, 0, 3, 2);
}

/** Rows of the half grid to rows of the image. */
export function transformRows(params: usize, task: i32, scratch: usize): void {
  const gridX = load<i32>(params, GRID_X);
  const columns = load<i32>(params, COLUMNS);
  const work = workOf(params, scratch);
  const first = task * PAIRED;
  loadRows(params, first, work);
  const result = transformFour(
    gridX,
    <usize>load<u32>(params, X_PASSES),
    <usize>load<u32>(params, X_ROOTS),
    work,
    work + <usize>(gridX + 2) * ELEMENT_BYTES,
  );
  const factors = <usize>load<u32>(params, COLUMN_FACTORS);
  const count = min(PAIRED, load<i32>(params, ROWS) - first);
  const rowBytes = (<usize>load<i32>(params, IMAGE_STRIDE)) << 2;
  const image = <usize>load<u32>(params, IMAGE) + <usize>first * rowBytes;
  for (let one = 0; one < count; one++) {
    const lane = result + ((<usize>(one >> 1)) << 2) + ((<usize>(one & 1)) << 4);
    const to = image + <usize>one * rowBytes;
    let x = -(columns >> 1);
    for (let column = 0; column < columns; column++) {
      const element = lane + <usize>(x < 0 ? x + gridX : x) * ELEMENT_BYTES;
      const at = (<usize>column) << 2;
      store<f32>(to + at, load<f32>(element) * load<f32>(factors + at));
      x++;
    }
  }
}
