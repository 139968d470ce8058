import { describe, expect, it } from 'vitest';
import { createRegistry, resultIdentities, stepsOf, type PlanTree, type ResultIdentity } from '../index.js';
import { gainPackage, gainPlan } from '../run/gain.test.support.js';
import { pairPackage } from '../stages/pair.test.support.js';

const registry = createRegistry([pairPackage.manifest]);
const origin = { input: 'scan', engine: 'wasm 1' };

interface Changes {
  readonly first?: object;
  readonly second?: object;
  readonly wrap?: (step: object) => object;
}

function planOf({ first = {}, second = {}, wrap = (step) => step }: Changes = {}): PlanTree {
  const step = (factor: number, more: object) => ({ _type: 'ScaleParameters', factor, divisor: 1, ...more });
  const parameter = { _type: 'PairParameters', first: wrap(step(2, first)), second: wrap(step(3, second)) };
  return { _module: 'Pair', _type: 'PairAlgorithm', parameter } as PlanTree;
}

function identitiesOf(changes: Changes = {}, from = origin, known = registry): [ResultIdentity, ResultIdentity] {
  const [one, two] = resultIdentities(stepsOf(planOf(changes), known), known, from);
  if (one === undefined || two === undefined) throw new Error('the plan has two steps');
  return [one, two];
}

const cached = (step: object) => ({
  _module: 'AbstractImageReconstruction',
  _type: 'RecoPlan{ProcessResultCache}',
  param: step,
  maxsize: 2,
});

describe('the name of a result', () => {
  it('stays when the same plan is written in another way, or when its steps are wrapped', () => {
    const [one, two] = identitiesOf();
    expect(identitiesOf({ first: { factor: 2.0 } })).toEqual([one, two]);
    expect(identitiesOf({ wrap: cached }).map(({ key }) => key)).toEqual([one.key, two.key]);
    expect(one.key).toMatch(/^[0-9a-f]{64}$/);
    expect(one.key).not.toBe(two.key);
  });

  it('changes with the parameters of the step and of those before it, and not with those after it', () => {
    const [one, two] = identitiesOf();
    const [sameOne, otherTwo] = identitiesOf({ second: { factor: 4 } });
    expect([sameOne.key, sameOne.slot, otherTwo.slot]).toEqual([one.key, one.slot, two.slot]);
    expect(otherTwo.key).not.toBe(two.key);
    const [otherOne, otherTwoToo] = identitiesOf({ first: { factor: 1 } });
    expect(otherOne.key).not.toBe(one.key);
    expect(otherTwoToo.key).not.toBe(two.key);
    expect(otherTwoToo.facts).toEqual({ ...two.facts, 'parameter.first.factor': '1' });
  });

  it('changes with the input, the engine and the version of the package; only the input makes it another slot', () => {
    const [, two] = identitiesOf();
    const [, ofOther] = identitiesOf({}, { ...origin, input: 'other' });
    const [, byOther] = identitiesOf({}, { ...origin, engine: 'webgpu 1' });
    const newer = createRegistry([{ ...pairPackage.manifest, version: '1.2.4' }]);
    const [, upgraded] = identitiesOf({}, origin, newer);
    expect(new Set([two, ofOther, byOther, upgraded].map(({ key }) => key)).size).toBe(4);
    expect([byOther.slot, upgraded.slot]).toEqual([two.slot, two.slot]);
    expect(ofOther.slot).not.toBe(two.slot);
    expect(upgraded.facts['version of @lab/pair']).toBe('1.2.4');
  });

  it('is told in short whatever the parameters hold', () => {
    const ranges = Array.from({ length: 1000 }, (_, low) => ({ _type: 'Between', low }));
    const [, { facts }] = identitiesOf({ second: { ranges } });
    expect(facts['parameter.second.ranges']).toMatch(/^sha256-[0-9a-f]{16}$/);
  });
});

describe('a cache around steps', () => {
  const sizes = (tree: PlanTree) => stepsOf(tree, registry).map(({ cacheSize }) => cacheSize);

  it('counts for the step inside, with the size that it says or its default', () => {
    expect(sizes(planOf())).toEqual([undefined, undefined]);
    expect(sizes(planOf({ wrap: cached }))).toEqual([2, 2]);
    expect(sizes(planOf({ wrap: (step) => ({ ...cached(step), maxsize: undefined }) }))).toEqual([1, 1]);
    expect(sizes(planOf({ wrap: (step) => cached({ ...cached(step), maxsize: 5 }) }))).toEqual([5, 5]);
  });

  it('counts for what the last step returns when it holds several', () => {
    const plan = planOf();
    expect(sizes({ ...plan, parameter: cached(plan.parameter as object) } as PlanTree)).toEqual([undefined, 2]);
  });
});

it('the name of a result changes with the content of the files of its step, whatever they are called', () => {
  const { manifest } = gainPackage({ made: 0, disposed: 0 });
  const known = createRegistry([manifest]);
  const keys = (content: string) => {
    const files = new Map([['root://scans/gain.npy', content]]);
    return resultIdentities(stepsOf(gainPlan(), known), known, { ...origin, files }).map(({ key }) => key);
  };
  expect(keys('one')).toEqual(keys('one'));
  expect(new Set([...keys('one'), ...keys('other')]).size).toBe(4);
});
