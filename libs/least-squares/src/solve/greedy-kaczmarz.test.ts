import type { NdArray } from '@rondel/contracts';
import type { Checkpoint } from '@rondel/reco';
import { afterAll, expect, it } from 'vitest';
import { denseSystem, solveSystem, type LinearSystem, type SolveOptions } from '../index.js';
import { l2, product, randomArray, relativeDifference, term } from './example-systems.test.support.js';

const opened: LinearSystem[] = [];
afterAll(() => opened.forEach((system) => system.dispose()));
async function systemOf(matrix: NdArray, weights?: Float32Array): Promise<LinearSystem> {
  const system = await denseSystem(matrix, weights && { weights });
  opened.push(system);
  return system;
}

const [rows, columns] = [40, 12];
const matrix = randomArray([rows, columns], true, 1);
const weights = Float32Array.from({ length: rows }, (_, row) => (row === 7 ? 0 : 0.5 + (row % 4) / 3));
const b = randomArray([2, rows], true, 2);

const greedy = (parameters: SolveOptions['parameters'], others: Partial<SolveOptions> = {}): SolveOptions => ({
  ...{ solver: 'Kaczmarz', terms: [], ...others },
  parameters: { greedy_randomized: true, subMatrixFraction: 0.3, ...parameters },
});

type Complex = readonly [re: number, im: number];
const times = ([a, b]: Complex, [c, d]: Complex): Complex => [a * c - b * d, a * d + b * c];
const conjugate = ([re, im]: Complex): Complex => [re, -im];
const at = (values: ArrayLike<number>, index: number): Complex => [
  values[2 * index] ?? NaN,
  values[2 * index + 1] ?? NaN,
];

/** `mulberry32`, written for signed numbers. */
function drawing(seed: number, iteration: number): () => number {
  let state = seed ^ Math.imul(iteration + 1, 0x9e3779b9);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The method in float64, every residual from all of A x, with negative real parts and imaginary ones cut after an iteration. */
function straight(
  entry: number,
  { lambda, theta, seed, iterations, steps }: Record<'lambda' | 'theta' | 'seed' | 'iterations' | 'steps', number>,
) {
  const a = (row: number, column: number): Complex => {
    const [re, im] = at(matrix.data, row * columns + column);
    return [re * (weights[row] ?? NaN), im * (weights[row] ?? NaN)];
  };
  const each = Array.from({ length: rows }, (_, row) => row);
  const unknowns = Array.from({ length: columns }, (_, column) => column);
  const norms = each.map((row) =>
    unknowns.reduce((sum, column) => sum + a(row, column)[0] ** 2 + a(row, column)[1] ** 2, 0),
  );
  const total = norms.reduce((sum, norm) => sum + norm, 0);
  let x: Complex[] = unknowns.map(() => [0, 0]);
  const v: Complex[] = each.map(() => [0, 0]);
  const residual = (row: number): Complex => {
    const measured = at(b.data, entry * rows + row);
    const weight = weights[row] ?? NaN;
    const [vr, vi] = v[row] ?? [NaN, NaN];
    let [re, im] = [weight * measured[0] - Math.sqrt(lambda) * vr, weight * measured[1] - Math.sqrt(lambda) * vi];
    unknowns.forEach((column) => {
      const [pr, pi] = times(a(row, column), x[column] ?? [NaN, NaN]);
      [re, im] = [re - pr, im - pi];
    });
    return [re, im];
  };
  for (let iteration = 0; iteration < iterations; iteration++) {
    const draw = drawing(seed, iteration);
    for (let step = 0; step < steps; step++) {
      const squares = each.map((row) => (norms[row] === 0 ? 0 : residual(row)[0] ** 2 + residual(row)[1] ** 2));
      const ratio = (row: number) => (squares[row] ?? NaN) / ((norms[row] ?? NaN) + lambda);
      const sum = squares.reduce((all, square) => all + square, 0);
      const largest = Math.max(...each.map(ratio));
      const bound = Math.min(largest, theta * largest + ((1 - theta) * sum) / (total + lambda));
      const offered = each.filter((row) => (norms[row] ?? 0) > 0 && ratio(row) >= bound * (1 - 1e-12));
      let left = draw() * offered.reduce((all, row) => all + (squares[row] ?? NaN), 0);
      const row = offered.find((candidate) => (left -= squares[candidate] ?? NaN) < 0) ?? offered.at(-1) ?? NaN;
      const [re, im] = residual(row);
      const scale = 1 / ((norms[row] ?? NaN) + lambda);
      x = x.map(([xr, xi], column) => {
        const [sr, si] = times([re * scale, im * scale], conjugate(a(row, column)));
        return [xr + sr, xi + si];
      });
      const [vr, vi] = v[row] ?? [NaN, NaN];
      v[row] = [vr + Math.sqrt(lambda) * scale * re, vi + Math.sqrt(lambda) * scale * im];
    }
    x = x.map(([re]) => [Math.max(0, re), 0]);
  }
  return x.flat();
}

it.each([
  ['without theta, which is half', undefined, 0.5],
  ['with theta', 0.8, 0.8],
] as const)('greedy randomized Kaczmarz steps as its formula says in float64, %s', async (_, theta, half) => {
  const system = await systemOf(matrix, weights);
  const terms = [l2(0.4), term('PositiveRegularization')];
  const x = await solveSystem(
    system,
    b,
    greedy({ iterations: 4, seed: 5, ...(theta !== undefined && { theta }) }, { terms }),
  );
  const steps = { lambda: 0.4, theta: half, seed: 5, iterations: 4, steps: 12 };
  // What is promised of Kaczmarz; another row anywhere would be tenths.
  expect(relativeDifference(x.data, [...straight(0, steps), ...straight(1, steps)])).toBeLessThan(1e-4);
});

it('greedy randomized Kaczmarz finds the solution in fewer rows than from row to row', async () => {
  const system = await systemOf(matrix);
  const solution = randomArray([1, columns], true, 3);
  const right = product(matrix, solution);
  const off = async (options: SolveOptions) =>
    relativeDifference((await solveSystem(system, right, options)).data, solution.data);
  const chosen = await off(greedy({ iterations: 20 }));
  // 240 steps each.
  const inOrder = await off({ solver: 'Kaczmarz', parameters: { iterations: 6 }, terms: [] });
  expect(chosen).toBeLessThan(inOrder / 2);
  expect(await off(greedy({ iterations: 200 }))).toBeLessThan(1e-5);
});

it('greedy randomized Kaczmarz goes on from any checkpoint bit for bit', async () => {
  const system = await systemOf(matrix, weights);
  const terms = [l2(0.2), term('RealRegularization')];
  const options = greedy({ iterations: 3 }, { terms, normalization: 'MeasurementBasedNormalization' });
  const kept: Checkpoint[] = [];
  const save = (make: () => Checkpoint) => Promise.resolve(void kept.push(structuredClone(make())));
  const whole = await solveSystem(system, b, {
    ...options,
    checkpoint: { restore: () => Promise.resolve(undefined), save },
  });
  expect(kept).toHaveLength(6);
  for (const begun of kept) {
    const restored = { restore: () => Promise.resolve(begun), save: () => Promise.resolve() };
    expect((await solveSystem(system, b, { ...options, checkpoint: restored })).data).toEqual(whole.data);
  }
});

it('greedy randomized Kaczmarz refuses systems with too many rows, and says what to do', async () => {
  const many = await systemOf(randomArray([4097, 1], false, 4));
  await expect(solveSystem(many, randomArray([1, 4097], false, 5), greedy({ iterations: 1 }))).rejects.toThrow(
    'of 4096 at most, and this system has 4097: choose fewer rows, or take randomized',
  );
});
