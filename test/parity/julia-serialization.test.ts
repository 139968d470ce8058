import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from '@rondel/contracts/schema';
import {
  checkPlan,
  newNode,
  parentOf,
  parsePlan,
  planHash,
  printPlan,
  propertyState,
  toTree,
  valueAt,
  withDefaults,
} from '@rondel/plan';
import {
  createRegistry,
  defaulted,
  defineAlgorithm,
  definePipeline,
  defineStep,
  defineValue,
  nodeList,
  optional,
  typeName,
} from '@rondel/reco';
import { describe, expect, it } from 'vitest';

const step = { input: ['x'], output: ['x'], parallel: [], purity: 'pure', estimateBytes: () => 0 } as const;
const words = { description: 'For tests.' };
const states = Type.Enum(['STATUS_IDLE', 'STATUS_RUNNING', 'STATUS_COMPLETE']);
const numbers = {
  value: defaulted(Type.Number(), 1, words),
  iterations: defaulted(Type.Integer(), 100, words),
};
const { catalog } = createRegistry([
  {
    name: '@lab/ser',
    version: '1.0.0',
    module: 'SerTest',
    description: 'For tests.',
    plans: [],
    nodes: [
      defineAlgorithm({ type: 'SerTestAlgo', ...words, accepts: ['NestedChain', 'SerTestParams'] }),
      definePipeline({
        type: 'NestedChain',
        ...words,
        stages: { first: { accepts: ['SerTestParams'], ...words }, second: { accepts: ['SerTestParams'], ...words } },
      }),
      defineStep({ type: 'SerTestParams', ...words, ...step, properties: numbers }),
      defineValue({ type: 'SerValue', ...words, properties: numbers }),
      defineStep({ type: 'ArrayContainer', ...words, ...step, properties: { items: nodeList(['SerValue'], words) } }),
      defineStep({
        type: 'EnumParams',
        ...words,
        ...step,
        properties: {
          status: defaulted(states, 'STATUS_IDLE', words),
          priority: defaulted(states, 'STATUS_COMPLETE', words),
          statuses: optional(Type.Array(states), words),
        },
      }),
      defineStep({
        type: 'UnionParams',
        ...words,
        ...step,
        properties: {
          value: optional(Type.Union([Type.Number(), Type.String()]), words),
          optional: optional(Type.Array(Type.Number()), words),
          shape: optional(Type.Array(Type.Integer()), words),
          kind: typeName(['Float32', 'Float64'], { ...words, default: 'Float64' }),
        },
      }),
    ],
  },
]);

const node = (type: string, properties = {}) => newNode(type, catalog, properties);
const again = (plan: ReturnType<typeof node>) => parsePlan(printPlan(plan, 'toml'));

describe('a plan as a table', () => {
  it('has its tags, what is set, and nothing that is missing', () => {
    const tags = { _module: 'SerTest', _type: 'RecoPlan{SerTestParams}' };
    expect(toTree(node('SerTestParams', { value: 2 }))).toEqual({ ...tags, value: 2 });
    expect(toTree(node('SerTestParams', { value: 3.14, iterations: 200 }))).toEqual({
      ...tags,
      value: 3.14,
      iterations: 200,
    });
    expect(toTree(node('SerTestParams'))).toEqual(tags);
    expect(toTree(again(node('SerTestParams')))).toEqual(tags);
  });

  it('holds plans inside plans and lists of them, and each knows what it is in', () => {
    const [first, second] = [node('SerTestParams', { value: 1 }), node('SerTestParams', { value: 2, iterations: 50 })];
    const loaded = again(node('SerTestAlgo', { parameter: node('NestedChain', { first, second }) }));
    expect([valueAt(loaded, 'parameter.first.value'), valueAt(loaded, 'parameter.second.iterations')]).toEqual([
      1,
      50n,
    ]);
    expect(parentOf(loaded, 'parameter.first')?.path).toBe('parameter');
    const items = [node('SerValue', { value: 1 }), node('SerValue', { value: 2 })];
    const list = again(node('ArrayContainer', { items }));
    expect(toTree(list).items).toMatchObject([{ value: 1 }, { value: 2 }]);
    expect(valueAt(list, 'items[2].value')).toBe(2);
    expect(checkPlan(list, catalog)).toEqual([]);
  });

  it('is the same after a way through a file', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'rondel-serialization-'));
    try {
      const plan = node('SerTestAlgo', { parameter: node('SerTestParams', { value: 9.9, iterations: 300 }) });
      await writeFile(join(directory, 'plan.toml'), printPlan(plan, 'toml'));
      const loaded = parsePlan(await readFile(join(directory, 'plan.toml'), 'utf8'));
      expect(loaded).toEqual(plan);
      expect(planHash(withDefaults(loaded, catalog))).toBe(planHash(withDefaults(plan, catalog)));
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('keeps numbers, text, flags, lists, complex numbers as text, nothing, types, functions and modules', () => {
    const toml = [
      '_module = "SerTest"',
      '_type = "RecoPlan{Anything}"',
      'integer = 42',
      'float = 3.0',
      'text = "hello"',
      'flag = true',
      'integers = [1, 2, 3]',
      'floats = [1.0, 2.0]',
      'mixed = [1, 2.0, "three"]',
      'complex = "3.0 + 4.0im"',
      'symbol = "mysymbol"',
      'nothing = {}',
      'kind = { _module = "Core", _type = "Type", _value = "Float64" }',
      '',
      '[fn]',
      '_module = "Base"',
      '_type = "sin"',
      '',
    ].join('\n');
    const plan = parsePlan(toml);
    expect(printPlan(plan, 'toml')).toBe(toml);
    expect(toTree(plan)).toMatchObject({ nothing: null, mixed: [1, 2, 'three'], fn: { _type: 'sin' } });
    expect([valueAt(plan, 'integer'), valueAt(plan, 'float')]).toEqual([42n, 3]);
  });

  it('reads types, nothing, lists and tuples as the properties mean them', () => {
    const plan = node('UnionParams', { kind: { _type: 'Type', _module: 'Core', _value: 'Float32' }, shape: [1, 2, 3] });
    expect(toTree(withDefaults(again(plan), catalog))).toMatchObject({ kind: { _value: 'Float32' }, shape: [1, 2, 3] });
    expect(propertyState(again(node('UnionParams', { optional: null })), 'optional', catalog)).toBe('nothing');
    expect(propertyState(again(plan), 'optional', catalog)).toBe('absent');
  });

  it('is refused with a type or module that there is not, and without a type', () => {
    const codes = (toml: string) => checkPlan(parsePlan(toml), catalog).map(({ code }) => code);
    expect(codes('_module = "SerTest"\n_type = "RecoPlan{NonexistentType}"')).toEqual(['PLAN_UNKNOWN_TYPE']);
    expect(codes('_module = "NonexistentModule"\n_type = "RecoPlan{SerTestParams}"')).toEqual(['PLAN_UNKNOWN_TYPE']);
    expect(codes('_module = "SerTest"\n_type = "RecoPlan{SerTestParams}"')).toEqual([]);
    expect(() => parsePlan('_module = "SerTest"')).toThrow(/no _type/);
  });
});

describe('enums in a plan', () => {
  it('are text, alone, in lists, nested, as defaults, and refused when there is none of that name', () => {
    const plan = node('EnumParams', { status: 'STATUS_RUNNING', statuses: ['STATUS_IDLE', 'STATUS_COMPLETE'] });
    expect(toTree(again(plan))).toMatchObject({
      status: 'STATUS_RUNNING',
      statuses: ['STATUS_IDLE', 'STATUS_COMPLETE'],
    });
    expect(toTree(withDefaults(again(node('EnumParams')), catalog))).toMatchObject({
      status: 'STATUS_IDLE',
      priority: 'STATUS_COMPLETE',
    });
    const invalid = parsePlan('_module = "SerTest"\n_type = "RecoPlan{EnumParams}"\nstatus = "INVALID_STATUS"\n');
    expect(checkPlan(invalid, catalog)).toMatchObject([{ code: 'PLAN_INVALID_VALUE', at: 'status' }]);
  });
});

describe('union fields in a plan', () => {
  const tagged = (value: string, type: string) =>
    parsePlan(
      `_module = "SerTest"\n_type = "RecoPlan{UnionParams}"\nvalue = { _uniontype = "${type}", _unionmodule = "Core", _value = ${value} }\n`,
    );

  it.each([
    ['3.14', 'Float64', 3.14],
    ['42', 'Int64', 42n],
    ['"hello"', 'String', 'hello'],
    ['[1.0, 2.0]', 'Vector{Float64}', [1, 2]],
  ])('keep their tags and the kind of %s', (text, type, value) => {
    const plan = tagged(text, type);
    expect(valueAt(again(plan), 'value')).toMatchObject({ kind: 'union', unionType: type, value });
    expect(printPlan(again(plan), 'toml')).toBe(printPlan(plan, 'toml'));
  });

  it('are checked and built as what they hold', () => {
    expect(checkPlan(tagged('42', 'Int64'), catalog)).toEqual([]);
    expect(toTree(withDefaults(tagged('42', 'Int64'), catalog)).value).toBe(42);
    expect(checkPlan(tagged('[1.0]', 'Vector{Float64}'), catalog)).toMatchObject([{ at: 'value' }]);
  });
});
