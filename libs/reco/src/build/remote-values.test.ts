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
} from '../index.js';
import { rangeNumbers } from '../remote/remote-range.js';

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

describe('a range', () => {
  const numbers = async (fields: PlanTree) => {
    const { tree } = await resolveRemoteValues(planWith({ grid: [], counts: { _remote: 'range', ...fields } }), {
      registry,
      source,
      steps,
    });
    return (buildAlgorithm(tree, registry).steps[0]?.parameters as { counts: number[] }).counts;
  };
  const problems = (table: PlanTree) =>
    checkPlan(planFromTree(planWith({ counts: table })), registry.catalog).map(({ at, message }) => [at, message]);

  it.each<[PlanTree, number[]]>([
    [{ start: 0, stop: 4, length: 5 }, [0, 1, 2, 3, 4]],
    [{ start: 0, stop: 4, length: 4, endpoint: false }, [0, 1, 2, 3]],
    [{ start: 1, stop: 6, step: 2 }, [1, 3, 5]],
    [{ start: 1, stop: 7, step: 2 }, [1, 3, 5, 7]],
    [{ start: 1, stop: 7, step: 2, endpoint: false }, [1, 3, 5]],
    [{ start: 7, stop: 1, step: -3 }, [7, 4, 1]],
    [{ start: 2, step: 3, length: 3 }, [2, 5, 8]],
    [{ start: 5, stop: 9, length: 1 }, [5]],
    [{ start: 0, stop: 9, length: 10, slice: '1:2:end' }, [0, 2, 4, 6, 8]],
    [{ start: 0, stop: 9, length: 10, slice: 'end:-4:1' }, [9, 5, 1]],
    [{ start: 0, stop: 9, length: 10, slice: 'end-1:end' }, [8, 9]],
    [{ start: 0, stop: 9, length: 10, slice: { start: 2, step: 3, stop: 8 } }, [1, 4, 7]],
    [{ start: 0, stop: 9, length: 10, slice: { step: 5 } }, [0, 5]],
  ])('P10: %j has what Julia has', async (fields, expected) => {
    expect(problems({ _remote: 'range', ...fields })).toEqual([]);
    expect(await numbers(fields)).toEqual(expected);
  });

  it('P10: ends at stop itself, also where steps are no whole numbers', () => {
    const made = rangeNumbers({ start: 0, stop: 0.3, length: 4 });
    expect(made.at(-1)).toBe(0.3);
    expect(rangeNumbers({ start: 0, stop: 0.3, step: 0.1 })).toHaveLength(4);
    expect(rangeNumbers({ start: 0, stop: Math.PI, length: 4, endpoint: false }).at(-1)).toBeCloseTo(2.3562, 4);
  });

  it.each<[PlanTree, string]>([
    [{ start: 0, stop: 1 }, 'lacks length'],
    [{ start: 0, stop: 1, step: 0.5, length: 3 }, 'start with stop with length, start with stop with step or'],
    [{ start: 0, stop: 1, length: 3, slice: '1:2:x' }, 'must be a slice written as in Julia'],
    [{ start: 0, stop: 1, length: 3, slice: { start: 0 } }, 'counted from 1'],
  ])('P10: %j is refused, with the forms that there are', (fields, words) => {
    expect(problems({ _remote: 'range', ...fields })).toEqual([[expect.any(String), expect.stringContaining(words)]]);
  });

  it.each<[PlanTree, string]>([
    [{ start: 0, stop: 1, step: -1 }, 'steps of -1 do not lead from 0 to 1'],
    [{ start: 0, stop: 9, length: 10, slice: '5:11' }, 'takes nothing out of 10 items, or more than there is'],
    [{ start: 0, stop: 9, length: 10, slice: '5:4' }, 'takes nothing out of 10 items'],
  ])('P10: %j fails where it is read', async (fields, words) => {
    expect((await failureOf({ counts: { _remote: 'range', ...fields } })).message).toContain(words);
  });

  it('P10: every kind of remote value may be sliced, along its first axis', async () => {
    const plan = planWith({ grid: { _remote: 'lab', table: 'rows', slice: '2:2' } });
    expect(checkPlan(planFromTree(plan), registry.catalog)).toEqual([]);
    const { values } = await resolveRemoteValues(plan, { registry, source, steps });
    expect(values).toMatchObject([{ shape: [1, 2] }]);
  });
});
