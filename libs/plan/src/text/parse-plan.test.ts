import { isRondelError, type RondelError } from '@rondel/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { valueAt } from '../value/edit.js';
import { planLimits } from '../value/limits.js';
import { parsePlan, type PlanFormat } from './parse-plan.js';
import { isNode, isNothing } from '../value/plan-value.js';
import { fbpToml, iterativeToml } from '../sample.test.support.js';
import { printPlan } from './print-plan.js';
import { planFromTree } from './tree-reader.js';

function failureOf(action: () => unknown): RondelError {
  try {
    action();
  } catch (error) {
    if (isRondelError(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

function fromToml(lines: string): ReturnType<typeof parsePlan> {
  return parsePlan(`_type = "A"\n${lines}`);
}

describe('parsePlan', () => {
  it('keeps module, type and RecoPlan{} apart', () => {
    const plan = parsePlan(fbpToml);
    expect(plan).toMatchObject({ module: 'RondelRadon', type: 'DirectRadonAlgorithm', wrapped: true });
    const reg = valueAt(parsePlan(iterativeToml), 'parameter.reco.reg[1]');
    expect(reg).toMatchObject({ kind: 'node', type: 'L2Regularization', wrapped: false });
  });

  it('keeps 1 and 1.0 apart in TOML and in JSON', () => {
    expect(valueAt(fromToml('x = 1'), 'x')).toBe(1n);
    expect(valueAt(fromToml('x = 1.0'), 'x')).toBe(1);
    expect(valueAt(parsePlan('{"_type": "A", "x": 1, "y": 1.0}'), 'x')).toBe(1n);
    expect(valueAt(parsePlan('{"_type": "A", "x": 1, "y": 1.0}'), 'y')).toBe(1);
  });

  it('keeps nothing apart from missing', () => {
    const plan = fromToml('x = {}');
    expect(isNothing(valueAt(plan, 'x'))).toBe(true);
    expect(valueAt(plan, 'y')).toBeUndefined();
  });

  it('reads Type tables, union fields and listeners', () => {
    const plan = fromToml(
      'solver = { _module = "M", _type = "Type", _value = "CGNR" }\n' +
        'c = { _module = "Core", _type = "Union", _value = 1.5, _uniontype = "Float64", _unionmodule = "Core" }\n' +
        '[[_listener.x]]\n_type = "LinkedPropertyListener"\nplan = ["parameter"]\nfield = "sf"',
    );
    expect(valueAt(plan, 'solver')).toEqual({ kind: 'type', module: 'M', name: 'CGNR' });
    expect(valueAt(plan, 'c')).toMatchObject({ kind: 'union', value: 1.5, unionType: 'Float64' });
    expect(plan.properties.has('_listener')).toBe(true);
  });

  it('names line, column and text of an error in TOML', () => {
    const error = failureOf(() => parsePlan('_type = "A"\nx = [1, 2\ny = 3\n'));
    expect(error.code).toBe('PLAN_SYNTAX');
    expect(error.failure.details).toMatchObject({ line: 3, source: 'y = 3' });
    expect(error.message).toMatch(/^Line 3, column \d+: .* in: y = 3$/);
  });

  it('names line, column and text of an error in JSON', () => {
    const error = failureOf(() => parsePlan('{\n  "_type": "A",\n  "x": tru\n}'));
    expect(error.message).toBe('Line 3, column 8: expected a value, in: "x": tru');
    expect(error.failure.details).toMatchObject({ line: 3, column: 8 });
  });

  it('tells how to write a Greek name that lacks its quotes', () => {
    expect(failureOf(() => fromToml('λ = 0.1')).message).toContain('"λ" = 0.1');
  });

  it.each([
    ['a key given twice in TOML', '_type = "A"\nx = 1\nx = 2'],
    ['a table given twice', '_type = "A"\n[x]\n[x]'],
    ['a key given twice in JSON', '{"_type": "A", "x": 1, "x": 2}'],
    ['a property given as λ and lambda', '_type = "A"\n"λ" = 1\nlambda = 2'],
    ['a plan without _type', 'x = 1'],
    ['a _type that is a number', '_type = 1'],
    ['a _module that is a number', '_type = "A"\n_module = 1'],
    ['an integer beyond 64 bits', '_type = "A"\nx = 9223372036854775808'],
    ['the key __proto__ in TOML', '_type = "A"\n[__proto__]\npolluted = 1'],
    ['the key __proto__ in an inline table', '_type = "A"\nx = { __proto__ = { polluted = 1 } }'],
    ['the key constructor in TOML', '_type = "A"\n[constructor.prototype]\npolluted = 1'],
    ['the key __proto__ in JSON', '{"_type": "A", "__proto__": {"polluted": 1}}'],
    ['the key constructor in JSON', '{"_type": "A", "x": {"constructor": {"polluted": 1}}}'],
    ['text that is not valid Unicode', '{"_type": "A", "x": "\\ud800"}'],
    ['an empty document', ''],
    ['a JSON array', '[1, 2]'],
  ])('refuses %s', (_what, text) => {
    expect(failureOf(() => parsePlan(text)).code).toBe('PLAN_SYNTAX');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('P12: keeps dates and times of TOML as they are written, in JSON by the tags of Julia', () => {
    const text = [
      '_type = "A"',
      'day = 2020-01-31',
      'noon = 12:00:00',
      'then = 2020-01-31T12:00:00.250',
      'days = [2020-01-31, 2021-02-28]',
      '',
    ].join('\n');
    const plan = parsePlan(text, { format: 'toml' });
    expect(printPlan(plan, 'toml')).toBe(text);
    expect(JSON.parse(printPlan(plan, 'json'))).toMatchObject({
      day: { _module: 'Dates', _type: 'Date', _value: '2020-01-31' },
      noon: { _module: 'Dates', _type: 'Time', _value: '12:00:00' },
    });
    expect(printPlan(parsePlan(printPlan(plan, 'json'), { format: 'json' }), 'toml')).toBe(text);
    // What another type calls a date is a node of its own.
    expect(printPlan(parsePlan('_type = "A"\n[x]\n_type = "Date"\n_value = "2020-01-31"'), 'toml')).toContain(
      '"2020-01-31"',
    );
  });

  it('tells what to do about the tags of the old format', () => {
    const error = failureOf(() => parsePlan('".type" = "RecoPlan{A}"\n".module" = "MPIReco"'));
    expect(error.message).toContain('Rename them to _type and _module');
  });
});

describe('limits of parsePlan', () => {
  const nestedHeaders = (depth: number) =>
    `_type = "A"\n[${Array.from({ length: depth }, () => 'a').join('.')}]\nx = 1`;

  it.each<[string, PlanFormat, (depth: number) => string]>([
    ['TOML headers', 'toml', nestedHeaders],
    ['TOML arrays', 'toml', (depth) => `_type = "A"\nx = ${'['.repeat(depth)}${']'.repeat(depth)}`],
    ['JSON arrays', 'json', (depth) => `{"_type": "A", "x": ${'['.repeat(depth)}${']'.repeat(depth)}}`],
    ['JSON tables', 'json', (depth) => `{"_type": "A", "x": ${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`],
  ])('takes 31 levels below the root of %s and refuses 32 and 100000', (_what, format, nested) => {
    expect(isNode(parsePlan(nested(31), { format }))).toBe(true);
    for (const depth of [32, 100_000]) {
      expect(failureOf(() => parsePlan(nested(depth), { format })).code).toBe('PLAN_SYNTAX');
    }
  });

  it('refuses a text that is too long before it reads it', () => {
    const error = failureOf(() => parsePlan('x'.repeat(planLimits.textLength + 1)));
    expect(error.message).toContain('1048576 characters, got 1048577');
  });

  it('takes an array of a hundred thousand numbers and refuses one more, saying how many', () => {
    const zeros = (count: number) => Array.from({ length: count }, () => 0);
    expect(isNode(planFromTree({ _type: 'A', x: zeros(100_000) }))).toBe(true);
    const error = failureOf(() => planFromTree({ _type: 'A', x: zeros(100_001) }));
    expect(error.message).toContain('x holds an array of 100001 numbers');
  });

  it('refuses too many values and too many nodes', () => {
    const many = (count: number, item: unknown) => ({ _type: 'A', x: Array.from({ length: count }, () => item) });
    expect(failureOf(() => planFromTree(many(planLimits.values, 'a'))).message).toContain('20000 values');
    expect(failureOf(() => planFromTree(many(planLimits.nodes, { _type: 'B' }))).message).toContain('2000 nodes');
  });

  it.each([undefined, (): number => 1, Symbol('x'), new Date(), new Map()])('refuses %s in a tree', (value) => {
    expect(failureOf(() => planFromTree({ _type: 'A', x: value })).code).toBe('PLAN_SYNTAX');
  });

  it('throws nothing but RondelError on random text', () => {
    const pieces = fc.constantFrom(
      '_type = "A"\n',
      '[',
      ']',
      '{',
      '}',
      '"',
      "'",
      '=',
      '.',
      ',',
      '\n',
      '1',
      '-',
      'λ',
      'e',
      '\\u',
      ':',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces).map((parts) => parts.join('')),
      fc.json(),
    );
    fc.assert(
      fc.property(text, fc.constantFrom<PlanFormat>('toml', 'json'), (input, format) => {
        try {
          parsePlan(input, { format });
        } catch (error) {
          expect(isRondelError(error)).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('throws nothing but RondelError on random trees', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true }), (tree) => {
        try {
          planFromTree(tree);
        } catch (error) {
          expect(isRondelError(error)).toBe(true);
        }
      }),
    );
  });
});
