/** Slices that a chunk can hold side by side, and what the kernels shift byte offsets of 16 lanes by. */
const shiftOfLanes = { 16: 0, 8: 1, 4: 2, 1: 4 } as const;

export type Lanes = keyof typeof shiftOfLanes;

/** Neighboring slices that lie together in kernel memory, [row][column][lane]. */
export interface SliceChunk {
  readonly lanes: Lanes;
  /** log2(16 / lanes). */
  readonly shift: number;
  readonly firstSlice: number;
  /** Lanes that hold a slice, from the first; the rest is padding. */
  readonly used: number;
}

function narrowest(remaining: number, most: Lanes): Lanes {
  const wanted: Lanes = remaining > 8 ? 16 : remaining > 4 ? 8 : 4;
  return wanted < most ? wanted : most;
}

/** Splits a batch into chunks of at most `most` lanes. */
export function chunkSlices(batch: number, most: Lanes): SliceChunk[] {
  const chunks: SliceChunk[] = [];
  for (let first = 0; first < batch;) {
    const lanes = narrowest(batch - first, most);
    const used = Math.min(lanes, batch - first);
    chunks.push({ lanes, shift: shiftOfLanes[lanes], firstSlice: first, used });
    first += used;
  }
  return chunks;
}

/** The widest chunk that fits into `bytes`; 1 when none does, so that the allocation itself reports what is missing. */
export function widestLanes(bytesPerLane: number, bytes: number): Lanes {
  const widths: readonly Lanes[] = [16, 8, 4];
  return widths.find((lanes) => lanes * bytesPerLane <= bytes) ?? 1;
}

/** Groups chunks into slabs of at most `bytes`, at least one chunk each. */
export function groupIntoSlabs(chunks: readonly SliceChunk[], bytesPerLane: number, bytes: number): SliceChunk[][] {
  const slabs: SliceChunk[][] = [];
  let slab: SliceChunk[] = [];
  let lanes = 0;
  for (const chunk of chunks) {
    if (slab.length > 0 && (lanes + chunk.lanes) * bytesPerLane > bytes) {
      slabs.push(slab);
      slab = [];
      lanes = 0;
    }
    slab.push(chunk);
    lanes += chunk.lanes;
  }
  if (slab.length > 0) slabs.push(slab);
  return slabs;
}
