import { RondelError, type NdArray } from '@rondel/contracts';
import { checkPlan, planFromTree } from '@rondel/plan';
import { Type } from '@rondel/contracts/schema';
import { describe, expect, it } from 'vitest';
import {
  buildAlgorithm,
  createExecutableRegistry,
  defineAlgorithm,
  defineStep,
  defineValue,
  describeRemote,
  implementRemoteResolver,
  implementStep,
  mostRemoteValues,
  nodeList,
  optional,
  resolveRemoteValues,
  type PlanTree,
  type ReconstructionPackage,
  type RemoteSource,
} from './index.js';

const step = defineStep({
  type: 'GridParameters',
  description: 'For tests.',
  input: ['x'],
  output: ['x'],
  parallel: [],
  purity: 'pure',
  properties: {
    grid: optional(Type.Array(Type.Array(Type.Number(), { maxItems: 3 })), { description: 'Rows.' }),
    counts: optional(Type.Array(Type.Integer({ minimum: 0 })), { description: 'Counts.' }),
    terms: nodeList(['Term'], { description: 'Terms.' }),
  },
  estimateBytes: () => 0,
});
const term = defineValue({
  type: 'Term',
  description: 'A term.',
  properties: { weight: optional(Type.Number({ minimum: 0 }), { description: 'Its weight.' }) },
});
const lookUp = {
  name: 'lab',
  description: 'A table of the lab.',
  fields: Type.Object({ table: Type.String() }, { additionalProperties: false }),
};

const tables: Readonly<Record<string, NdArray>> = {
  rows: { dtype: 'float64', shape: [2, 2], data: Float64Array.of(1, 2, 3, 4) },
  wide: { dtype: 'float64', shape: [1, 4], data: Float64Array.of(1, 2, 3, 4) },
  weight: { dtype: 'float32', shape: [], data: Float32Array.of(0.5) },
  counts: { dtype: 'float64', shape: [2], data: Float64Array.of(3, 4) },
  halves: { dtype: 'float64', shape: [2], data: Float64Array.of(3, 0.5) },
  complex: { dtype: 'complex64', shape: [1], data: Float32Array.of(1, 2) },
  huge: { dtype: 'uint8', shape: [mostRemoteValues + 1], data: new Uint8Array(mostRemoteValues + 1) },
};

const lab: ReconstructionPackage = {
  manifest: {
    name: '@lab/grid',
    version: '1.0.0',
    module: 'Grid',
    description: 'For tests.',
    nodes: [
      defineAlgorithm({ type: 'GridAlgorithm', description: 'One step.', accepts: ['GridParameters'] }),
      step,
      term,
    ],
    plans: [],
    remoteResolvers: [lookUp],
  },
  steps: [implementStep(step, () => ({ process: (input) => input }))],
  remoteResolvers: [
    implementRemoteResolver(lookUp, ({ table }, { warn }) => {
      if (table === 'counts') warn('UNITS_ASSUMED', 'The table names no unit.');
      const found = tables[table];
      if (found === undefined) throw new TypeError(`no table ${table}`);
      return found;
    }),
  ],
};
const registry = createExecutableRegistry([lab]);
const steps = ['parameter'];
const source: RemoteSource = {
  read: () => Promise.reject(new RondelError('DATA_FORBIDDEN', 'root://a/b may not be read.')),
};

function planWith(properties: PlanTree): PlanTree {
  return { _module: 'Grid', _type: 'GridAlgorithm', parameter: { _type: 'GridParameters', ...properties } };
}

async function failureOf(properties: PlanTree): Promise<RondelError['failure']> {
  try {
    await resolveRemoteValues(planWith(properties), { registry, source, steps });
  } catch (error) {
    if (error instanceof RondelError) return error.failure;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('resolving remote values', () => {
  it('puts the numbers of a resolver that a package brings in place of every table', async () => {
    const plan = planWith({
      grid: { _remote: 'lab', table: 'rows' },
      counts: { _remote: 'lab', table: 'counts' },
      terms: [{ _type: 'Term' }, { _type: 'Term', weight: { _remote: 'lab', table: 'weight' } }],
    });
    expect(checkPlan(planFromTree(plan), registry.catalog)).toEqual([]);
    const { tree, values, warnings } = await resolveRemoteValues(plan, { registry, source, steps });
    expect(warnings).toEqual([
      { code: 'UNITS_ASSUMED', message: 'The table names no unit.', path: 'parameter.counts' },
    ]);
    expect(buildAlgorithm(tree, registry).steps[0]?.parameters).toEqual({
      grid: [
        [1, 2],
        [3, 4],
      ],
      counts: [3, 4],
      terms: [
        { type: 'Term', parameters: { weight: undefined } },
        { type: 'Term', parameters: { weight: 0.5 } },
      ],
    });
    expect(values.map(({ path, shape, dtype }) => [path, shape, dtype])).toEqual([
      ['parameter.grid', [2, 2], 'float64'],
      ['parameter.counts', [2], 'float64'],
      ['parameter.terms[2].weight', [], 'float32'],
    ]);
  });

  it('leaves the tables of steps that run elsewhere as they are', async () => {
    const plan = planWith({ grid: { _remote: 'lab', table: 'rows' } });
    expect(await resolveRemoteValues(plan, { registry, source, steps: [] })).toEqual({ tree: plan, values: [] });
  });

  it.each([
    [
      'a value that the property does not take',
      { grid: { _remote: 'lab', table: 'wide' } },
      'PLAN_INVALID_VALUE',
      'grid',
    ],
    ['a fraction for an integer', { counts: { _remote: 'lab', table: 'halves' } }, 'PLAN_INVALID_VALUE', 'counts'],
    ['complex numbers', { counts: { _remote: 'lab', table: 'complex' } }, 'PLAN_INVALID_VALUE', 'counts'],
    ['more than a plan may hold', { counts: { _remote: 'lab', table: 'huge' } }, 'PLAN_INVALID_VALUE', 'counts'],
    ['an error of the resolver', { counts: { _remote: 'lab', table: 'none' } }, 'PLAN_INVALID_VALUE', 'counts'],
    ['a refusal of the worker', { counts: { _remote: 'npy', uri: 'root://a/b' } }, 'DATA_FORBIDDEN', 'counts'],
  ])('reports %s with the path', async (_, properties, code, at) => {
    const failure = await failureOf(properties);
    expect(failure.code).toBe(code);
    expect(failure.at).toMatch(new RegExp(`^parameter\\.${at}`));
    expect(failure.message).toContain(`parameter.${at}`);
  });

  it('is what a build of a plan with tables asks for', () => {
    const plan = planWith({ grid: { _remote: 'lab', table: 'rows' } });
    expect(() => buildAlgorithm(plan, registry)).toThrow('resolveRemoteValues');
  });
});

describe('the form of a remote table', () => {
  it('is checked where the plan is read, also in what a wrapper says of itself', () => {
    const check = (tree: PlanTree) => checkPlan(planFromTree(tree), registry.catalog).map(({ code, at }) => [code, at]);
    expect(check(planWith({ grid: { _remote: 'lab', tabel: 'rows' } }))).toEqual([
      ['PLAN_INVALID_VALUE', 'parameter.grid.table'],
      ['PLAN_INVALID_VALUE', 'parameter.grid.tabel'],
    ]);
    expect(check(planWith({ grid: { _remote: 5 } }))).toEqual([['PLAN_INVALID_VALUE', 'parameter.grid']]);
    const wrapper = {
      _module: 'DaggerImageReconstruction',
      _type: 'DaggerReconstructionUtility',
      worker: { _remote: 'lab', table: 'rows' },
      param: { _module: 'Grid', _type: 'GridParameters' },
    };
    const [problem] = check({ _module: 'Grid', _type: 'GridAlgorithm', parameter: wrapper });
    expect(problem).toEqual(['PLAN_INVALID_VALUE', 'parameter.worker']);
  });
});

describe('describing a resolved value', () => {
  const array: NdArray = { dtype: 'float64', shape: [2, 2], data: Float64Array.of(1, 2, 3, 4) };

  it('tells length, shape, hash or the numbers', () => {
    expect(describeRemote(array, 'length')).toBe(4);
    expect(describeRemote(array, 'shape')).toEqual([2, 2]);
    // sha256sum of the 32 bytes of the four doubles, little-endian.
    expect(describeRemote(array, 'hash')).toBe('6bab56d2f81d4b5a2dbf102bf6a6ff7d5211a475fc5f97813f977e8ba714b07d');
    expect(describeRemote(array)).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('refuses to hand out more numbers than the limit', () => {
    expect(() => describeRemote(array, undefined, 3)).toThrow('at most 3');
  });
});
