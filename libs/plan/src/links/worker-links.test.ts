import { describe, expect, it } from 'vitest';
import { calibrationCatalog, follows, scanPlan } from '../calibration.test.support.js';
import { checkPlan } from '../check/check-plan.js';
import { livePlan } from '../live/live-plan.js';
import { applyParameters } from '../live/linked-parameters.js';
import { planFromTree } from '../text/tree-reader.js';
import { valueAt } from '../value/edit.js';

const [first, second] = ['root://calibration/first.mdf', 'root://calibration/second.mdf'];
const minFreq = 'parameter.reco.minFreq';
const linked = (reco: Readonly<Record<string, unknown>> = {}) =>
  planFromTree(scanPlan({ ...reco, _listener: follows('minFreq', 'sf', 'minimumFrequency') }));
const set = (plan: ReturnType<typeof linked>, parameters: Readonly<Record<string, unknown>>) => {
  const { plan: changed, problems } = applyParameters(plan, parameters, calibrationCatalog);
  expect(problems).toEqual([]);
  return valueAt(changed, minFreq);
};

describe('a link through a function that needs the data', () => {
  it('leaves its target open for the worker', () => {
    expect(checkPlan(linked({ sf: first }), calibrationCatalog)).toEqual([]);
    expect(set(linked(), { sf: first })).toBeUndefined();
    expect(set(linked({ minFreq: 80 }), { sf: first })).toBeUndefined();
  });

  it('leaves alone what is set by hand, then or before', () => {
    expect(set(linked(), { sf: first, minFreq: 30 })).toBe(30);
    const plan = livePlan(linked(), { catalog: calibrationCatalog, onObserverError: () => undefined });
    plan.set(minFreq, 40);
    plan.set('parameter.reco.sf', second);
    expect(plan.get(minFreq)).toBe(40);
  });

  it('does nothing to a file, whichever way round it was written', () => {
    const listener = follows('sf', 'minFreq', 'fieldOfView');
    const plan = planFromTree(scanPlan({ sf: first, _listener: listener }));
    const applied = applyParameters(plan, { minFreq: 30 }, calibrationCatalog);
    expect(valueAt(applied.plan, 'parameter.reco.sf')).toBe(first);
  });

  it('may be made in a live plan', () => {
    const plan = livePlan(planFromTree(scanPlan()), { catalog: calibrationCatalog, onObserverError: () => undefined });
    plan.set(minFreq, 40);
    plan.link(minFreq, 'parameter.reco.sf', 'minimumFrequency');
    plan.set('parameter.reco.sf', first);
    expect(plan.get(minFreq)).toBeUndefined();
  });

  it('names what is near when it is none', () => {
    const plan = planFromTree(scanPlan({ sf: first, _listener: follows('minFreq', 'sf', 'minimumFrequenzy') }));
    expect(checkPlan(plan, calibrationCatalog)).toMatchObject([{ details: { nearest: ['minimumFrequency'] } }]);
  });
});
