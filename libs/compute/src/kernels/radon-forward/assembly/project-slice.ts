// Parallel-beam projection of single slices; radon.ts does many at once, with the same bits.
//
// Four pixels at a time, of four lines one below the other, each DELAY pixels behind the one in the line above. They are at
// least two bins apart: none of them adds to a bin of another, and each adds to its two bins as to one word of 64 bits. And
// pixels of a line that share a bin with one of the line above come later than it, so that every bin takes its pixels in
// the order of radon.ts. Between four pixels and the next come all angles of the task, so that sums are long stored when
// one that overlaps them is loaded; a processor waits for a word of which it is about to store a part.
import { storeTransposed } from '../../batch-axis/assembly/shared/store-transposed';
import {
  FRACTION_MASK,
  FRACTION_UNIT,
  TILE,
  isSteep,
  ROWS,
  COLUMNS,
  ANGLES,
  TABLE,
  ROW_BINS,
  IMAGE_STRIDE,
  CHUNKS,
  ANGLES_PER_TASK,
  ORIGIN,
  CHUNK_BYTES,
  ANGLE_BYTES,
  STEP_ROW,
  STEP_FOUR,
} from '../../projection/assembly/shared/projection-block';

/** Lines that are on their way together, and how many pixels each is behind the one above. */
const LINES: i32 = 4;
const DELAY: i32 = 4;

// Where four pixels fall at an angle, each field a vector: fractions, addresses of lower bins; offsets of the four from the
// first; the steps of both to the next four, and when one of the four goes on to another line.
const ADDRESSES: usize = 16;
const OFFSETS: usize = 32;
const NEXT: usize = 64;
const NEXT_LINE: usize = 96;
const STEP_BYTES: usize = 32;
/** The angle's entry in the table and the address of its bin 0. */
const ENTRY: usize = 224;
const ROW: usize = 228;
const PLACE_BYTES: usize = 240;
/** Of a tile, [line][pixel]. */
const TILE_BYTES: usize = 1024;
const LINE_BYTES: usize = 64;
/** Of the tile's pixels in the order in which they are visited: four lines' worth, and what the delay adds. */
const VISITS_BYTES: usize = TILE_BYTES + 16 * DELAY * (LINES - 1);

/** Fraction of a coordinate, unsigned 2^-30 bins. */
function fractionOf(t: i64): i32 {
  return <i32>((<u32>t) >> 2);
}

/** Bytes from bin 0 to the bin of a coordinate. */
function bytesOf(t: i64): i32 {
  return (<i32>(t >> 32)) << 2;
}

function storeLane(to: usize, lane: i32, t: i64): void {
  const at = to + ((<usize>lane) << 2);
  store<i32>(at, fractionOf(t));
  store<i32>(at, bytesOf(t), ADDRESSES);
}

/** What an angle's place keeps from tile to tile. */
function preparePlace(place: usize, entry: usize, row: usize): void {
  const perColumn = load<i64>(entry, STEP_FOUR) >> 2;
  const perRow = load<i64>(entry, STEP_ROW);
  const steep = isSteep(entry);
  const along = steep ? perRow : perColumn;
  const across = steep ? perColumn : perRow;
  const toLine = <i64>LINES * across - <i64>(TILE - 1) * along;
  for (let lane = 0; lane < LINES; lane++) {
    // Those behind come from the end of a line above the tile, where all pixels are zero.
    const before = lane == 0 ? 0 : <i64>(TILE - DELAY * lane) * along - <i64>LINES * across;
    storeLane(place + OFFSETS, lane, <i64>lane * across + before);
    storeLane(place + NEXT, lane, along);
    for (let turn = 0; turn < LINES; turn++) {
      storeLane(place + NEXT_LINE + <usize>turn * STEP_BYTES, lane, turn == lane ? toLine : along);
    }
  }
  store<u32>(place, <u32>entry, ENTRY);
  store<u32>(place, <u32>row, ROW);
}

/** Lists the angles of one kind from `first`; returns the end of the list. */
function preparePlaces(params: usize, chunk: usize, first: i32, steep: bool, places: usize): usize {
  const end = min(first + load<i32>(params, ANGLES_PER_TASK), load<i32>(params, ANGLES));
  const rowBytes = (<usize>load<i32>(params, ROW_BINS)) << 2;
  const bins = <usize>load<u32>(chunk) + ((<usize>load<i32>(params, ORIGIN)) << 2);
  for (let angle = first; angle < end; angle++) {
    const entry = <usize>load<i32>(params, TABLE) + <usize>angle * ANGLE_BYTES;
    if (isSteep(entry) != steep) continue;
    preparePlace(places, entry, bins + <usize>angle * rowBytes);
    places += PLACE_BYTES;
  }
  return places;
}

/** Sets a place to the first four pixels of a tile. */
function startTile(place: usize, row: i32, column: i32): void {
  const entry = <usize>load<u32>(place, ENTRY);
  const perColumn = load<i64>(entry, STEP_FOUR) >> 2;
  // Entries count from the lowest of four pixels.
  const first = load<i64>(entry) - (perColumn < 0 ? 3 * perColumn : 0);
  const t = first + <i64>row * load<i64>(entry, STEP_ROW) + <i64>column * perColumn;
  const fractions = i32x4.add(i32x4.splat(fractionOf(t)), v128.load(place, OFFSETS));
  const addresses = i32x4.add(i32x4.splat(load<i32>(place, ROW) + bytesOf(t)), v128.load(place, OFFSETS + ADDRESSES));
  v128.store(place, v128.and(fractions, i32x4.splat(FRACTION_MASK)));
  v128.store(place, i32x4.add(addresses, i32x4.shl(i32x4.shr_u(fractions, 30), 2)), ADDRESSES);
}

/** Copies a tile of the image with its columns as lines. */
function copyColumns(from: usize, stride: usize, tile: usize): void {
  for (let row = 0; row < TILE; row += 4) {
    for (let column = 0; column < TILE; column += 4) {
      const at = from + ((<usize>column) << 2);
      const to = tile + <usize>column * LINE_BYTES + ((<usize>row) << 2);
      const c = v128.load(at + stride * 2);
      storeTransposed(to, LINE_BYTES, v128.load(at), v128.load(at + stride), c, v128.load(at + stride * 3));
    }
    from += stride * 4;
  }
}

/** Four pixels of the lane's lines, from the one with this number, counted by fours; zero before and after the tile. */
function fourOf(from: usize, stride: usize, lane: i32, four: i32): v128 {
  if (four < 0 || four >= TILE) return i32x4.splat(0);
  return v128.load(from + <usize>((four & ~3) + lane) * stride + ((<usize>(four & 3)) << 4));
}

/** Copies lines, `stride` bytes apart, in the order in which they are visited. */
function copyVisits(from: usize, stride: usize, visits: usize): void {
  for (let four = 0; four < TILE + LINES - 1; four++) {
    const a = fourOf(from, stride, 0, four);
    const b = fourOf(from, stride, 1, four - 1);
    storeTransposed(visits, 16, a, b, fourOf(from, stride, 2, four - 2), fourOf(from, stride, 3, four - 3));
    visits += 64;
  }
}

/** Adds two pixels to their bins at two addresses. */
function addPair(a: usize, b: usize, weighted: v128): void {
  const sums = f32x4.add(v128.load64_lane(b, v128.load64_zero(a), 1), weighted);
  v128.store64_lane(a, sums, 0);
  v128.store64_lane(b, sums, 1);
}

/**
 * Adds four pixels at every place, in the same operations as scatter16, and moves the places on by `step`. The constants
 * come from memory since V8 would make them anew in every round, with three instructions each.
 */
function addFour(places: usize, end: usize, values: v128, step: usize, constants: usize): void {
  const mask = v128.load(constants);
  const unit = v128.load(constants, 16);
  const one = v128.load(constants, 32);
  for (let place = places; place < end; place += PLACE_BYTES) {
    const fractions = v128.load(place);
    const f = f32x4.mul(f32x4.convert_i32x4_s(fractions), unit);
    const upper = f32x4.mul(values, f);
    const lower = f32x4.mul(values, f32x4.sub(one, f));
    const a = <usize>load<u32>(place, ADDRESSES);
    const b = <usize>load<u32>(place, ADDRESSES + 4);
    const c = <usize>load<u32>(place, ADDRESSES + 8);
    const d = <usize>load<u32>(place, ADDRESSES + 12);
    const next = i32x4.add(fractions, v128.load(place + step));
    const carried = i32x4.shl(i32x4.shr_u(next, 30), 2);
    const addresses = i32x4.add(v128.load(place, ADDRESSES), v128.load(place + step, ADDRESSES));
    v128.store(place, v128.and(next, mask));
    v128.store(place, i32x4.add(addresses, carried), ADDRESSES);
    addPair(a, b, i32x4.shuffle(lower, upper, 0, 4, 1, 5));
    addPair(c, d, i32x4.shuffle(lower, upper, 2, 6, 3, 7));
  }
}

/** Adds the pixels of so many lines at every place. */
function addTile(places: usize, end: usize, lines: i32, visits: usize, constants: usize): void {
  const fours = ((lines + LINES - 1) / LINES) * LINES + LINES - 1;
  for (let four = 0; four < fours; four++) {
    // The lane that is done with a line after this.
    const turn = NEXT_LINE + <usize>((four + 1) % LINES) * STEP_BYTES;
    addFour(places, end, v128.load(visits), NEXT, constants);
    addFour(places, end, v128.load(visits, 16), NEXT, constants);
    addFour(places, end, v128.load(visits, 32), NEXT, constants);
    addFour(places, end, v128.load(visits, 48), turn, constants);
    visits += 64;
  }
}

/**
 * Projects one slice onto the angles of a task. The sinogram must be zero at the start. The image has whole tiles, zero
 * beyond its own rows and columns, and rows of bins reach as far as any pixel of them: ORIGIN is the index of bin 0.
 */
export function projectSlice(params: usize, task: i32, scratch: usize): void {
  const perTask = load<i32>(params, ANGLES_PER_TASK);
  const blocks = (load<i32>(params, ANGLES) + perTask - 1) / perTask;
  const first = (task % blocks) * perTask;
  const chunk = <usize>load<i32>(params, CHUNKS) + <usize>(task / blocks) * CHUNK_BYTES;
  const rows = load<i32>(params, ROWS);
  const columns = load<i32>(params, COLUMNS);
  const stride = (<usize>load<i32>(params, IMAGE_STRIDE)) << 2;
  const image = <usize>load<u32>(chunk, 4);
  const tile = scratch + VISITS_BYTES;
  const constants = tile + TILE_BYTES;
  v128.store(constants, i32x4.splat(FRACTION_MASK));
  v128.store(constants, f32x4.splat(FRACTION_UNIT), 16);
  v128.store(constants, f32x4.splat(1), 32);
  const places = constants + 48;
  const middle = preparePlaces(params, chunk, first, false, places);
  const end = preparePlaces(params, chunk, first, true, middle);
  for (let row = 0; row < rows; row += TILE) {
    for (let column = 0; column < columns; column += TILE) {
      const from = image + <usize>row * stride + ((<usize>column) << 2);
      for (let place = places; place < end; place += PLACE_BYTES) startTile(place, row, column);
      if (middle > places) {
        copyVisits(from, stride, scratch);
        addTile(places, middle, min(rows - row, TILE), scratch, constants);
      }
      if (end > middle) {
        copyColumns(from, stride, tile);
        copyVisits(tile, LINE_BYTES, scratch);
        addTile(middle, end, min(columns - column, TILE), scratch, constants);
      }
    }
  }
}
