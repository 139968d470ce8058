import '@tensorflow/tfjs-backend-wasm';
import { matMul, memory, ones, setBackend, type Tensor } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { l2 } from '../prox/l2.js';
import { positivity } from '../prox/positivity.js';
import { cgnr } from './cgnr.js';
import { denseProblems, type DenseProblems } from './dense-problems.test.support.js';
import type { Solver, SolverState } from './least-squares.js';
import { pogm, separableMajorizer } from './pogm.js';
import { disposeState, solve } from './solve.js';
import { solverParameters } from './solver-parameters.js';
import type { SolverSnapshot } from './solver-snapshot.js';

beforeAll(async () => {
  await setBackend('wasm');
});

const [rows, columns, batch] = [24, 10, 5];
const iterations = 12;

describe('a snapshot', () => {
  let problems: DenseProblems;
  let majorizer: Tensor;
  let before = 0;

  beforeEach(() => {
    before = memory().numTensors;
    problems = denseProblems([rows, columns, batch], 0.3);
    const one = ones([columns, 1]);
    const square = (x: Tensor) => matMul(problems.matrix, x);
    majorizer = separableMajorizer({ apply: square, adjoint: (y) => matMul(problems.matrix, y, true) }, one);
    one.dispose();
  });
  afterEach(() => {
    problems.dispose();
    majorizer.dispose();
    expect(memory().numTensors).toBe(before);
  });

  /** Solves with a break after every `every` iterations, at which only what JSON and bytes carry is left. */
  function solveWithBreaks<S extends SolverState>(solver: () => Solver<S>, every: number): number[] {
    let state = solver().start(problems.b);
    for (let iteration = 1; iteration <= iterations; iteration++) {
      state = solver().iterate(state);
      if (iteration % every !== 0) continue;
      const kept = throughBytes(solver().snapshot(state));
      disposeState(state);
      state = solver().resume(problems.b, kept);
    }
    return valuesOf(solver().solution(state), () => disposeState(state));
  }

  function expectSame<S extends SolverState>(solver: () => Solver<S>): void {
    const whole = valuesOf(solve(solver(), problems.b));
    for (const every of [1, 5, iterations]) expect(solveWithBreaks(solver, every)).toEqual(whole);
  }

  const terms = [{ penalty: l2(), lambda: 0.3 }, { constraint: positivity() }];
  const common = { terms, iterations, relTol: 0.02 };

  it('of POGM goes on bit for bit, also where entries have converged', () => {
    expectSame(() => pogm({ ...problems.map, ...solverParameters.POGM, ...common, bound: { majorizer } }));
  });

  it('of CGNR goes on bit for bit, also where entries have converged', () => {
    expectSame(() => cgnr({ ...problems.map, ...common }));
  });

  it('of another method or shape is refused, and leaves no tensors behind', () => {
    const byPogm = pogm({ ...problems.map, ...solverParameters.POGM, ...common, bound: { majorizer } });
    const byCgnr = cgnr({ ...problems.map, ...common });
    const state = byCgnr.start(problems.b);
    const snapshot = byCgnr.snapshot(state);
    disposeState(state);
    expect(() => byPogm.resume(problems.b, snapshot)).toThrow('A snapshot must have descent of shape [10, 5]');
    const narrow = ones([rows, 2]);
    expect(() => byCgnr.resume(narrow, snapshot)).toThrow('A snapshot must have x of shape [10, 2], it has [10, 5].');
    narrow.dispose();
  });
});

function throughBytes({ numbers, arrays }: SolverSnapshot): SolverSnapshot {
  const copied = Object.entries(arrays).map(([name, array]) => {
    const bytes = Uint8Array.from(new Uint8Array(array.data.buffer, array.data.byteOffset, array.data.byteLength));
    return [name, { ...array, data: new Float32Array(bytes.buffer) }] as const;
  });
  return {
    numbers: JSON.parse(JSON.stringify(numbers)) as Record<string, number>,
    arrays: Object.fromEntries(copied),
  };
}

function valuesOf(tensor: Tensor, then?: () => void): number[] {
  const values = Array.from(tensor.dataSync());
  tensor.dispose();
  then?.();
  return values;
}
