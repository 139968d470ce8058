// What the projection kernels read: the parameter block, chunks of slices and the table of angles.
//
// A detector coordinate is a 64-bit integer: bin in the high word, fraction in the low word with its two lowest bits
// zero (30 bits of fraction). Integer sums are exact, so every path below computes the same bin and the same fraction
// for a pixel and an angle, however pixels are grouped. float32 coordinates would lose 1e-5 to 1e-4 of a bin.

export const FRACTION_MASK: i32 = 0x3fffffff;
export const FRACTION_UNIT: f32 = 9.313225746154785e-10; // 2^-30

/** Pixels per side of a tile. The order in which the forward projectors visit pixels follows from it. */
export const TILE: i32 = 16;

/**
 * Whether coordinates at this angle change more from row to row than from column to column. The forward projectors visit
 * the columns of a tile one after the other then, the rows otherwise, so that pixels of a line are 0.7 to 1 bins apart.
 */
export function isSteep(entry: usize): bool {
  const perRow = load<i64>(entry, STEP_ROW) << 2;
  const perFour = load<i64>(entry, STEP_FOUR);
  return (perRow < 0 ? -perRow : perRow) > (perFour < 0 ? -perFour : perFour);
}

// Words of the parameter block.
export const ROWS: usize = 0;
export const COLUMNS: usize = 4;
export const ANGLES: usize = 8;
export const DETECTORS: usize = 12;
export const TABLE: usize = 16;
export const ROW_BINS: usize = 20;
export const IMAGE_STRIDE: usize = 24;
export const CHUNKS: usize = 28;
export const CHUNK_COUNT: usize = 32;
export const GROUP: usize = 36;
export const ANGLES_PER_TASK: usize = 40;
export const ORIGIN: usize = 44;

// Fields of a chunk: where its sinogram and its image begin, log2(16 / lanes); arrange.ts reads the rest.
export const CHUNK_BYTES: usize = 20;

// Fields of an angle: coordinate of the first pixel's group, step per row, per four columns; offsets of the four pixels.
export const ANGLE_BYTES: usize = 48;
export const STEP_ROW: usize = 8;
export const STEP_FOUR: usize = 16;
export const LANES: usize = 32;
