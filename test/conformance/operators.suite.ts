import {
  complexOfPairs,
  denseOperator,
  openDenseRows,
  pairsOfComplex,
  rowsOperator,
  type LinearOperator,
} from '@rondel/compute';
import { memory, mul, scalar, tensor, tidy } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { engineName, tolerance, useEngineUnderTest } from './engine-under-test.js';
import { dot, randomValues, relativeError } from './reference.js';

useEngineUnderTest();

const [rows, columns, batch] = [37, 45, 3];
const matrix = randomValues(rows * columns * 2, 21);

/** [part, row, column] of rows from `first`. */
function planesOf(first: number, count: number): Float32Array {
  const values = new Float32Array(2 * count * columns);
  for (let at = 0; at < count * columns; at++) {
    for (const part of [0, 1]) values[part * count * columns + at] = matrix[2 * (first * columns + at) + part] ?? NaN;
  }
  return values;
}

/** A x of [part, column, batch], or A^H y of [part, row, batch], by the definition in float64. */
function product(values: Float32Array, adjoint: boolean): Float64Array {
  const [from, to] = adjoint ? [rows, columns] : [columns, rows];
  const result = new Float64Array(2 * to * batch);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [i, o] = adjoint ? [row, column] : [column, row];
      const at = 2 * (row * columns + column);
      const real = matrix[at] ?? NaN;
      const imaginary = (matrix[at + 1] ?? NaN) * (adjoint ? -1 : 1);
      for (let entry = 0; entry < batch; entry++) {
        const [x = NaN, y = NaN] = [values[i * batch + entry], values[(from + i) * batch + entry]];
        const [first, second] = [o * batch + entry, (to + o) * batch + entry];
        result[first] = (result[first] ?? NaN) + real * x - imaginary * y;
        result[second] = (result[second] ?? NaN) + real * y + imaginary * x;
      }
    }
  }
  return result;
}

const operators: readonly (readonly [string, () => LinearOperator | Promise<LinearOperator>])[] = [
  [
    'on the device, in blocks',
    () =>
      denseOperator({
        columns,
        complex: true,
        blocks: [
          { rows: 20, values: planesOf(0, 20) },
          { rows: 17, values: planesOf(20, 17) },
        ],
      }),
  ],
  [
    'as rows on the processor',
    async () => rowsOperator(await openDenseRows({ dtype: 'complex64', shape: [rows, columns], data: matrix })),
  ],
];

it.each(operators)(`products with a complex matrix %s are those of float64 on ${engineName}`, async (_, make) => {
  const before = memory().numTensors;
  const operator = await make();
  const [x, y] = [randomValues(2 * columns * batch, 22), randomValues(2 * rows * batch, 23)];
  const [ax, ahy] = tidy(() => [
    operator.apply(tensor(x, [2, columns, batch])).dataSync(),
    operator.adjoint(tensor(y, [2, rows, batch])).dataSync(),
  ]);
  expect(relativeError(ax, product(x, false))).toBeLessThan(tolerance.kernel);
  expect(relativeError(ahy, product(y, true))).toBeLessThan(tolerance.kernel);
  const scale = Math.sqrt(dot(ax, ax) * dot(y, y));
  expect(Math.abs(dot(ax, y) - dot(x, ahy)) / scale).toBeLessThan(tolerance.adjoint);
  operator.dispose();
  expect(memory().numTensors).toBe(before);
});

it(`complex arrays become pairs on ${engineName} and come back, exactly`, async () => {
  const before = memory().numTensors;
  const data = randomValues(2 * 3 * 5, 23);
  const pairs = pairsOfComplex({ dtype: 'complex64', shape: [3, 5], data });
  expect(pairs.shape).toEqual([2, 3, 5]);
  // What a real factor does to a complex number, and a power of two to a float32: no rounding.
  const factor = scalar(2);
  const doubled = mul(pairs, factor);
  expect(await complexOfPairs(doubled)).toEqual({
    dtype: 'complex64',
    shape: [3, 5],
    data: data.map((value) => 2 * value),
  });
  const real = pairsOfComplex({ dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) });
  expect([...(await complexOfPairs(real)).data]).toEqual([1, 0, 2, 0]);
  const alone = scalar(1);
  await expect(complexOfPairs(alone)).rejects.toMatchObject({ code: 'DATA_SHAPE_MISMATCH' });
  for (const each of [pairs, factor, doubled, real, alone]) each.dispose();
  expect(memory().numTensors).toBe(before);
});
