import '@tensorflow/tfjs-backend-wasm';
import { abs, matMul, memory, setBackend, type Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { l2 } from '../prox/l2.js';
import { denseProblems, largestDifference, normalSolution } from './dense-problems.test.support.js';
import { solve } from './solve.js';
import { solverNames, solvers } from './solvers.js';

beforeAll(async () => {
  await setBackend('wasm');
});

it.each(solverNames)(
  '%s reaches the direct solution of a small problem, and frees what it has prepared',
  async (name) => {
    const [rows, columns, batch] = [24, 10, 3];
    const lambda = 5;
    const before = memory().numTensors;
    const problems = denseProblems([rows, columns, batch], lambda);
    // Methods that bound A' A by its row sums need weights of one sign, as projections have them.
    const matrix = abs(problems.matrix);
    const map = { apply: (v: Tensor) => matMul(matrix, v), adjoint: (v: Tensor) => matMul(matrix, v, true) };
    const prepared = (await solvers[name].load()).prepare(map, [columns]);
    const x = prepared.solving({ terms: [{ penalty: l2(), lambda }], iterations: 400, relTol: 1e-6 }, (solver) =>
      solve(solver, problems.b),
    );
    const values = x.dataSync();
    for (let entry = 0; entry < batch; entry++) {
      const own = Array.from({ length: columns }, (_, column) => values[column * batch + entry] ?? NaN);
      const problem = problems.entry(entry);
      const weight = lambda / solvers[name].misfit;
      const exact = normalSolution({ ...problem, lambda: weight, matrix: problem.matrix.map(Math.abs) });
      // Methods of the first order come near by about the square of the number of iterations.
      expect(largestDifference(own, exact)).toBeLessThan(1e-3);
    }
    x.dispose();
    matrix.dispose();
    prepared.dispose();
    problems.dispose();
    expect(memory().numTensors).toBe(before);
  },
);
