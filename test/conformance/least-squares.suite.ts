import {
  box,
  l1,
  l2,
  l21,
  nuclear,
  openEngine,
  positivity,
  reality,
  solve,
  totalVariation,
  totalVariationAlong,
  type Constraint,
  type Penalty,
} from '@rondel/compute';
import { solverNames, solvers, type SolverName } from '@rondel/compute/solvers';
import { matMul, memory, tensor, tensor1d, tensor2d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { engineName, useEngineUnderTest } from './engine-under-test.js';
import { randomValues, relativeError } from './reference.js';

/** Before the engine under test opens, as a process has one at a time. */
const onWasm = new Map<SolverName, Float32Array>();
beforeAll(async () => {
  const engine = await openEngine('wasm', { threads: 2 });
  for (const name of solverNames) onWasm.set(name, await solved(name));
  await engine.dispose();
});
useEngineUnderTest();

/** What is promised of images on different engines; here against float64. */
const tolerance = 1e-4;
const weights = [0.05, 0.1];
const batch = weights.length;

function read(compute: () => Tensor): Float32Array {
  return tidy(() => compute().dataSync<'float32'>());
}

/** Each entry of [..., batch] by itself, in float64. */
function entryByEntry(values: Float32Array, change: (entry: number[], weight: number) => number[]): number[] {
  const result = new Array<number>(values.length);
  weights.forEach((weight, entry) => {
    const own = Array.from(values).filter((_, at) => at % batch === entry);
    change(own, weight).forEach((value, at) => (result[at * batch + entry] = value));
  });
  return result;
}

const less = (length: number, weight: number) => (length > weight ? 1 - weight / length : 0);
/** Groups of elements a fixed distance apart lose the weight of their norm. */
const shrunkGroups = (size: number, count: number) => (x: number[], weight: number) => {
  const distance = size / count;
  return x.map((value, at) => {
    const first = at % distance;
    const group = Array.from({ length: count }, (_, member) => x[first + member * distance] ?? NaN);
    return value * less(Math.hypot(...group), weight);
  });
};

/** A projected gradient without momentum, to its end. */
const denoisedLines = (extent: number) => (x: number[], weight: number) => {
  const dual = x.map(() => 0);
  const now = () =>
    x.map((value, at) => {
      const before = at % extent > 0 ? (dual[at - 1] ?? 0) : 0;
      return value - weight * (before - (at % extent < extent - 1 ? (dual[at] ?? 0) : 0));
    });
  for (let iteration = 0; iteration < 4000; iteration++) {
    const current = now();
    for (let at = 0; at < x.length; at++) {
      if (at % extent === extent - 1) continue;
      const step = ((current[at + 1] ?? NaN) - (current[at] ?? NaN)) / (4 * weight);
      dual[at] = Math.max(-1, Math.min(1, (dual[at] ?? 0) + step));
    }
  }
  return now();
};

const size = 24;
const maps: readonly (readonly [string, Penalty, number[], (x: number[], weight: number) => number[]])[] = [
  ['magnitudes', l1(), [size], shrunkGroups(size, 1)],
  ['magnitudes of pairs', l1({ complex: true }), [2, size / 2], shrunkGroups(size, 2)],
  ['the squared norm', l2(), [size], (x, weight) => x.map((value) => value / (1 + 2 * weight))],
  ['groups', l21({ slices: 3 }), [3, size / 3], shrunkGroups(size, 3)],
  ['groups of pairs', l21({ slices: 2, complex: true }), [2, 2, size / 4], shrunkGroups(size, 4)],
  ['differences along rows', totalVariation({ shape: [8, 3], axes: [1], iterations: 30 }), [8, 3], denoisedLines(3)],
  ['differences along rows, exactly', totalVariationAlong({ shape: [8, 3], axis: 1 }), [8, 3], denoisedLines(3)],
  ['one column, which is its norm', nuclear({ rows: size, columns: 1 }), [size], shrunkGroups(size, size)],
];

describe(`proximal maps on ${engineName}`, () => {
  it.each(maps)('of %s is that of float64', (_, penalty, shape, reference) => {
    const values = randomValues(size * batch, 5);
    const before = memory().numTensors;
    const found = read(() => penalty.prox(tensor(values, [...shape, batch]), tensor1d(weights), 0));
    expect(relativeError(found, entryByEntry(values, reference))).toBeLessThan(tolerance);
    expect(memory().numTensors).toBe(before);
  });

  it('of gradients keeps the mean and flattens', () => {
    const values = randomValues(6 * batch, 6);
    const flat = totalVariation({ shape: [2, 3], iterations: 60, isotropic: true });
    const found = read(() => flat.prox(tensor(values, [2, 3, batch]), 2, 0));
    const means = entryByEntry(values, (x) => x.map(() => x.reduce((sum, value) => sum + value / 6, 0)));
    expect(relativeError(found, means)).toBeLessThan(1e-3);
  });

  const sets: readonly (readonly [string, Constraint, (x: number[]) => number[]])[] = [
    ['x >= 0', positivity(), (x) => x.map((value) => Math.max(0, value))],
    ['real pairs', reality({ complex: true }), (x) => x.map((value, at) => (at < size / 2 ? value : 0))],
    ['a box', box({ lower: -0.1, upper: 0.2 }), (x) => x.map((value) => Math.max(-0.1, Math.min(0.2, value)))],
  ];
  it.each(sets)('of %s is the nearest point', (_, { project }, reference) => {
    const values = randomValues(size * batch, 7);
    const found = read(() => project(tensor(values, [2, size / 2, batch])));
    expect(
      relativeError(
        found,
        entryByEntry(values, (x) => reference(x)),
      ),
    ).toBeLessThan(1e-6);
  });
});

const [rows, columns] = [12, 8];
const iterations = 6;

/** A sparse problem of a dense matrix after a few iterations, CGNR one with squares: x [column, entry]. */
async function solved(name: SolverName): Promise<Float32Array> {
  const a = tensor2d(randomValues(rows * columns, 8), [rows, columns]);
  const b = tensor2d(randomValues(rows * batch, 9), [rows, batch]);
  const map = { apply: (x: Tensor) => matMul(a, x), adjoint: (y: Tensor) => matMul(a, y, true) };
  const prepared = (await solvers[name].load()).prepare(map, [columns]);
  const sparse = [{ penalty: l1(), lambda: 0.05 }, { constraint: positivity() }];
  const terms = solvers[name].penalties === 'squared norm' ? [{ penalty: l2(), lambda: 0.1 }] : sparse;
  const given = { iterations, iterationsInner: 2, iterationsCG: 4, rho: name === 'FISTA' ? 0.1 : 0.5 };
  const x = prepared.solving({ ...given, terms }, (solver) => solve(solver, b));
  const values = await x.data<'float32'>();
  for (const one of [a, b, x]) one.dispose();
  prepared.dispose();
  return values;
}

describe(`solvers on ${engineName}`, () => {
  it.each(solverNames)('%s goes the way that it goes on wasm', async (name) => {
    const before = memory().numTensors;
    const values = await solved(name);
    expect(values.some((value) => value !== 0)).toBe(true);
    expect(relativeError(values, onWasm.get(name) ?? [])).toBeLessThan(tolerance);
    expect(memory().numTensors).toBe(before);
  });
});
