// The parameter block of all tasks of the Fourier grid, see grid-tables.ts, and where a thread may work.

export const ROWS: usize = 0;
export const COLUMNS: usize = 4;
export const ANGLES: usize = 8;
export const DETECTORS: usize = 12;
export const SINOGRAM: usize = 16;
export const ROW_BINS: usize = 20;
export const IMAGE: usize = 24;
export const IMAGE_STRIDE: usize = 28;
/** Length of a row's transform, and how many of its frequencies are kept, from 0 to the half: others are those again. */
export const ROW_LENGTH: usize = 32;
export const FREQUENCIES: usize = 36;
export const ROW_PASSES: usize = 40;
export const ROW_ROOTS: usize = 44;
/** What each sample is multiplied with, as [re re -im im]. */
export const RADIAL_FACTORS: usize = 48;
/** [angle of the block][frequency], complex. */
export const POLAR: usize = 52;
/** Cells of the grid along x and y, without margins. */
export const GRID_X: usize = 56;
export const GRID_Y: usize = 60;
/** [x from -MARGIN to GRID_X / 2 + MARGIN][y from -MARGIN], complex; cells from one x to the next. */
export const GRID: usize = 64;
export const GRID_STRIDE: usize = 68;
export const X_PASSES: usize = 72;
export const X_ROOTS: usize = 76;
export const Y_PASSES: usize = 80;
export const Y_ROOTS: usize = 84;
/** [row][x from 0 to GRID_X / 2], complex; cells from one row to the next. */
export const HALF: usize = 88;
export const HALF_STRIDE: usize = 92;
/** By what columns and rows of the image are multiplied. */
export const COLUMN_FACTORS: usize = 96;
export const ROW_FACTORS: usize = 100;
export const SEGMENTS: usize = 104;
/** Pieces of segments, tile by tile, and where each tile's begin. */
export const PIECES: usize = 108;
export const FIRST_ANGLE: usize = 112;
/** Weights of a sample's cells, [fraction of a cell][cell]. */
export const TAPS: usize = 116;
export const TILES_X: usize = 120;
export const TILE_STARTS: usize = 124;
/** Which tiles of each square of four are at work: their x and y in it. */
export const CORNER_X: usize = 128;
export const CORNER_Y: usize = 132;
export const WORK: usize = 136;
export const WORK_BYTES: usize = 140;
export const SCRATCH: usize = 144;
export const SCRATCH_BYTES: usize = 148;

/** Cells beside the grid on either side: half the width of a sample, and one for what rounding moves over the edge. */
export const MARGIN: i32 = 3;
export const CELL_BYTES: usize = 8;

/** A thread's own memory for transforms: threads are told apart by their scratch. */
export function workOf(params: usize, scratch: usize): usize {
  const thread = (scratch - <usize>load<u32>(params, SCRATCH)) / <usize>load<u32>(params, SCRATCH_BYTES);
  return <usize>load<u32>(params, WORK) + thread * <usize>load<u32>(params, WORK_BYTES);
}
