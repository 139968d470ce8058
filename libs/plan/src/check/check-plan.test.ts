import { given, type Catalog, type CatalogProperty, type Problem } from '@rondel/contracts';
import fc from 'fast-check';
import { Type } from '@rondel/contracts/schema';
import { describe, expect, it } from 'vitest';
import { arbitraryPlan, arbitraryValue } from '../arbitrary-plan.test.support.js';
import { checkPlan, ignoredProperties } from './check-plan.js';
import { withDefaults } from '../forms/defaults.js';
import { clearAt, setAt, valueAt } from '../value/edit.js';
import { parsePlan } from '../text/parse-plan.js';
import { fbpToml, iterativeToml, sampleCatalog } from '../sample.test.support.js';
import { planFromTree } from '../text/tree-reader.js';

const direct = parsePlan(fbpToml);
const iterative = parsePlan(iterativeToml);

function check(plan = iterative): Problem[] {
  return checkPlan(plan, sampleCatalog);
}

/** The sentences about a plan with one property changed. */
function complaints(path: string, tree: unknown, plan = iterative): string[] {
  const value = planFromTree({ _type: 'X', value: tree }).properties.get('value');
  if (value === undefined) throw new Error('no value');
  return check(setAt(plan, path, value)).map((problem) => problem.message);
}

describe('checkPlan', () => {
  it('has nothing to say about complete plans, also as Julia writes them', () => {
    expect(check(direct)).toEqual([]);
    expect(check(iterative)).toEqual([]);
  });

  it('reports all problems at once, each with code and path', () => {
    const plan = parsePlan(`_type = "IterativeRadonAlgorithm"
      [parameter]
      _type = "IterativeRadonParameters"
      [parameter.pre]
      _type = "RadonPreprocesingParameters"
      [parameter.reco]
      _type = "IterativeRadonReconstructionParameters"
      iterations = 0
      iteratons = 5
      angles = [0.0]
      [[parameter.reco.reg]]
      _type = "L2Regularization"`);
    expect(check(plan).map(({ code, at }) => [code, at])).toEqual([
      ['PLAN_UNKNOWN_TYPE', 'parameter.pre'],
      ['PLAN_INVALID_VALUE', 'parameter.reco.iterations'],
      ['PLAN_UNKNOWN_PROPERTY', 'parameter.reco.iteratons'],
      ['PLAN_MISSING_PROPERTY', 'parameter.reco.reg[1].lambda'],
      ['PLAN_MISSING_PROPERTY', 'parameter.reco.shape'],
    ]);
    expect(check(plan).every((problem) => !problem.retryable)).toBe(true);
  });

  it('names the nearest types and properties', () => {
    const [unknownType] = check(setAt(direct, 'parameter.pre', { ...direct, type: 'RadonPreprocessing' }));
    expect(unknownType?.details).toMatchObject({ nearest: ['RadonPreprocessingParameters'] });
    const [unknownProperty] = check(setAt(iterative, 'parameter.reco.iteration', 1n));
    expect(unknownProperty?.message).toContain('has no property "iteration"');
    expect(unknownProperty?.message).toMatch(/Did you mean iterations\?$/);
  });

  it('keeps and ignores a field that is near to no known name, as files of other versions have them', () => {
    const plan = setAt(iterative, 'parameter.reco.verboseOutput', true);
    expect(check(plan)).toEqual([]);
    expect(ignoredProperties(plan, sampleCatalog)).toMatchObject([
      { code: 'PLAN_UNKNOWN_PROPERTY', at: 'parameter.reco.verboseOutput' },
    ]);
    expect(valueAt(withDefaults(plan, sampleCatalog), 'parameter.reco.verboseOutput')).toBe(true);
    expect(ignoredProperties(setAt(iterative, 'parameter.reco.iteration', 1n), sampleCatalog)).toEqual([]);
  });

  it('names every node of an unknown type, also inside others, and checks the known ones there', () => {
    const foreign = parsePlan(`_type = "RecoPlan{SinglePatchReconstructionAlgorithm}"
      [parameter]
      _type = "SinglePatchParameters"
      [[parameter.terms]]
      _type = "L2Regularization"
      lambda = -1
      [[parameter.terms]]
      _type = "Other"
      [parameter._listener]
      x = { _type = "AlsoUnknown" }`);
    expect(check(foreign).map(({ code, at }) => [code, at])).toEqual([
      ['PLAN_UNKNOWN_TYPE', ''],
      ['PLAN_UNKNOWN_TYPE', 'parameter'],
      ['PLAN_INVALID_VALUE', 'parameter.terms[1].lambda'],
      ['PLAN_UNKNOWN_TYPE', 'parameter.terms[2]'],
    ]);
  });

  it.each(['L1Regularization', 'TVRegularization'])('says which terms there are where %s is asked for', (type) => {
    expect(complaints('parameter.reco.reg', [{ _type: type, lambda: 0.1 }])).toEqual([
      `parameter.reco.reg[1] has the type "${type}", which no installed package provides. There are L2Regularization and PositiveRegularization here.`,
    ]);
  });

  it.each<[string, unknown, string]>([
    ['iterations', 0, 'must be an integer >= 1, got 0.'],
    ['iterations', 1.5, 'must be an integer >= 1, got 1.5.'],
    ['iterations', '20', 'must be an integer >= 1, got "20".'],
    ['iterations', true, 'must be an integer >= 1, got true.'],
    ['iterations', null, 'must be an integer >= 1, got nothing.'],
    ['iterations', [1, 2], 'must be an integer >= 1, got [1, 2].'],
    ['iterations', { a: 1 }, 'must be an integer >= 1, got a table with a.'],
    ['angles', 0.5, 'must be an array of at least 1 numbers, got 0.5.'],
    ['angles', [], 'must be an array of at least 1 numbers, got an empty array.'],
    ['angles', [0, 'x', 1], '[2] must be a number, got "x".'],
    ['shape', [64, 64, 64], 'must be an array of 2 values: an integer >= 1, an integer >= 1, got [64, 64, 64].'],
    ['shape', [64, 0], '[2] must be an integer >= 1, got 0.'],
    ['eltype', 'Float16', 'must be one of "Float32", "Float64", got "Float16". Did you mean "Float32" or "Float64"?'],
    ['solver', 'CGNRR', 'must be the name of a type, one of CGNR, FISTA, Kaczmarz; got "CGNRR". Did you mean CGNR?'],
    ['solver', 5, 'must be the name of a type, one of CGNR, FISTA, Kaczmarz; got 5.'],
    ['reg', 5, 'must be a list of nodes of type L2Regularization, PositiveRegularization, got 5.'],
    ['reg', [5], '[1] must be a node (a table with _type) of type L2Regularization, PositiveRegularization, got 5.'],
    [
      'reg',
      { _type: 'PositiveRegularization' },
      'must be a list of nodes of type L2Regularization, PositiveRegularization, got a node of type PositiveRegularization. Put it in brackets.',
    ],
    [
      'reg',
      'PositiveRegularization',
      'must be a list of nodes of type L2Regularization, PositiveRegularization, got "PositiveRegularization". Put it in brackets.',
    ],
    [
      'reg',
      '[L2Regularization(0.1)]',
      'must be a list of nodes of type L2Regularization, PositiveRegularization, got "[L2Regularization(0.1)]". Write [{_type = "L2Regularization"}], with its properties in it.',
    ],
  ])('says what %s must be when it is %j', (name, value, sentence) => {
    expect(complaints(`parameter.reco.${name}`, value)).toEqual([
      `parameter.reco.${name}${sentence.startsWith('[') ? '' : ' '}${sentence}`,
    ]);
  });

  it.each<[string, unknown]>([
    ['spacing', 0],
    ['spacing', NaN],
    ['spacing', Infinity],
    ['spacing', -1],
    ['center', -1],
    ['center', 'left'],
  ])('refuses %s = %j', (name, value) => {
    expect(complaints(`parameter.reco.${name}`, value, direct)).toHaveLength(1);
  });

  it('names both alternatives of a union', () => {
    expect(complaints('parameter.reco.center', 'left', direct)).toEqual([
      'parameter.reco.center must be a number >= 0 or nothing, got "left".',
    ]);
  });

  it.each<[string, unknown]>([
    ['spacing', 2],
    ['spacing', 0.5],
    ['center', null],
    ['center', 3],
    ['angles', null],
    ['angles', [0, 1.5]],
    ['angles', { _remote: 'npy', uri: 'root://scans/theta.npy' }],
    ['spacing', { _type: 'Union', _value: 0.5, _uniontype: 'Float64', _unionmodule: 'Core', _module: 'Core' }],
  ])('accepts %s = %j', (name, value) => {
    expect(complaints(`parameter.reco.${name}`, value, direct)).toEqual([]);
  });

  it('accepts an integral float for an integer and a Type table for the name of a type', () => {
    expect(complaints('parameter.reco.iterations', 20)).toEqual([]);
    expect(check(setAt(iterative, 'parameter.reco.iterations', 20))).toEqual([]);
    expect(complaints('parameter.reco.eltype', { _module: 'Core', _type: 'Type', _value: 'Float64' })).toEqual([]);
    expect(complaints('parameter.reco.solver', 'FISTA')).toEqual([]);
  });

  it('does not repeat large values', () => {
    const angles = Array.from({ length: 90_000 }, (_value, position) => position);
    expect(complaints('parameter.reco.iterations', angles)).toEqual([
      'parameter.reco.iterations must be an integer >= 1, got an array of 90000 numbers.',
    ]);
    const [sentence] = complaints('parameter.reco.iterations', 'x'.repeat(100_000));
    // 60 characters of the value, the path and the rule
    expect(sentence?.length).toBeLessThan(160);
  });

  it('reports the first wrong items of an array and counts the others', () => {
    const sentences = complaints(
      'parameter.reco.angles',
      Array.from({ length: 1000 }, () => 'x'),
    );
    expect(sentences).toHaveLength(6);
    expect(sentences.at(-1)).toBe('995 more wrong items in parameter.reco.angles.');
  });

  it('stops listing after 200 problems and counts the others', () => {
    const properties = new Map(Array.from({ length: 1000 }, (_value, n): [string, bigint] => [`lambda${n}`, 1n]));
    properties.set('lambda', 1n);
    const problems = check({ kind: 'node', type: 'L2Regularization', wrapped: false, properties });
    expect(problems).toHaveLength(201);
    expect(problems.at(-1)?.message).toBe('800 more problems.');
  });

  it('refuses a node of a type that the property does not accept', () => {
    const problems = check(
      setAt(direct, 'parameter.pre', { ...direct, type: 'PositiveRegularization', properties: new Map() }),
    );
    expect(problems.map((problem) => problem.message)).toEqual([
      'parameter.pre must be a node of type RadonPreprocessingParameters, got a node of type PositiveRegularization.',
    ]);
  });

  it('knows modules by their aliases and refuses others', () => {
    expect(check({ ...direct, module: 'OurRadonReco' })).toEqual([]);
    expect(check({ ...direct, module: 'Main.__atexample__named__storage.OurRadonReco' })).toEqual([]);
    expect(check({ ...direct, module: 'Mine' }).map((problem) => problem.message)).toEqual([
      'The plan has the type DirectRadonAlgorithm of module "Mine", but that type is provided by RondelRadon.',
    ]);
  });

  it('asks for the module where two packages share the name of a type', () => {
    const shared = (module?: string) =>
      check({ kind: 'node', module, type: 'Shared', wrapped: true, properties: new Map() });
    expect(shared('Other')).toEqual([]);
    expect(shared().map((problem) => problem.message)).toEqual([
      'The plan has the type Shared, which RondelRadon and Other provide. Say which one with _module.',
    ]);
  });

  it('takes λ for lambda', () => {
    const reg = 'parameter.reco.reg[1]';
    expect(check(clearAt(iterative, `${reg}.λ`)).map((problem) => problem.at)).toEqual([`${reg}.lambda`]);
    expect(check(clearAt(iterative, `${reg}.lambda`)).map((problem) => problem.at)).toEqual([`${reg}.lambda`]);
    expect(complaints(`${reg}.lambda`, -1)).toEqual([`${reg}.lambda must be a number >= 0, got -1.`]);
  });

  it('says nothing about listeners and other tags', () => {
    const text = `${fbpToml}\n[[parameter.reco._listener.angles]]\n_type = "LinkedPropertyListener"\nfield = "x"`;
    expect(check(parsePlan(text))).toEqual([]);
  });

  it('never throws on a parsed plan', () => {
    fc.assert(
      fc.property(
        arbitraryPlan,
        arbitraryValue,
        fc.constantFrom('angles', 'solver', 'reg', 'shape'),
        (plan, value, name) => {
          check(plan);
          expect(check(setAt(iterative, `parameter.reco.${name}`, value))).toBeInstanceOf(Array);
        },
      ),
    );
  });
});

describe('schemas of TypeBox', () => {
  /** What is said about one value of a property with the given schema. */
  function said(schema: CatalogProperty['schema'] | undefined, value: unknown): string[] {
    const property = { name: 'p', description: 'A property.', ...given({ schema }), optional: false };
    const node = {
      module: 'M',
      type: 'T',
      package: 'm',
      kind: 'value',
      description: 'T',
      properties: [property],
    } as const;
    const catalog: Catalog = { packages: [], nodes: [{ ...node, properties: [property] }], plans: [] };
    return checkPlan(planFromTree({ _type: 'T', p: value }), catalog).map((problem) => problem.message);
  }

  it.each<[CatalogProperty['schema'], unknown, string | undefined]>([
    [Type.Number({ minimum: 0, maximum: 1 }), 2, 'p must be a number >= 0 and <= 1, got 2.'],
    [Type.Number({ exclusiveMaximum: 1 }), 1, 'p must be a number < 1, got 1.'],
    [Type.Integer({ multipleOf: 2 }), 3, 'p must be an integer divisible by 2, got 3.'],
    [Type.Integer({ multipleOf: 2 }), 4, undefined],
    [Type.Boolean(), 'true', 'p must be true or false, got "true".'],
    [Type.Literal(3), 4, 'p must be 3, got 4.'],
    [Type.Literal(3), 3, undefined],
    [Type.String({ minLength: 2 }), 'a', 'p must be a string of at least 2 characters, got "a".'],
    [Type.String({ pattern: '^a' }), 'b', 'p must be a string that matches ^a, got "b".'],
    [Type.String({ pattern: '^a', title: 'a name in a' }), 'b', 'p must be a name in a, got "b".'],
    [Type.Union([Type.Literal('a'), Type.Integer()]), 'b', 'p must be "a" or an integer, got "b".'],
    [Type.Union([Type.Array(Type.Integer()), Type.Null()]), ['x'], 'p[1] must be an integer, got "x".'],
    [Type.Union([Type.Array(Type.Integer()), Type.Array(Type.String())]), ['x'], undefined],
    [Type.Array(Type.Array(Type.Number())), [[1], [2, 'x']], 'p[2][2] must be a number, got "x".'],
    [
      Type.Array(Type.Integer({ minimum: 1 }), { maxItems: 2 }),
      [1, 2, 3],
      'p must be an array of at most 2 integers >= 1, got [1, 2, 3].',
    ],
    [Type.Array(Type.Integer(), { minItems: 2, maxItems: 3 }), [1], 'p must be an array of 2 to 3 integers, got [1].'],
    [Type.Object({ a: Type.Number() }), { a: 'x' }, 'p.a must be a number, got "x".'],
    [Type.Object({ a: Type.Number() }), { a: 1 }, undefined],
    [Type.Record(Type.String(), Type.Number()), {}, undefined],
    [Type.Any(), [1, 'a', null], undefined],
  ])('are put into sentences: %j, %j', (schema, value, sentence) => {
    expect(said(schema, value)).toEqual(sentence === undefined ? [] : [sentence]);
  });

  it('are enforced also where a keyword has no sentence of its own', () => {
    expect(said(Type.Array(Type.Integer(), { uniqueItems: true }), [1, 1])).toHaveLength(1);
    expect(said(Type.Object({ a: Type.Number() }), { b: 1 })).toHaveLength(1);
    expect(said(Type.Record(Type.String(), Type.Number()), { a: 'x' })).toHaveLength(1);
  });
});
