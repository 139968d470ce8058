import { openEngine, type Engine } from '@rondel/compute';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { denseSystem, solveSystem, type SolveOptions } from '../index.js';
import { product, randomArray, relativeDifference, term } from './example-systems.test.support.js';

let engine: Engine | undefined;
beforeAll(async () => {
  engine = await openEngine('wasm', { threads: 1 });
});
afterAll(async () => {
  await engine?.dispose();
});

const [rows, side] = [24, 4];
const pixels = side * side;
const shape = [side, side];
const matrix = randomArray([rows, pixels], false, 1);
const b = product(matrix, randomArray([1, pixels], false, 2));

/** Rows of the wavelet transform of a line of four pixels: two levels of the filter db2, around its ends, in float64. */
function lineWavelets(): number[][] {
  const h = [0.48296291314469025, 0.8365163037378079, 0.22414386804185735, -0.12940952255092145];
  const level = (n: number) => {
    const filtered = (sign: (j: number) => number, place: (k: number, j: number) => number) =>
      Array.from({ length: n / 2 }, (_, k) => {
        const row = new Array<number>(n).fill(0);
        h.forEach((tap, j) => {
          const at = (place(k, j) + 2 * n) % n;
          row[at] = (row[at] ?? 0) + sign(j) * tap;
        });
        return row;
      });
    return [
      ...filtered(
        () => 1,
        (k, j) => 2 * k + j,
      ),
      ...filtered(
        (j) => (j % 2 ? -1 : 1),
        (k, j) => 2 * k + 1 - j,
      ),
    ];
  };
  return level(side);
}

/** W of images of 4 x 4, one level along both axes and the second on the corner. */
function wavelets(): number[][] {
  const one = lineWavelets();
  const unit = (at: number) => Array.from({ length: pixels }, (_, index) => Number(index === at));
  const columns = Array.from({ length: pixels }, (_, at) => {
    const first = alongBoth(unit(at), one, side);
    const corner = [0, 1].flatMap((y) => [0, 1].map((x) => first[y * side + x] ?? NaN));
    // Two taps of the filter meet each of two pixels, which leaves sum and difference.
    const r = Math.SQRT1_2;
    const second = alongBoth(
      corner,
      [
        [r, r],
        [-r, r],
      ],
      2,
    );
    second.forEach((value, index) => (first[Math.floor(index / 2) * side + (index % 2)] = value));
    return first;
  });
  return Array.from({ length: pixels }, (_, row) => columns.map((column) => column[row] ?? NaN));
}

function alongBoth(image: readonly number[], one: readonly (readonly number[])[], n: number): number[] {
  return Array.from({ length: n * n }, (_, at) =>
    image.reduce((sum, value, from) => {
      const [y, x] = [one[Math.floor(at / n)]?.[Math.floor(from / n)] ?? NaN, one[at % n]?.[from % n] ?? NaN];
      return sum + y * x * value;
    }, 0),
  );
}

const times = (rowsOf: readonly (readonly number[])[], x: ArrayLike<number>) =>
  rowsOf.map((row) => row.reduce((sum, value, at) => sum + value * (x[at] ?? NaN), 0));

/** A' (b - A x) in float64. */
function descent(x: ArrayLike<number>): number[] {
  const at = (row: number, column: number) => matrix.data[row * pixels + column] ?? NaN;
  const residual = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: pixels }).reduce<number>(
      (left, _, column) => left - at(row, column) * (x[column] ?? NaN),
      b.data[row] ?? NaN,
    ),
  );
  return Array.from({ length: pixels }, (_, column) =>
    residual.reduce((sum, value, row) => sum + value * at(row, column), 0),
  );
}

async function solved(options: Pick<SolveOptions, 'solver' | 'parameters' | 'terms'>): Promise<Float32Array> {
  const system = await denseSystem(matrix);
  const x = await solveSystem(system, b, { ...options, shape });
  system.dispose();
  return x.data;
}

it.each([
  ['FISTA', { iterations: 250 }, 1],
  ['ADMM', { iterations: 80, rho: 2 }, 0.5],
  ['PrimalDualSolver', { iterations: 300 }, 1],
] as const)('%s satisfies the optimality conditions of magnitudes of wavelets', async (solver, parameters, misfit) => {
  const lambda = 3;
  const reg = term('L1Regularization', { lambda });
  const terms = [term('TransformedRegularization', { reg, trafo: 'Wavelet' })];
  const x = await solved({ solver, parameters, terms });
  const transform = wavelets();
  const [coefficients, slopes] = [times(transform, x), times(transform, descent(x))];
  let zeros = 0;
  coefficients.forEach((value, at) => {
    // The gradient of the misfit is the weight times the sign, or less where the coefficient is 0; methods of the first order.
    const slope = (slopes[at] ?? NaN) / (lambda * misfit);
    expect(Math.abs(slope)).toBeLessThan(1 + 2e-3);
    if (Math.abs(value) > 1e-3) expect(slope * Math.sign(value)).toBeGreaterThan(1 - 2e-3);
    else zeros++;
  });
  expect(zeros).toBeGreaterThan(2);
});

it.each(['ADMM', 'PrimalDualSolver'] as const)('%s makes smooth by the squared gradient', async (solver) => {
  const lambda = 2;
  const reg = term('L2Regularization', { lambda: solver === 'ADMM' ? lambda : lambda / 2 });
  const terms = [term('TransformedRegularization', { reg, trafo: 'Gradient' })];
  const x = await solved({
    solver,
    parameters: solver === 'ADMM' ? { iterations: 60, rho: 2 } : { iterations: 400 },
    terms,
  });
  // A' (b - A x) = lambda G' G x, the Laplacian with nothing beyond the ends.
  const laplacian = Array.from(x, (value, at) => {
    const [row, column] = [Math.floor(at / side), at % side];
    const neighbours = [
      ...(row > 0 ? [at - side] : []),
      ...(row < side - 1 ? [at + side] : []),
      ...(column > 0 ? [at - 1] : []),
      ...(column < side - 1 ? [at + 1] : []),
    ];
    return lambda * neighbours.reduce((sum, other) => sum + value - (x[other] ?? NaN), 0);
  });
  // What is promised of other methods than Kaczmarz when they have converged.
  expect(relativeDifference(descent(x), laplacian)).toBeLessThan(1e-3);
});

it.each(['FISTA', 'Kaczmarz'] as const)('%s refuses what it cannot split', async (solver) => {
  const reg = term('L1Regularization', { lambda: 1 });
  const terms = [term('TransformedRegularization', { reg, trafo: 'Gradient' })];
  await expect(solved({ solver, terms })).rejects.toThrow(/ADMM/);
});
