import type { UnitaryTransform } from './grid-transform.js';

/** Which coefficients of a row are kept: those above a share of the largest, or a share of all of them. */
export interface Compression {
  /** Share of the row's largest magnitude; 0: by `share`. */
  readonly thresh: number;
  /** Share of the coefficients of each row that is kept, the largest ones; at least one. */
  readonly redFactor: number;
}

/** Rows of a sparse complex matrix; columns rise within a row. */
export interface CompressedRows {
  readonly rows: number;
  readonly columns: number;
  /** Where each row begins in the two arrays below, and their length. */
  readonly rowStarts: Uint32Array;
  readonly columnIndices: Uint32Array;
  /** Real and imaginary parts, interleaved. */
  readonly values: Float32Array;
}

/**
 * Carries each row of `matrix` into the dual, S B for the map B of images, and keeps its largest coefficients
 * (Lampe et al., 2012, Phys. Med. Biol. 57). `matrix` is complex64 [row, column], interleaved; it is not changed.
 * A row has `grids` with a compression of its own each, one for each contrast, of as many columns.
 */
export function compressRows(
  matrix: { readonly rows: number; readonly columns: number; readonly data: Float32Array },
  transform: UnitaryTransform,
  grids: readonly Compression[],
): CompressedRows {
  const { rows, columns } = matrix;
  const voxels = columns / grids.length;
  const rowStarts = new Uint32Array(rows + 1);
  const kept: { readonly indices: Uint32Array; readonly row: Float32Array }[] = [];
  for (let row = 0; row < rows; row++) {
    const coefficients = matrix.data.slice(2 * row * columns, 2 * (row + 1) * columns);
    transform.transpose(coefficients);
    const indices = grids.map((compression, grid) =>
      largestCoefficients(coefficients.subarray(2 * grid * voxels, 2 * (grid + 1) * voxels), compression).map(
        (index) => index + grid * voxels,
      ),
    );
    const count = indices.reduce((sum, list) => sum + list.length, rowStarts[row] ?? 0);
    rowStarts[row + 1] = count;
    kept.push(gathered(coefficients, indices));
  }
  const columnIndices = new Uint32Array(rowStarts[rows] ?? 0);
  const values = new Float32Array(2 * columnIndices.length);
  kept.forEach(({ indices, row }, index) => {
    columnIndices.set(indices, rowStarts[index]);
    values.set(row, 2 * (rowStarts[index] ?? 0));
  });
  return { rows, columns, rowStarts, columnIndices, values };
}

/**
 * Positions of the coefficients that are kept, rising. Magnitudes are compared as float32; of equal ones the later is kept,
 * as MPIReco.jl does.
 */
export function largestCoefficients(coefficients: Float32Array, { thresh, redFactor }: Compression): Uint32Array {
  const count = coefficients.length / 2;
  const magnitudes = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    const [re, im] = [coefficients[2 * index] ?? 0, coefficients[2 * index + 1] ?? 0];
    magnitudes[index] = Math.sqrt(re * re + im * im);
  }
  if (thresh > 0) {
    const level = Math.fround(thresh * magnitudes.reduce((largest, value) => Math.max(largest, value), 0));
    return positionsWhere(count, (index) => (magnitudes[index] ?? 0) > level);
  }
  const kept = Math.min(count, Math.max(1, Math.floor(redFactor * count)));
  // Sorting numbers is several times faster than sorting positions by them.
  const level = magnitudes.toSorted()[count - kept] ?? 0;
  let atLevel = kept - magnitudes.reduce((above, value) => above + (value > level ? 1 : 0), 0);
  const isKept = new Uint8Array(count);
  for (let index = count - 1; index >= 0; index--) {
    const value = magnitudes[index] ?? 0;
    if (value > level || (value === level && atLevel-- > 0)) isKept[index] = 1;
  }
  return positionsWhere(count, (index) => isKept[index] === 1);
}

function positionsWhere(count: number, isKept: (index: number) => boolean): Uint32Array {
  const positions = new Uint32Array(count);
  let length = 0;
  for (let index = 0; index < count; index++) if (isKept(index)) positions[length++] = index;
  return positions.slice(0, length);
}

function gathered(coefficients: Float32Array, indices: readonly Uint32Array[]) {
  const all = Uint32Array.from(indices.flatMap((list) => [...list]));
  const row = new Float32Array(2 * all.length);
  all.forEach((index, place) => {
    row[2 * place] = coefficients[2 * index] ?? 0;
    row[2 * place + 1] = coefficients[2 * index + 1] ?? 0;
  });
  return { indices: all, row };
}
