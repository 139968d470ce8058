import '@tensorflow/tfjs-backend-wasm';
import { setBackend, sum, tensor2d, tensor3d, tidy } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { gathered, scattered } from './composed-cells.js';

it('cells of a table are told apart where it has more of them than float32 has whole numbers', async () => {
  await setBackend('wasm');
  const entries = 2 ** 22 + 9;
  const shape: [number, number, number] = [4, 1, entries];
  // Neighbours beyond 2^24, the first cell, and one beside the table, which counts nothing.
  const cells = [
    [3, entries - 2],
    [3, entries - 1],
    [0, 0],
    [3, entries],
  ] as const;
  const line = (values: readonly number[]) => tensor2d([...values], [1, values.length]);
  tidy(() => {
    const at = {
      row: line(cells.map(([row]) => row)),
      column: line(cells.map(() => 0)),
      entry: line(cells.map(([, entry]) => entry)),
      weight: line([1, 1, 2, 1]),
    };
    const table = new Float32Array(4 * entries);
    cells.slice(0, 3).forEach(([row, entry], index) => (table[row * entries + entry] = index + 5));
    expect(Array.from(gathered(tensor3d(table, shape), at).dataSync<'float32'>())).toEqual([5, 6, 14, 0]);

    const spread = scattered(tensor2d([5, 6, 7, 8], [4, 1]), at, shape);
    const values = spread.dataSync<'float32'>();
    expect(cells.slice(0, 3).map(([row, entry]) => values[row * entries + entry])).toEqual([5, 6, 14]);
    expect(sum(spread).dataSync<'float32'>()[0]).toBe(25);
  });
});
