/** One entry of a slab: one slice of one frame. */
export interface EntrySize {
  readonly angles: number;
  readonly detectors: number;
  readonly rows: number;
  readonly columns: number;
}

/** Device memory that one slab may take; results do not depend on it. */
const slabBudgetBytes = 512 * 2 ** 20;

/** Kernels work on groups of this many entries; a slab that is no multiple of it wastes lanes. */
const kernelGroup = 8;

/** Float32 copies of sinogram and image that live at the same time while one entry is computed. */
export interface SlabCopies {
  readonly sinogram: number;
  readonly image: number;
}

export const directCopies: SlabCopies = { sinogram: 5, image: 3 };

/** Rows that are padded are three times as wide until they are filtered. */
export const paddedCopies: SlabCopies = { sinogram: 11, image: 3 };

/** Bytes on the device for one entry of a slab. */
export function slabBytes({ angles, detectors, rows, columns }: EntrySize, { sinogram, image }: SlabCopies): number {
  return 4 * (sinogram * angles * detectors + image * rows * columns);
}

/** As `slabExtent`, of entries of which so many belong together. */
export function slabEntries(entries: number, bytesPerEntry: number, together: number, budgetBytes?: number): number {
  return together * slabExtent(entries / together, together * bytesPerEntry, budgetBytes);
}

/** Number of entries per slab: as many as fit the budget, in whole kernel groups when more than one slab is needed. */
export function slabExtent(entries: number, bytesPerEntry: number, budgetBytes = slabBudgetBytes): number {
  const fitting = Math.max(1, Math.floor(budgetBytes / bytesPerEntry));
  if (fitting >= entries) return entries;
  return Math.floor(fitting / kernelGroup) * kernelGroup || fitting;
}
