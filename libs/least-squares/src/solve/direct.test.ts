import { describe, expect, it } from 'vitest';
import { denseSystem, solveSystem } from '../index.js';
import { l2, normalSolution, product, randomArray, relativeDifference, term } from './example-systems.test.support.js';

// The matrix is float32, everything else float64.
const tolerance = 1e-5;

describe.each(['DirectSolver', 'PseudoInverse'] as const)('%s', (solver) => {
  it.each([
    ['complex', 20, 11, true],
    ['complex with fewer rows', 9, 14, true],
    ['real', 20, 11, false],
    ['real with fewer rows', 9, 14, false],
  ] as const)('solves the regularized normal equations, %s', async (_, rows, columns, complex) => {
    const matrix = randomArray([rows, columns], complex, 1);
    const b = randomArray([2, rows], complex, 2);
    const system = await denseSystem(matrix);
    const x = await solveSystem(system, b, { solver, terms: [l2(0.5)] });
    const second = { ...b, shape: [1, rows], data: b.data.subarray(b.data.length / 2) };
    const own = x.data.subarray(x.data.length / 2);
    expect(relativeDifference(own, normalSolution(matrix, second, 0.5))).toBeLessThan(tolerance);
    system.dispose();
  });

  it('solves without lambda, takes weights, and projects at the end', async () => {
    const matrix = randomArray([20, 6], true, 3);
    const solution = randomArray([1, 6], true, 4);
    const weights = Float32Array.from({ length: 20 }, (_, row) => (row < 3 ? 0 : 2));
    const system = await denseSystem(matrix, { weights });
    const b = product(matrix, solution);
    b.data.fill(100, 0, 6); // of rows without weight
    const x = await solveSystem(system, b, { solver, terms: [] });
    expect(relativeDifference(x.data, solution.data)).toBeLessThan(tolerance);
    const positive = await solveSystem(system, b, { solver, terms: [term('PositiveRegularization')] });
    expect([...positive.data]).toEqual([...x.data].map((value, at) => (at % 2 === 0 ? Math.max(0, value) : 0)));
    system.dispose();
  });

  it('refuses a system that leaves its solution open, and one that is too large', async () => {
    const twice = { dtype: 'float32', shape: [3, 2], data: Float32Array.of(1, 1, 2, 2, 3, 3) } as const;
    const system = await denseSystem(twice);
    const b = randomArray([1, 3], false, 5);
    await expect(solveSystem(system, b, { solver, terms: [] })).rejects.toThrow('Give L2Regularization a λ above 0.');
    system.dispose();
    const large = await denseSystem({ dtype: 'float32', shape: [2049, 2049], data: new Float32Array(2049 ** 2) });
    const right = randomArray([1, 2049], false, 5);
    await expect(solveSystem(large, right, { solver, terms: [] })).rejects.toThrow('up to 2048 rows or unknowns');
    large.dispose();
  });
});
