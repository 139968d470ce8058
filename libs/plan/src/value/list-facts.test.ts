import { expect, test } from 'vitest';
import { setAt, valueAt } from './edit.js';
import { listFacts } from './list-facts.js';
import { template, watchedPlan } from '../live/live.test.support.js';
import type { PlanValue } from './plan-value.js';

const place = 'parameter.reco.angles';

/** A list that tells how often one of its items was looked at. */
function counted(items: readonly PlanValue[]): { list: readonly PlanValue[]; looks: () => number } {
  let looks = 0;
  const list = new Proxy(items, {
    get(target, key, receiver): unknown {
      if (typeof key === 'string' && /^\d+$/.test(key)) looks += 1;
      return Reflect.get(target, key, receiver);
    },
  });
  return { list, looks: () => looks };
}

test.each([
  ['numbers', [1, 2n, 0.5], { nested: false, numbers: 3 }],
  ['other plain values', ['a', true, 1], { nested: false, numbers: 1 }],
  ['lists', [[1, 2], 3], { nested: true, numbers: 1 }],
  ['nothing', [], { nested: false, numbers: 0 }],
])('a list of %s is told by what it holds', (_, list: readonly PlanValue[], facts) => {
  expect(listFacts(list)).toEqual(facts);
});

test('an edit does not look into a long list that it leaves as it is', () => {
  const { list, looks } = counted(Array.from({ length: 1000 }, (_, index) => index / 1000));
  const { plan } = watchedPlan(setAt(template, place, list));
  const opening = looks();
  for (const iterations of [1n, 2n, 3n]) plan.set('parameter.reco.iterations', Number(iterations));
  plan.remove('parameter.reco.iterations');
  plan.link('parameter.reco.iterations', 'parameter.pre.frames', 'length');
  plan.unlink('parameter.reco.iterations');
  expect(valueAt(plan.tree, place)).toBe(list);
  expect(looks()).toBe(opening);
});
