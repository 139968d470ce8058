import fc from 'fast-check';
import { nothing, type PlanNode, type PlanValue } from './value/plan-value.js';
import { canonicalName } from './value/property-name.js';

const name = fc.oneof(
  fc.constantFrom(
    'angles',
    'λ',
    'reco',
    'a.b',
    'with space',
    'é',
    '_listener',
    '"',
    'x\u007f',
    '',
    'a\nb',
    '\u001b[31m',
    '\u009b',
    '\u202e',
  ),
  fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' }),
);
const reserved = new Set([
  '_type',
  '_module',
  '_value',
  '_uniontype',
  '_unionmodule',
  '__proto__',
  'constructor',
  'prototype',
]);
// JavaScript objects put keys that are whole numbers first, so their order can't be kept.
const wholeNumber = /^(0|[1-9]\d*)$/;
const key = name.filter((text) => !reserved.has(text) && !/\p{Surrogate}/u.test(text) && !wholeNumber.test(text));
const typeName = fc.constantFrom('A', 'Deep.Name', 'Param{Float32}', 'Größe');
const moduleName = fc.option(fc.constantFrom('M', 'Main.N'), { nil: undefined });

const scalar: fc.Arbitrary<PlanValue> = fc.oneof(
  fc.boolean(),
  fc.string({ unit: 'grapheme' }).filter((text) => !/\p{Surrogate}/u.test(text)),
  fc.double(),
  fc.constantFrom(-0, 1, 1e300, 5e-324, NaN, Infinity, -Infinity),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constant(nothing),
);

function entries<T>(value: fc.Arbitrary<T>, selector: (key: string) => string): fc.Arbitrary<ReadonlyMap<string, T>> {
  return fc
    .uniqueArray(fc.tuple(key, value), { maxLength: 5, selector: ([text]) => selector(text) })
    .map((pairs) => new Map(pairs));
}

const { node, value } = fc.letrec<{ node: PlanNode; value: PlanValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'plan' },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    tie('node'),
    fc.record({ kind: fc.constant('table' as const), entries: entries(tie('value'), (text) => text) }),
    fc.record({ kind: fc.constant('type' as const), module: moduleName, name: typeName }),
    fc.record({
      kind: fc.constant('union' as const),
      module: moduleName,
      type: fc.option(fc.constant('Union'), { nil: undefined }),
      value: tie('value'),
      unionType: typeName,
      unionModule: moduleName,
    }),
  ),
  node: fc.record({
    kind: fc.constant('node' as const),
    module: moduleName,
    type: typeName,
    wrapped: fc.boolean(),
    properties: entries(tie('value'), canonicalName),
  }),
}));

/** Plans with every kind of value, some with names that need quotes. */
export const arbitraryPlan: fc.Arbitrary<PlanNode> = node;
export const arbitraryValue: fc.Arbitrary<PlanValue> = value;
