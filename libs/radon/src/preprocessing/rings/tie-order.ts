/** Rows up to this many fit beside a rank into 31 bits. */
const rowBits = 15;
const mostRows = 2 ** rowBits;
const rowMask = mostRows - 1;

/** Keys of -0 and 0, which are equal. */
const zeros = [0x7fffffff, 0x80000000] as const;

/**
 * Returns what puts rows of equal values into their order, of columns that are sorted already.
 *
 * Equal values have no order of their own, but what is done to values by their rank depends on the one they get. Here it is that
 * of NumPy's argsort on processors with AVX-512 (Bramas, "A novel hybrid quicksort algorithm vectorized using AVX-512", IJACSA 8
 * (2017) 337), so that stripes removed by sorting agree to rounding with those that TomoPy removes there; between NumPy's orders
 * on other processors TomoPy itself differs by 2e-4. In columns of more than 32,768 values equal ones keep their order.
 *
 * @param length of the columns. What is returned takes the keys of the values, rising, and the rows that they are from.
 */
export function openTieOrder(length: number): (keys: Uint32Array, rows: Uint32Array) => void {
  const [items, moved] = [new Int32Array(length), new Int32Array(length)];
  return (keys, rows) => {
    if (length > mostRows) return;
    let rank = 0;
    for (let at = 0; at < length; at++) {
      if (at > 0 && isAbove(keys[at] ?? 0, keys[at - 1] ?? 0)) rank += 1;
      const row = rows[at] ?? 0;
      items[row] = (rank << rowBits) | row;
    }
    if (rank >= length - 1) return;
    sortItems(items, { moved, from: 0, to: length, rounds: 2 * Math.floor(Math.log2(length)) });
    for (let at = 0; at < length; at++) rows[at] = (items[at] ?? 0) & rowMask;
  };
}

function isAbove(key: number, before: number): boolean {
  return key !== before && !(before === zeros[0] && key === zeros[1]);
}

/** Items that a sorting network takes at once. */
const networkSize = 256;

/** Items that are set apart at a time. */
const lanes = 8;

interface Part {
  readonly from: number;
  /** Not among them. */
  readonly to: number;
  /** Pivots before it is left to a sort of another kind. */
  readonly rounds: number;
  readonly moved: Int32Array;
}

/** Quicksort of [rank, row] by rank, down to what a network takes. */
function sortItems(items: Int32Array, { from, to, rounds, moved }: Part): void {
  if (to - from <= networkSize) {
    sortByNetwork(items, from, to, moved);
    return;
  }
  if (rounds === 0) {
    items.subarray(from, to).sort();
    return;
  }
  const pivot = medianOfEight(items, from, to);
  const middle = partition(items, { from, to, pivot, moved });
  const next = { moved, rounds: rounds - 1 };
  if (middle > from) sortItems(items, { ...next, from, to: middle });
  if (items.subarray(middle, to).some((item) => item >> rowBits !== pivot)) {
    sortItems(items, { ...next, from: middle, to });
  }
}

/** A bitonic network, in which equal ranks never change places; `work` is overwritten. */
function sortByNetwork(items: Int32Array, from: number, to: number, work: Int32Array): void {
  const width = to - from;
  const used = 2 ** Math.ceil(Math.log2(width));
  const keys = used <= work.length ? work : new Int32Array(used);
  keys.set(items.subarray(from, to));
  keys.fill(2 ** 31 - 1, width, used);
  for (let size = 2; size <= used; size *= 2) {
    exchangeAll(keys, used, { apart: size >> 1, isMirrored: true });
    for (let apart = size >> 2; apart >= 1; apart >>= 1) exchangeAll(keys, used, { apart, isMirrored: false });
  }
  items.set(keys.subarray(0, width), from);
}

/** One step of the network: two of each pair change places if the second has the lesser rank; no branch, which none would foresee. */
function exchangeAll(
  keys: Int32Array,
  used: number,
  { apart, isMirrored }: { readonly apart: number; readonly isMirrored: boolean },
): void {
  const [farthest, step] = isMirrored ? [2 * apart - 1, -1] : [apart, 1];
  for (let start = 0; start < used; start += 2 * apart) {
    let high = start + farthest;
    for (let low = start; low < start + apart; low++) {
      const a = keys[low] ?? 0;
      const b = keys[high] ?? 0;
      const changed = (a ^ b) & (((b >> rowBits) - (a >> rowBits)) >> 31);
      keys[low] = a ^ changed;
      keys[high] = b ^ changed;
      high += step;
    }
  }
}

/** The fifth of eight ranks, evenly spaced. */
function medianOfEight(items: Int32Array, from: number, to: number): number {
  const apart = Math.floor((to - from - 1) / lanes);
  const chosen = Int32Array.from({ length: lanes }, (_, index) => items[from + (index + 1) * apart] ?? 0);
  return (chosen.sort()[lanes / 2] ?? 0) >> rowBits;
}

const block = 4 * lanes;

/**
 * Ranks below the pivot to the front, others behind them; returns where these begin. Blocks are read from the end that has less
 * room left, those at both ends last, as they would be overwritten.
 */
function partition(
  items: Int32Array,
  { from, to, pivot, moved }: Omit<Part, 'rounds'> & { readonly pivot: number },
): number {
  const least = pivot << rowBits;
  let [first, end] = [from, to];
  for (let rest = (to - from) % block; rest > 0; rest--) {
    const item = items[first] ?? 0;
    if (item < least) first += 1;
    else {
      end -= 1;
      items[first] = items[end] ?? 0;
      items[end] = item;
    }
  }
  let [low, high] = [first, end];
  const setApart = (start: number): void => {
    for (let vector = start; vector < start + block; vector += lanes) {
      let above = high;
      for (let at = vector; at < vector + lanes; at++) if ((items[at] ?? 0) >= least) above -= 1;
      high = above;
      for (let at = vector; at < vector + lanes; at++) {
        const item = items[at] ?? 0;
        moved[item < least ? low++ : above++] = item;
      }
    }
  };
  let [ahead, behind] = [first + block, end - block];
  while (ahead < behind) {
    if (high - behind < ahead - low) {
      behind -= block;
      setApart(behind);
    } else {
      setApart(ahead);
      ahead += block;
    }
  }
  setApart(first);
  setApart(end - block);
  items.set(moved.subarray(first, end), first);
  return low;
}
