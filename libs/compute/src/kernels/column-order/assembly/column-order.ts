// Sorts columns of integers, and puts the rows of equal ones into the order that NumPy's argsort has on processors with
// AVX-512 (Bramas, IJACSA 8 (2017) 337): column-order.ts says why.

/** Rows up to this many fit beside a rank into 31 bits. */
const ROW_BITS: i32 = 15;
const MOST_ROWS: i32 = 1 << ROW_BITS;
const ROW_MASK: i32 = MOST_ROWS - 1;

/** Keys of -0 and 0, which are equal. */
const NEGATIVE_ZERO: u32 = 0x7fffffff;
const ZERO: u32 = 0x80000000;

/** Bytes of the four tables of how often a byte has each value. */
const COUNT_BYTES: usize = 4 * 256 * 4;

/** Items that the network takes at once. */
const NETWORK_SIZE: i32 = 256;

/** Items that are set apart at a time. */
const LANES: i32 = 8;
const BLOCK: i32 = 4 * LANES;

/**
 * Sorts `count` columns of `length` keys in place, one behind the other; `rows` becomes the row of each. `work` is the tables
 * of counts and two arrays of `length` u64, each with 16 bytes more.
 */
export function orderColumns(keys: usize, rows: usize, count: i32, length: i32, work: usize): void {
  const first = work + COUNT_BYTES;
  const second = first + ((<usize>length) << 3) + 16;
  const bytes = (<usize>length) << 2;
  for (let column = 0; column < count; column++) {
    const sorted = sortByBytes(keys, length, work, first, second);
    for (let at: usize = 0; at < bytes; at += 4) {
      const pair = load<u64>(sorted + (at << 1));
      store<u32>(keys + at, <u32>(pair >> 32));
      store<u32>(rows + at, <u32>pair);
    }
    if (length <= MOST_ROWS) orderEqual(keys, rows, length, first, second);
    keys += bytes;
    rows += bytes;
  }
}

/**
 * By the four bytes of the keys, the last one first, each time keeping the order of those that are alike (Knuth, The Art of
 * Computer Programming 3, section 5.2.5); a byte that all have in common is left out. Returns which of the two arrays has the
 * sorted [row, key].
 */
function sortByBytes(keys: usize, length: i32, counts: usize, first: usize, second: usize): usize {
  memory.fill(counts, 0, COUNT_BYTES);
  for (let row = 0; row < length; row++) {
    const key = load<u32>(keys + ((<usize>row) << 2));
    store<u64>(first + ((<usize>row) << 3), ((<u64>key) << 32) | (<u64>row));
    countOne(counts + ((<usize>(key & 255)) << 2));
    countOne(counts + 1024 + ((<usize>((key >> 8) & 255)) << 2));
    countOne(counts + 2048 + ((<usize>((key >> 16) & 255)) << 2));
    countOne(counts + 3072 + ((<usize>(key >> 24)) << 2));
  }
  let from = first;
  let to = second;
  const key = load<u32>(keys);
  for (let byte: u32 = 0; byte < 4; byte++) {
    const table = counts + ((<usize>byte) << 10);
    if (load<i32>(table + ((<usize>((key >> (byte << 3)) & 255)) << 2)) == length) continue;
    deal(from, to, length, table, 32 + (byte << 3));
    const dealt = to;
    to = from;
    from = dealt;
  }
  return from;
}

function countOne(place: usize): void {
  store<i32>(place, load<i32>(place) + 1);
}

/** By one byte, of which `table` says how often it has each value. */
function deal(from: usize, to: usize, length: i32, table: usize, shift: u32): void {
  let place = to;
  for (let entry = table; entry < table + 1024; entry += 4) {
    const count = load<u32>(entry);
    store<u32>(entry, <u32>place);
    place += (<usize>count) << 3;
  }
  const end = from + ((<usize>length) << 3);
  for (; from < end; from += 8) {
    const pair = load<u64>(from);
    const entry = table + ((<usize>((pair >> shift) & 255)) << 2);
    const target = load<u32>(entry);
    store<u32>(entry, target + 8);
    store<u64>(<usize>target, pair);
  }
}

/** Puts the rows of equal keys of a sorted column into their order. */
function orderEqual(keys: usize, rows: usize, length: i32, items: usize, moved: usize): void {
  let rank = 0;
  let before = load<u32>(keys);
  for (let at = 0; at < length; at++) {
    const key = load<u32>(keys + ((<usize>at) << 2));
    if (key != before && !(before == NEGATIVE_ZERO && key == ZERO)) rank++;
    before = key;
    const row = load<i32>(rows + ((<usize>at) << 2));
    store<i32>(items + ((<usize>row) << 2), (rank << ROW_BITS) | row);
  }
  if (rank >= length - 1) return;
  sortItems(items, 0, length, 2 * (31 - clz<i32>(length)), moved);
  for (let at: usize = 0; at < (<usize>length) << 2; at += 4) store<i32>(rows + at, load<i32>(items + at) & ROW_MASK);
}

/** Quicksort of [rank, row] by rank, down to what a network takes; after so many `rounds` by rank and row. */
function sortItems(items: usize, from: i32, to: i32, rounds: i32, moved: usize): void {
  if (to - from <= NETWORK_SIZE) {
    sortByNetwork(items, from, to, moved, ROW_MASK);
    return;
  }
  if (rounds == 0) {
    sortByNetwork(items, from, to, moved, 0);
    return;
  }
  const pivot = medianOfEight(items, from, to);
  const middle = partition(items, from, to, pivot, moved);
  if (middle > from) sortItems(items, from, middle, rounds - 1, moved);
  for (let at = middle; at < to; at++) {
    if (load<i32>(items + ((<usize>at) << 2)) >> ROW_BITS != pivot) {
      sortItems(items, middle, to, rounds - 1, moved);
      return;
    }
  }
}

/** The fifth of eight ranks, evenly spaced. */
function medianOfEight(items: usize, from: i32, to: i32): i32 {
  const apart = (<usize>((to - from - 1) / LANES)) << 2;
  const base = items + ((<usize>from) << 2);
  for (let chosen = 1; chosen < LANES; chosen++) {
    const item = load<i32>(base + <usize>chosen * apart);
    let below = 0;
    for (let other = 1; other <= LANES; other++) below += i32(load<i32>(base + <usize>other * apart) < item);
    if (below == LANES / 2) return item >> ROW_BITS;
  }
  return load<i32>(base + <usize>LANES * apart) >> ROW_BITS;
}

/**
 * Ranks below the pivot to the front, others behind them; returns where these begin. Blocks are read from the end that has less
 * room left, those at both ends last, as they would be overwritten.
 */
function partition(items: usize, from: i32, to: i32, pivot: i32, moved: usize): i32 {
  const least = pivot << ROW_BITS;
  let first = from;
  let end = to;
  for (let rest = (to - from) % BLOCK; rest > 0; rest--) {
    const place = items + ((<usize>first) << 2);
    const item = load<i32>(place);
    if (item < least) first++;
    else {
      end--;
      const last = items + ((<usize>end) << 2);
      store<i32>(place, load<i32>(last));
      store<i32>(last, item);
    }
  }
  let low = first;
  let high = end;
  let ahead = first + BLOCK;
  let behind = end - BLOCK;
  // The two blocks at the ends are set apart after all others.
  for (let rest = (end - first) / BLOCK; rest > 0; rest--) {
    let start = first;
    if (rest == 1) start = end - BLOCK;
    else if (rest > 2) {
      if (high - behind < ahead - low) {
        behind -= BLOCK;
        start = behind;
      } else {
        start = ahead;
        ahead += BLOCK;
      }
    }
    for (let vector = start; vector < start + BLOCK; vector += LANES) {
      const source = items + ((<usize>vector) << 2);
      const pivots = i32x4.splat(least);
      const below =
        popcnt(i32x4.bitmask(i32x4.lt_s(v128.load(source), pivots))) +
        popcnt(i32x4.bitmask(i32x4.lt_s(v128.load(source, 16), pivots)));
      high -= LANES - below;
      let above = high;
      for (let at: usize = 0; at < (<usize>LANES) << 2; at += 4) {
        const item = load<i32>(source + at);
        const isBelow = i32(item < least);
        store<i32>(moved + ((<usize>select(low, above, isBelow)) << 2), item);
        low += isBelow;
        above += 1 - isBelow;
      }
    }
  }
  const offset = (<usize>first) << 2;
  memory.copy(items + offset, moved + offset, (<usize>(end - first)) << 2);
  return low;
}

/** A bitonic network, in which items that differ only in the bits of `tied` never change places; `work` is overwritten. */
function sortByNetwork(items: usize, from: i32, to: i32, work: usize, tied: i32): void {
  const source = items + ((<usize>from) << 2);
  const bytes = (<usize>(to - from)) << 2;
  memory.copy(work, source, bytes);
  // Items behind the last would be larger than all, and stay where they are.
  for (let at = bytes; at & 15; at += 4) store<i32>(work + at, i32.MAX_VALUE);
  const end = work + bytes;
  const ties = i32x4.splat(tied);
  for (let at = work; at < end; at += 16) {
    v128.store(at, exchangeNext(exchangeMirrored(exchangeNext(v128.load(at), ties), ties), ties));
  }
  for (let apart: usize = 16; apart < bytes; apart <<= 1) {
    exchangeMirroredHalves(work, end, apart, ties);
    for (let half = apart >> 1; half >= 16; half >>= 1) exchangeHalves(work, end, half, ties);
    for (let at = work; at < end; at += 16) {
      v128.store(at, exchangeNext(exchangeAfterNext(v128.load(at), ties), ties));
    }
  }
  memory.copy(source, work, bytes);
}

/** Of 0 1 2 3 these with 1 0 3 2: the second goes first if it is less. */
function exchangeNext(a: v128, ties: v128): v128 {
  const b = i32x4.shuffle(a, a, 1, 0, 3, 2);
  const above = i32x4.gt_s(a, v128.or(b, ties));
  return v128.bitselect(b, a, i32x4.shuffle(above, above, 0, 0, 2, 2));
}

function exchangeMirrored(a: v128, ties: v128): v128 {
  const b = i32x4.shuffle(a, a, 3, 2, 1, 0);
  const above = i32x4.gt_s(a, v128.or(b, ties));
  return v128.bitselect(b, a, i32x4.shuffle(above, above, 0, 1, 1, 0));
}

function exchangeAfterNext(a: v128, ties: v128): v128 {
  const b = i32x4.shuffle(a, a, 2, 3, 0, 1);
  const above = i32x4.gt_s(a, v128.or(b, ties));
  return v128.bitselect(b, a, i32x4.shuffle(above, above, 0, 1, 0, 1));
}

function exchangeHalves(work: usize, end: usize, apart: usize, ties: v128): void {
  for (let start = work; start + apart < end; start += apart << 1) {
    const stop = min(start + apart, end - apart);
    for (let low = start; low < stop; low += 16) {
      const a = v128.load(low);
      const b = v128.load(low + apart);
      const above = i32x4.gt_s(a, v128.or(b, ties));
      v128.store(low, v128.bitselect(b, a, above));
      v128.store(low + apart, v128.bitselect(a, b, above));
    }
  }
}

/** The first of a half with the last of the next one, and so on. */
function exchangeMirroredHalves(work: usize, end: usize, apart: usize, ties: v128): void {
  for (let start = work; start + apart < end; start += apart << 1) {
    let high = start + (apart << 1) - 16;
    for (let low = start; low < start + apart; low += 16) {
      if (high < end) {
        const a = v128.load(low);
        const last = v128.load(high);
        const b = i32x4.shuffle(last, last, 3, 2, 1, 0);
        const above = i32x4.gt_s(a, v128.or(b, ties));
        v128.store(low, v128.bitselect(b, a, above));
        const higher = v128.bitselect(a, b, above);
        v128.store(high, i32x4.shuffle(higher, higher, 3, 2, 1, 0));
      }
      high -= 16;
    }
  }
}
