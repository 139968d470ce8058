import { RondelError } from '@rondel/contracts';
import type { RowMatrix } from './row-matrix.js';
import { pairsOf, type ValueOrder } from './value-order.js';

/** Unknowns of some right-hand sides in the kernels' memory, where complex ones may lie in groups of four, see `padded-rows.ts`. */
export interface Unknowns {
  /** A copy, by default [entry, column] with complex values as pairs. */
  read(order?: ValueOrder): Float32Array;
  write(values: Float32Array, order?: ValueOrder): void;
  /** Drops imaginary parts, and for `positive` negative values too. */
  project(onto: 'real' | 'positive'): void;
}

export function unknownsAt(matrix: RowMatrix, address: number, entries: number): Unknowns {
  const { complex, columns, unknownBytes, layout, held } = matrix;
  const { memory } = held;
  const size = entries * columns * (complex ? 2 : 1);
  const grouped = complex && layout !== 'indexed';
  const view = (entry: number) => memory.float32(address + entry * unknownBytes, unknownBytes / 4);
  const usual = pairsOf(columns, complex);
  /** Place of a column's real part, and how far the imaginary part is from it. */
  const place = grouped
    ? (column: number) => 8 * (column >> 2) + (column & 3)
    : (column: number) => (complex ? 2 : 1) * column;
  const imaginary = grouped ? 4 : 1;
  return {
    read(order = usual) {
      const values = new Float32Array(size);
      for (let entry = 0; entry < entries; entry++) {
        const from = view(entry);
        for (let column = 0, to = entry * order.entry; column < columns; column++, to += order.value) {
          const at = place(column);
          values[to] = from[at] ?? NaN;
          if (complex) values[to + order.part] = from[at + imaginary] ?? NaN;
        }
      }
      return values;
    },
    write(values, order = usual) {
      if (values.length !== size) {
        throw new RondelError(
          'INTERNAL',
          `${values.length} numbers are not the unknowns of ${entries} right-hand sides`,
        );
      }
      for (let entry = 0; entry < entries; entry++) {
        const to = view(entry).fill(0);
        for (let column = 0, from = entry * order.entry; column < columns; column++, from += order.value) {
          const at = place(column);
          // Adding 0 makes 0 of -0, which sums would otherwise keep or lose by where a sweep pauses.
          to[at] = (values[from] ?? NaN) + 0;
          if (complex) to[at + imaginary] = (values[from + order.part] ?? NaN) + 0;
        }
      }
    },
    project(onto) {
      if (onto === 'real' && !complex) return;
      const form = complex ? (grouped ? 1 : 2) : 0;
      held.run({
        kind: 'projectUnknowns',
        parameters: [address, unknownBytes, Number(onto === 'positive'), form],
        tasks: entries,
      });
    },
  };
}
