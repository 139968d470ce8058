/** One entry of a slab: one slice of one frame. */
export interface EntrySize {
  readonly angles: number;
  readonly detectors: number;
  readonly rows: number;
  readonly columns: number;
}

/** Device memory that one slab may take; results do not depend on it. */
const slabBudgetBytes = 512 * 2 ** 20;

/** The same where a Fourier grid takes one slice after the other: more at a time are no faster, and leave less room for tall blocks. */
export const gridBudgetBytes = 128 * 2 ** 20;

/** Kernels work on groups of this many entries; a slab that is no multiple of it wastes lanes. */
const kernelGroup = 8;

/** Float32 copies of sinogram and image that live at the same time while one entry is computed. */
export interface SlabCopies {
  readonly sinogram: number;
  readonly image: number;
}

/**
 * Copies of a direct reconstruction, each of whose operations holds what it takes and what it gives: twice the rows, three times as
 * wide where they are padded, and one of both in the memory of the kernel. Images go where rows were if they fit there.
 */
export function directCopies({ angles, detectors, rows, columns }: EntrySize, isPadded = false): SlabCopies {
  const width = isPadded ? paddedWidth : 1;
  const image = (rows * columns) / (width * angles * detectors);
  return { sinogram: 2 * width + 1, image: 1 + (image > 1 ? 1 : 0) + (image > 2 ? 1 : 0) };
}

/** Width of rows that are padded, until they are filtered, in detectors. */
export const paddedWidth = 3;

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
