import type { NdArray } from '@rondel/contracts';
import type { ParameterNode } from '@rondel/reco';
import { expect, it } from 'vitest';
import { denseSystem, solveSystem } from '../index.js';

type Complex = readonly [re: number, im: number];

const times = ([a, b]: Complex, [c, d]: Complex): Complex => [a * c - b * d, a * d + b * c];
const plus = ([a, b]: Complex, [c, d]: Complex): Complex => [a + c, b + d];
const scaled = ([a, b]: Complex, by: number): Complex => [a * by, b * by];
const conjugate = ([a, b]: Complex): Complex => [a, -b];

/** A unitary 2 x 2 matrix. */
const unitary: readonly (readonly [Complex, Complex])[] = [
  [
    [0.6, 0],
    [0, 0.8],
  ],
  [
    [0, 0.8],
    [0.6, 0],
  ],
];

function mapped(matrix: (row: number, column: number) => Complex, x: readonly Complex[]): Complex[] {
  return [0, 1].map((row) =>
    x.reduce<Complex>((sum, each, column) => plus(sum, times(matrix(row, column), each)), [0, 0]),
  );
}

const entry = (row: number, column: number): Complex => unitary[row]?.[column] ?? [NaN, NaN];
const forward = (x: readonly Complex[]) => mapped(entry, x);
const adjoint = (x: readonly Complex[]) => mapped((row, column) => conjugate(entry(column, row)), x);

/** The map in place, on interleaved numbers. */
function inPlace(map: (x: readonly Complex[]) => Complex[]) {
  return (values: Float32Array) => {
    const x = [0, 1].map((at): Complex => [values[2 * at] ?? NaN, values[2 * at + 1] ?? NaN]);
    values.set(map(x).flat());
  };
}

const rows: readonly (readonly Complex[])[] = [
  [
    [1, 0.5],
    [-0.3, 0.2],
  ],
  [
    [0.4, -0.1],
    [0.9, 0.7],
  ],
  [
    [-0.2, 0.6],
    [0.1, -0.8],
  ],
];
const b: readonly Complex[] = [
  [1, 0.2],
  [-0.5, 0.4],
  [0.3, -0.9],
];

/** Kaczmarz in float64, with what B x has of an imaginary or negative part taken off after every iteration. */
function straight(lambda: number, iterations: number): Complex[] {
  let x: Complex[] = [
    [0, 0],
    [0, 0],
  ];
  const v: Complex[] = b.map(() => [0, 0]);
  for (let iteration = 0; iteration < iterations; iteration++) {
    rows.forEach((row, i) => {
      const norm = row.reduce((sum, [re, im]) => sum + re * re + im * im, 0);
      const product = row.reduce<Complex>((sum, a, j) => plus(sum, times(a, x[j] ?? [0, 0])), [0, 0]);
      const misfit = plus(b[i] ?? [0, 0], scaled(plus(product, scaled(v[i] ?? [0, 0], Math.sqrt(lambda))), -1));
      const step = scaled(misfit, 1 / (norm + lambda));
      x = x.map((each, j) => plus(each, times(step, conjugate(row[j] ?? [0, 0]))));
      v[i] = plus(v[i] ?? [0, 0], scaled(step, Math.sqrt(lambda)));
    });
    x = adjoint(forward(x).map(([re]): Complex => [Math.max(0, re), 0]));
  }
  return x;
}

const term = (type: string, parameters: ParameterNode['parameters'] = {}): ParameterNode => ({ type, parameters });

it('constraints hold for what the unknowns are the coefficients of', async () => {
  const matrix: NdArray = { dtype: 'complex64', shape: [3, 2], data: Float32Array.from(rows.flat(2)) };
  const system = await denseSystem(matrix);
  const measured: NdArray = { dtype: 'complex64', shape: [1, 3], data: Float32Array.from(b.flat()) };
  const options = {
    parameters: { iterations: 7 },
    terms: [term('L2Regularization', { lambda: 0.2 }), term('PositiveRegularization')],
    transform: { forward: inPlace(forward), adjoint: inPlace(adjoint) },
  };
  const x = await solveSystem(system, measured, { solver: 'Kaczmarz', ...options });
  // Seven iterations of three steps in float32.
  straight(0.2, 7)
    .flat()
    .forEach((value, at) => expect(x.data[at]).toBeCloseTo(value, 5));
  system.dispose();
});
