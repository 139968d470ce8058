import '@tensorflow/tfjs-backend-wasm';
import { add, concat, matMul, reshape, setBackend, slice, sub, type Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { randomTensor } from '../linop/linear-operator-laws.test.support.js';
import { l1 } from '../prox/l1.js';
import { solve } from './solve.js';
import { solvers } from './solvers.js';

beforeAll(async () => {
  await setBackend('wasm');
});

const [rows, columns] = [16, 6];

/** A complex matrix on pairs [2, columns, 1]. */
function pairedMap(real: Tensor, imaginary: Tensor) {
  const times = (x: Tensor, [re, im]: readonly [Tensor, Tensor], { transposed }: { transposed: boolean }) => {
    const extent = x.shape[1] ?? 1;
    const [a, b] = [0, 1].map((part) => reshape(slice(x, [part], [1]), [extent, 1])) as [Tensor, Tensor];
    const by = (matrix: Tensor, vector: Tensor) => matMul(matrix, vector, transposed);
    // The adjoint has the conjugate.
    const [plus, minus] = transposed ? [sub, add] : [add, sub];
    const parts = [minus(by(re, a), by(im, b)), plus(by(re, b), by(im, a))];
    return concat(
      parts.map((part) => reshape(part, [1, -1, 1])),
      0,
    );
  };
  return {
    apply: (x: Tensor) => times(x, [real, imaginary], { transposed: false }),
    adjoint: (y: Tensor) => times(y, [real, imaginary], { transposed: true }),
  };
}

/** min (1/2) ||A x - b||^2 + weight sum |x_j| over complex x, by coordinate descent in float64; [re..., im...]. */
function complexLasso(re: ArrayLike<number>, im: ArrayLike<number>, b: ArrayLike<number>, weight: number): number[] {
  const x = new Array<number>(2 * columns).fill(0);
  const left = Array.from(b);
  for (let sweep = 0; sweep < 1000; sweep++) {
    for (let at = 0; at < columns; at++) {
      const [xr, xi] = [x[at] ?? 0, x[columns + at] ?? 0];
      let [square, ar, ai] = [0, 0, 0];
      for (let row = 0; row < rows; row++) {
        const [mr, mi] = [re[row * columns + at] ?? 0, im[row * columns + at] ?? 0];
        const [lr, li] = [left[row] ?? 0, left[rows + row] ?? 0];
        square += mr * mr + mi * mi;
        ar += mr * lr + mi * li;
        ai += mr * li - mi * lr;
      }
      const [fr, fi] = [xr + ar / square, xi + ai / square];
      const length = Math.hypot(fr, fi);
      const keep = length > weight / square ? 1 - weight / square / length : 0;
      const [dr, di] = [keep * fr - xr, keep * fi - xi];
      for (let row = 0; row < rows; row++) {
        const [mr, mi] = [re[row * columns + at] ?? 0, im[row * columns + at] ?? 0];
        left[row] = (left[row] ?? 0) - (mr * dr - mi * di);
        left[rows + row] = (left[rows + row] ?? 0) - (mr * di + mi * dr);
      }
      [x[at], x[columns + at]] = [keep * fr, keep * fi];
    }
  }
  return x;
}

it.each(['FISTA', 'POGM', 'ADMM', 'PrimalDualSolver'] as const)(
  '%s solves a complex problem as pairs, with magnitudes of pairs',
  async (name) => {
    const [real, imaginary, b] = [
      randomTensor([rows, columns], 1),
      randomTensor([rows, columns], 2),
      randomTensor([2, rows, 1], 3),
    ];
    const lambda = 3;
    const prepared = (await solvers[name].load()).prepare(pairedMap(real, imaginary), [2, columns]);
    const terms = [{ penalty: l1({ complex: true }), lambda }];
    const x = prepared.solving(
      { terms, iterations: 150, ...(name === 'ADMM' ? { rho: 2 } : { sigma: 5, tau: 0.2 }) },
      (solver) => solve(solver, b),
    );
    const weight = lambda / (2 * solvers[name].misfit);
    const expected = complexLasso(real.dataSync(), imaginary.dataSync(), b.dataSync(), weight);
    expect(expected.filter((value) => value === 0).length).toBeGreaterThan(1);
    // float32, after more iterations than such a problem needs.
    Array.from(x.dataSync()).forEach((value, at) => expect(value).toBeCloseTo(expected[at] ?? NaN, 3));
    for (const one of [real, imaginary, b, x]) one.dispose();
    prepared.dispose();
  },
);
