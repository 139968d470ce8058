/**
 * A set of SHA-256 hashes for very many of them: 16 to 32 bytes of memory each, as only their first 8 bytes are kept. Two
 * hashes that agree in those are the same to it, so `has` may say yes for one that was never added, never no for one that
 * was. Whoever asks it what must stay errs on the safe side.
 */
export interface ArtifactSet {
  /** @param sha256 64 hex digits. */
  add(sha256: string): void;
  has(sha256: string): boolean;
  /** Hashes in it. */
  readonly size: number;
}

interface Slots {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  readonly taken: Uint8Array;
  readonly mask: number;
}

const firstSlots = 1024;

export function createArtifactSet(): ArtifactSet {
  let slots = emptySlots(firstSlots);
  let size = 0;
  return {
    add(sha256) {
      const [high, low] = fingerprint(sha256);
      if (!insert(slots, high, low)) return;
      size += 1;
      if (size * 2 > slots.mask) slots = doubled(slots);
    },
    has(sha256) {
      const [high, low] = fingerprint(sha256);
      return slots.taken[slotOf(slots, high, low)] === 1;
    },
    get size() {
      return size;
    },
  };
}

function fingerprint(sha256: string): [high: number, low: number] {
  return [Number.parseInt(sha256.slice(0, 8), 16), Number.parseInt(sha256.slice(8, 16), 16)];
}

function emptySlots(count: number): Slots {
  return { high: new Uint32Array(count), low: new Uint32Array(count), taken: new Uint8Array(count), mask: count - 1 };
}

/** Where the hash lies, or the free slot that it would take. Hashes are random, so their own bits spread them. */
function slotOf({ high: highs, low: lows, taken, mask }: Slots, high: number, low: number): number {
  let slot = low & mask;
  while (taken[slot] === 1 && (highs[slot] !== high || lows[slot] !== low)) slot = (slot + 1) & mask;
  return slot;
}

/** False when it was there already. */
function insert(slots: Slots, high: number, low: number): boolean {
  const slot = slotOf(slots, high, low);
  if (slots.taken[slot] === 1) return false;
  slots.taken[slot] = 1;
  slots.high[slot] = high;
  slots.low[slot] = low;
  return true;
}

function doubled(slots: Slots): Slots {
  const larger = emptySlots((slots.mask + 1) * 2);
  for (const [slot, taken] of slots.taken.entries()) {
    if (taken === 1) insert(larger, slots.high[slot] ?? 0, slots.low[slot] ?? 0);
  }
  return larger;
}
