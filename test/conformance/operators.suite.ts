import {
  complexOfPairs,
  composeOperators,
  denseOperator,
  multiplyOperator,
  openDenseRows,
  pairsOfComplex,
  radonOperator,
  rowsOperator,
  type LinearOperator,
  type ParallelGeometry,
} from '@rondel/compute';
import { memory, mul, scalar, tensor, tidy } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { expectAgreement } from './agreement.js';
import { engineName, tolerance, useEngineUnderTest } from './engine-under-test.js';
import { dot, evenAngles, randomValues, referenceBackproject, referenceForward } from './reference.js';

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

it.each(operators)(`products with a complex matrix %s are those of float64 on ${engineName}`, async (name, make) => {
  const before = memory().numTensors;
  const operator = await make();
  const [x, y] = [randomValues(2 * columns * batch, 22), randomValues(2 * rows * batch, 23)];
  const [ax, ahy] = tidy(() => [
    operator.apply(tensor(x, [2, columns, batch])).dataSync(),
    operator.adjoint(tensor(y, [2, rows, batch])).dataSync(),
  ]);
  expectAgreement(`operator: complex matrix ${name}`, ax, product(x, false), tolerance.kernel);
  expectAgreement(`operator: complex matrix ${name}, adjoint`, ahy, product(y, true), tolerance.kernel);
  const scale = Math.sqrt(dot(ax, ax) * dot(y, y));
  expect(Math.abs(dot(ax, y) - dot(x, ahy)) / scale).toBeLessThan(tolerance.adjoint);
  operator.dispose();
  expect(memory().numTensors).toBe(before);
});

it(`a real matrix in blocks has the products of float64 on ${engineName}`, () => {
  const before = memory().numTensors;
  const values = randomValues(rows * columns, 24);
  const blocks = [
    { rows: 20, values: values.slice(0, 20 * columns) },
    { rows: 17, values: values.slice(20 * columns) },
  ];
  const operator = denseOperator({ columns, complex: false, blocks });
  const [x, y] = [randomValues(columns * batch, 25), randomValues(rows * batch, 26)];
  const [ax, aty] = tidy(() => [
    operator.apply(tensor(x, [columns, batch])).dataSync(),
    operator.adjoint(tensor(y, [rows, batch])).dataSync(),
  ]);
  const sums = (extent: number, others: number, term: (at: number, other: number, entry: number) => number) =>
    Float64Array.from({ length: extent * batch }, (_, at) =>
      Array.from({ length: others }, (__, other) => term(Math.floor(at / batch), other, at % batch)).reduce(
        (sum, value) => sum + value,
      ),
    );
  const at = (row: number, column: number) => values[row * columns + column] ?? NaN;
  const expected = [
    sums(rows, columns, (row, column, entry) => at(row, column) * (x[column * batch + entry] ?? NaN)),
    sums(columns, rows, (column, row, entry) => at(row, column) * (y[row * batch + entry] ?? NaN)),
  ] as const;
  expectAgreement('operator: real matrix, in blocks', ax, expected[0], tolerance.kernel);
  expectAgreement('operator: real matrix, in blocks, adjoint', aty, expected[1], tolerance.kernel);
  operator.dispose();
  expect(memory().numTensors).toBe(before);
});

it(`a projection of masked images, composed, is that of float64 on ${engineName}`, () => {
  const before = memory().numTensors;
  const geometry: ParallelGeometry = { shape: [9, 11], angles: evenAngles(7), detectors: 13, center: 6.25 };
  const [pixels, bins] = [9 * 11, 7 * 13];
  const weights = randomValues(pixels, 27);
  const operator = composeOperators(
    radonOperator(geometry),
    multiplyOperator(tensor(weights, [9, 11, 1]), [9, 11, null]),
  );
  const [x, y] = [randomValues(pixels * batch, 28), randomValues(bins * batch, 29)];
  const [ax, aty] = tidy(() => [
    operator.apply(tensor(x, [9, 11, batch])).dataSync(),
    operator.adjoint(tensor(y, [7, 13, batch])).dataSync(),
  ]);
  const weighted = <T extends Float32Array | Float64Array>(image: T) =>
    image.map((value, at) => value * (weights[Math.floor(at / batch)] ?? NaN)) as T;
  expectAgreement('operator: masked projection', ax, referenceForward(weighted(x), geometry, batch), tolerance.kernel);
  const back = weighted(referenceBackproject(y, geometry, batch));
  expectAgreement('operator: masked projection, adjoint', aty, back, tolerance.kernel);
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
