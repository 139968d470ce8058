import { openEngine } from '@rondel/compute';
import { denseSystem, solveSystem, sparseSystem, type LinearSystem, type SolveOptions } from '@rondel/least-squares';
import { solverNames, type SolverName } from '@rondel/least-squares/manifest';
import type { ParameterNode } from '@rondel/reco';
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectAgreement } from './agreement.js';
import { engineName, useEngineUnderTest } from './engine-under-test.js';
import { randomValues } from './reference.js';

/** Rows, and the image that the unknowns are: colours of volumes, as scanners of several tracers have them. */
const [rows, shape] = [64, [2, 2, 3, 4]];
const columns = shape.reduce((product, extent) => product * extent, 1);
const entries = 2;

const term = (type: string, parameters: ParameterNode['parameters'] = {}): ParameterNode => ({ type, parameters });
const squares = term('L2Regularization', { lambda: 0.1 });
const sparse = term('L1Regularization', { lambda: 0.05 });
const groups = term('L21Regularization', { lambda: 0.05, slices: 2 });
const variation = term('TVRegularization', { lambda: 0.02 });
const lowRank = term('LLRRegularization', { lambda: 0.05, shape: [4, 3], blockSize: [2, 2] });
const nuclearNorm = term('NuclearRegularization', { lambda: 0.05, svtShape: [8, 6] });
const positive = term('PositiveRegularization');
const real = term('RealRegularization');
const bounded = term('ProjectionRegularization', { lower: -0.05, upper: 0.05 });
const masked = term('MaskedRegularization', {
  reg: term('L1Regularization', { lambda: 0.05 }),
  mask: Array.from({ length: columns }, (_, at) => at % 2 === 0),
});

interface SolverCase {
  readonly solver: SolverName;
  readonly terms: readonly ParameterNode[];
  readonly parameters?: NonNullable<SolveOptions['parameters']>;
}

/** Every solver, with every kind of term that it takes, and with every parameter that changes its way. */
const cases: readonly SolverCase[] = [
  { solver: 'Kaczmarz', terms: [squares, positive] },
  { solver: 'Kaczmarz', terms: [squares, variation], parameters: { iterations: 2, shuffleRows: true } },
  { solver: 'Kaczmarz', terms: [groups, real], parameters: { iterations: 2 } },
  { solver: 'CGNR', terms: [squares, positive] },
  { solver: 'CGNR', terms: [] },
  { solver: 'FISTA', terms: [sparse, positive] },
  { solver: 'FISTA', terms: [variation], parameters: { iterations: 3 } },
  { solver: 'FISTA', terms: [lowRank], parameters: { restart: 'gradient' } },
  { solver: 'OptISTA', terms: [groups, real] },
  { solver: 'OptISTA', terms: [masked] },
  { solver: 'POGM', terms: [sparse] },
  { solver: 'POGM', terms: [nuclearNorm], parameters: { restart: 'gradient', sigma_fac: 0.9 } },
  { solver: 'POGM', terms: [squares, bounded] },
  { solver: 'ADMM', terms: [variation, sparse, positive], parameters: { iterations: 3 } },
  { solver: 'ADMM', terms: [groups, squares], parameters: { vary_rho: 'balance' } },
  { solver: 'ADMM', terms: [lowRank, bounded], parameters: { vary_rho: 'PnP', iterations: 3 } },
  { solver: 'SplitBregman', terms: [sparse, real], parameters: { iterations: 2, iterationsInner: 2 } },
  { solver: 'SplitBregman', terms: [variation], parameters: { iterations: 2, iterationsInner: 2 } },
  { solver: 'PrimalDualSolver', terms: [variation, positive] },
  { solver: 'PrimalDualSolver', terms: [groups, nuclearNorm, bounded] },
  { solver: 'DirectSolver', terms: [squares, positive] },
  { solver: 'PseudoInverse', terms: [squares, real] },
];

const nameOf = ({ solver, terms, parameters = {} }: SolverCase, kind: string) => {
  const names = terms.map(({ type }) => type.replace('Regularization', '')).join(' + ') || 'nothing';
  const how = Object.entries(parameters).filter(([name]) => !name.startsWith('iterations'));
  return `${solver} with ${names}${how.map(([name, value]) => `, ${name} ${String(value)}`).join('')}, ${kind}`;
};

const kinds = ['complex', 'real', 'sparse and complex'] as const;
type Kind = (typeof kinds)[number];

/** Sparse ones have every other value. */
async function openSystem(kind: Kind): Promise<LinearSystem> {
  const complex = kind !== 'real';
  const parts = complex ? 2 : 1;
  const values = randomValues(rows * columns * parts, 8);
  const dtype = complex ? ('complex64' as const) : ('float32' as const);
  if (kind !== 'sparse and complex') return denseSystem({ dtype, shape: [rows, columns], data: values });
  const each = columns / 2;
  return sparseSystem({
    rows,
    columns,
    complex,
    rowStarts: Uint32Array.from({ length: rows + 1 }, (_, row) => row * each),
    columnIndices: Uint32Array.from({ length: rows * each }, (_, at) => 2 * (at % each)),
    values: values.slice(0, parts * rows * each),
  });
}

/** x after a few iterations, [entry, column]. */
async function solved({ solver, terms, parameters }: SolverCase, kind: Kind): Promise<Float32Array> {
  const system = await openSystem(kind);
  const complex = kind !== 'real';
  const b = randomValues(entries * rows * (complex ? 2 : 1), 9);
  const rho = solver === 'ADMM' || solver === 'SplitBregman' ? { rho: 5 } : {};
  try {
    const { data } = await solveSystem(
      system,
      { dtype: complex ? 'complex64' : 'float32', shape: [entries, rows], data: b },
      { solver, terms, shape, parameters: { iterations: 5, iterationsCG: 3, ...rho, ...parameters } },
    );
    return data;
  } finally {
    system.dispose();
  }
}

const isFirst = (one: SolverCase) => cases.find(({ solver }) => solver === one.solver) === one;
/** Of the other systems only products are new. */
const onOthers: readonly SolverName[] = ['Kaczmarz', 'CGNR', 'FISTA', 'DirectSolver'];
/** On wasm, which all are compared with, one of each solver is enough. */
const runs = kinds.flatMap((kind) =>
  cases
    .filter((one) => (kind === 'complex' ? engineName !== 'wasm' || isFirst(one) : isFirst(one)))
    .filter(({ solver }) => kind === 'complex' || onOthers.includes(solver))
    .map((one) => ({ name: nameOf(one, kind), one, kind })),
);

/** Before the engine under test opens, as a process has one at a time. */
const onWasm = new Map<string, Float32Array>();
beforeAll(async () => {
  const engine = await openEngine('wasm', { threads: 1 });
  for (const { name, one, kind } of runs) onWasm.set(name, await solved(one, kind));
  await engine.dispose();
});
useEngineUnderTest();

describe(`solvers on ${engineName}`, () => {
  it('are all here', () => {
    expect(new Set(cases.map(({ solver }) => solver))).toEqual(new Set(solverNames));
  });

  it.each(runs)('$name', async ({ name, one, kind }) => {
    const before = memory().numTensors;
    const x = await solved(one, kind);
    expect(x.some((value) => value !== 0)).toBe(true);
    expect(memory().numTensors).toBe(before);
    expectAgreement(`solver: ${name}`, x, onWasm.get(name) ?? []);
  });
});
