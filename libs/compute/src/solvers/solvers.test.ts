import '@tensorflow/tfjs-backend-wasm';
import { abs, matMul, memory, mul, setBackend, tensor1d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { l1 } from '../prox/l1.js';
import { l2 } from '../prox/l2.js';
import { positivity } from '../prox/positivity.js';
import { totalVariation, totalVariationAlong } from '../prox/total-variation.js';
import {
  denseProblems,
  largestDifference,
  lassoSolution,
  normalSolution,
  type DenseProblem,
  type DenseProblems,
} from './dense-problems.test.support.js';
import type { LeastSquaresTerms, Solver, SolverState } from './least-squares.js';
import { disposeState, isDone, solve } from './solve.js';
import { solverNames, solvers, type SolverName } from './solvers.js';

beforeAll(async () => {
  await setBackend('wasm');
});

const [rows, columns, batch] = [24, 10, 3];

/** Parameters with which each comes as near to the minimum as float32 allows. Bregman rounds after the first leave it. */
const parameters: Readonly<Record<SolverName, Omit<LeastSquaresTerms, 'terms'>>> = {
  CGNR: { iterations: 12 },
  POGM: { iterations: 250 },
  FISTA: { iterations: 250 },
  OptISTA: { iterations: 250 },
  ADMM: { iterations: 60, rho: 2 },
  SplitBregman: { iterations: 1, iterationsInner: 60, rho: 2 },
  PrimalDualSolver: { iterations: 400, sigma: 5, tau: 0.2 },
};

/** All that take more than ||x||^2. */
const proximal = solverNames.filter((name) => name !== 'CGNR');

type Given = Omit<LeastSquaresTerms, 'terms'>;
type Use<T> = <S extends SolverState>(solver: Solver<S>, b: Tensor) => T;

interface Run {
  readonly map?: DenseProblems['map'];
  readonly problems: DenseProblems;
  readonly terms: LeastSquaresTerms['terms'];
}

/** What `use` makes of a solver for the problem. */
async function solving<T>(name: SolverName, { problems, terms, map = problems.map }: Run, use: Use<T>, given: Given) {
  const prepared = (await solvers[name].load()).prepare(map, [columns]);
  try {
    return prepared.solving({ ...given, terms, relTol: 0 }, (solver) => use(solver, problems.b));
  } finally {
    prepared.dispose();
  }
}

/** Values of every entry. */
function wholeOf<S extends SolverState>(solver: Solver<S>, b: Tensor): number[] {
  const x = solve(solver, b);
  const values = Array.from(x.dataSync());
  x.dispose();
  return values;
}

/** The same with breaks in the middle, after which a snapshot goes on. */
function brokenOf<S extends SolverState>(solver: Solver<S>, b: Tensor): number[] {
  let state = solver.start(b);
  for (let iteration = 1; !isDone(solver, state); iteration++) {
    state = solver.iterate(state);
    if (iteration % 7 !== 3) continue;
    const kept = solver.snapshot(state);
    disposeState(state);
    state = solver.resume(b, kept);
  }
  const x = solver.solution(state);
  const values = Array.from(x.dataSync());
  disposeState(state);
  x.dispose();
  return values;
}

const solved = (name: SolverName, problem: Run, given: Given = parameters[name]) =>
  solving(name, problem, wholeOf, given);

const run = (name: SolverName, problem: Run, given: Given = parameters[name]) =>
  solving(name, problem, (solver, b) => ({ whole: wholeOf(solver, b), broken: brokenOf(solver, b) }), given);

const entryOf = (values: readonly number[], entry: number) =>
  Array.from({ length: columns }, (_, column) => values[column * batch + entry] ?? NaN);

async function expectSolutions(
  name: SolverName,
  problem: Run,
  { exact, tolerance }: { exact: (entry: DenseProblem, at: number) => number[]; tolerance: number },
) {
  const { whole, broken } = await run(name, problem);
  for (let entry = 0; entry < batch; entry++) {
    expect(largestDifference(entryOf(whole, entry), exact(problem.problems.entry(entry), entry))).toBeLessThan(
      tolerance,
    );
  }
  // From snapshots on it is the same, bit for bit.
  expect(broken).toEqual(whole);
}

describe('every solver', () => {
  // Methods of the first order come near by about the square of the number of iterations.
  const tolerance = 1e-3;
  const lambda = 5;

  it.each(solverNames)('%s reaches the direct solution with ||x||^2, and frees what it has prepared', async (name) => {
    const before = memory().numTensors;
    const problems = denseProblems([rows, columns, batch], lambda);
    // Methods that bound A' A by its row sums need weights of one sign, as projections have them.
    const matrix = abs(problems.matrix);
    const map = { apply: (v: Tensor) => matMul(matrix, v), adjoint: (v: Tensor) => matMul(matrix, v, true) };
    const exact = (entry: DenseProblem) =>
      normalSolution({ ...entry, lambda: lambda / solvers[name].misfit, matrix: entry.matrix.map(Math.abs) });
    await expectSolutions(name, { problems, map, terms: [{ penalty: l2(), lambda }] }, { exact, tolerance });
    matrix.dispose();
    problems.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it.each(proximal)('%s reaches the minimum with magnitudes and x >= 0, a weight for each entry', async (name) => {
    const before = memory().numTensors;
    const problems = denseProblems([rows, columns, batch], 0);
    const weights = [0.5, 1, 2];
    const weight = tensor1d(weights);
    const exact = (entry: DenseProblem, at: number) =>
      lassoSolution(entry, { weight: (weights[at] ?? NaN) / (2 * solvers[name].misfit), positive: true });
    const terms = [{ penalty: l1(), lambda: weight }, { constraint: positivity() }];
    await expectSolutions(name, { problems, terms }, { exact, tolerance });
    weight.dispose();
    problems.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it.each(proximal)('%s satisfies the optimality conditions of total variation', async (name) => {
    const problems = denseProblems([rows, columns, batch], 0);
    const lambda = 3;
    // The primal-dual method splits it, so that nothing is approximated in an iteration.
    const penalty =
      name === 'PrimalDualSolver'
        ? totalVariation({ shape: [columns], iterations: 1 })
        : totalVariationAlong({ shape: [columns], axis: 0 });
    const whole = await solved(name, { problems, terms: [{ penalty, lambda }] });
    let constant = 0;
    for (let entry = 0; entry < batch; entry++) {
      const x = entryOf(whole, entry);
      const { matrix, b } = problems.entry(entry);
      const misfit = b.map((value, row) =>
        x.reduce((sum, v, at) => sum + (matrix[row * columns + at] ?? NaN) * v, -value),
      );
      let dual = 0;
      for (let at = 0; at < columns - 1; at++) {
        const slope = misfit.reduce((sum, value, row) => sum + value * (matrix[row * columns + at] ?? NaN), 0);
        // The gradient is lambda times the difference of a p that is +-1 where x steps and between them where it does not.
        dual += slope / (lambda / (2 * solvers[name].misfit));
        const step = (x[at + 1] ?? NaN) - (x[at] ?? NaN);
        expect(Math.abs(dual)).toBeLessThan(1 + 5e-3);
        if (Math.abs(step) > 5e-3) expect(dual * Math.sign(step)).toBeGreaterThan(1 - 5e-3);
        else constant++;
      }
    }
    expect(constant).toBeGreaterThan(3);
    problems.dispose();
  });
});

describe('restarts by the gradient', () => {
  it.each(['FISTA', 'POGM'] as const)('of %s reach the minimum in fewer iterations, and resume', async (name) => {
    // With hardly more equations than unknowns the condition is poor, which is where momentum overshoots.
    const problems = denseProblems([columns + 1, columns, batch], 0);
    const terms = [{ penalty: l1(), lambda: 0.05 }];
    const exact = (at: number) => lassoSolution(problems.entry(at), { weight: 0.05, positive: false });
    const errorOf = (whole: readonly number[]) =>
      Math.max(...[0, 1, 2].map((entry) => largestDifference(entryOf(whole, entry), exact(entry))));
    const plain = await solved(name, { problems, terms }, { iterations: 150, restart: 'none' });
    const restarted = await run(name, { problems, terms }, { iterations: 150, restart: 'gradient' });
    expect(errorOf(restarted.whole)).toBeLessThan(errorOf(plain) / 3);
    expect(restarted.broken).toEqual(restarted.whole);
    problems.dispose();
  });
});

describe('ADMM', () => {
  it.each(['balance', 'PnP'] as const)(
    'with rho that changes by %s reaches the minimum from a poor one',
    async (vary_rho) => {
      const problems = denseProblems([rows, columns, batch], 0);
      const terms = [{ penalty: l1(), lambda: 2 }];
      const { whole, broken } = await run('ADMM', { problems, terms }, { iterations: 60, rho: 0.01, vary_rho });
      for (let entry = 0; entry < batch; entry++) {
        const exact = lassoSolution(problems.entry(entry), { weight: 1, positive: false });
        expect(largestDifference(entryOf(whole, entry), exact)).toBeLessThan(1e-3);
      }
      expect(broken).toEqual(whole);
      problems.dispose();
    },
  );

  it('stops where its residuals are below the tolerances', async () => {
    const problems = denseProblems([rows, columns, batch], 0);
    const prepared = (await solvers.ADMM.load()).prepare(problems.map, [columns]);
    const terms = [{ penalty: l1(), lambda: 2 }];
    const reports: number[] = [];
    prepared
      .solving({ terms, iterations: 1000, rho: 2, relTol: 1e-3 }, (solver) =>
        solve(solver, problems.b, ({ residual }) => reports.push(residual)),
      )
      .dispose();
    expect(reports.length).toBeLessThan(100);
    expect(reports.at(-1)).toBeLessThan(2e-3);
    problems.dispose();
  });
});

it('rounds of SplitBregman are Tikhonov iterations where the penalty is ||x||^2', async () => {
  const lambda = 4;
  const problems = denseProblems([rows, columns, batch], lambda);
  const given = { iterations: 3, iterationsInner: 40, rho: 2 };
  const { whole, broken } = await run('SplitBregman', { problems, terms: [{ penalty: l2(), lambda }] }, given);
  for (let entry = 0; entry < batch; entry++) {
    const problem = problems.entry(entry);
    let [b, x] = [[...problem.b], [] as number[]];
    for (let round = 0; round < 3; round++) {
      x = normalSolution({ ...problem, b });
      b = b.map((value, row) =>
        x.reduce(
          (sum, v, at) => sum - (problem.matrix[row * columns + at] ?? NaN) * v,
          value + (problem.b[row] ?? NaN),
        ),
      );
    }
    expect(largestDifference(entryOf(whole, entry), x)).toBeLessThan(1e-4);
  }
  expect(broken).toEqual(whole);
  problems.dispose();
});

it('methods with one penalty refuse two, and CGNR one that it does not take, by name', async () => {
  const problems = denseProblems([rows, columns, batch], 0);
  const two = [
    { penalty: l1(), lambda: 1 },
    { penalty: l2(), lambda: 1 },
  ];
  await expect(run('FISTA', { problems, terms: two })).rejects.toThrow(
    'FISTA: takes at most 1 penalty, got L1Regularization',
  );
  await expect(run('CGNR', { problems, terms: two.slice(0, 1) })).rejects.toThrow(
    'CGNR: does not take L1Regularization',
  );
  problems.dispose();
});

it('an operator that is 0 has no step size', async () => {
  const problems = denseProblems([rows, columns, batch], 0);
  const map = {
    apply: (x: Tensor) => tidy(() => mul(problems.map.apply(x), 0)),
    adjoint: problems.map.adjoint,
  };
  await expect(run('FISTA', { problems, map, terms: [] })).rejects.toThrow('no step size fits it');
  problems.dispose();
});
