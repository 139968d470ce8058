import { describe, expect, it } from 'vitest';
import { calibrationCatalog, scanPlan } from '../calibration.test.support.js';
import { valueAt } from '../value/edit.js';
import { planFromTree } from '../text/tree-reader.js';
import { applyParameters } from '../live/linked-parameters.js';
import { withDefaults } from '../forms/defaults.js';
import { checkPlan } from './check-plan.js';

const sf = 'root://calibration/sf.mdf';

function complaints(reco: Readonly<Record<string, unknown>>) {
  return checkPlan(planFromTree(scanPlan(reco)), calibrationCatalog).map(({ code, at, message }) => ({
    code,
    at,
    message,
  }));
}

/** A file as `savePlan` of version 0.5 writes it. */
const saved = (value: unknown) => ({ _module: 'MPIFiles', _type: 'MDFFileV2{Float32}', _value: value });

describe('a property that names a data file', () => {
  it('takes data references', () => {
    expect(complaints({ sf })).toEqual([]);
    expect(complaints({ sf: `artifact:sha256-${'ab'.repeat(32)}`, empty: [sf, `${sf}#/a`] })).toEqual([]);
    // The result of a job, for which a job waits.
    expect(complaints({ sf: 'job:01ARZ3NDEKTSV4RRFFQ69G5FAV' })).toEqual([]);
  });

  it('takes a single one for a list, which it is from then on', () => {
    const plan = planFromTree(scanPlan({ sf, empty: sf }));
    expect(complaints({ sf, empty: sf })).toEqual([]);
    expect(valueAt(withDefaults(plan, calibrationCatalog), 'parameter.reco.empty')).toEqual([sf]);
    expect(valueAt(applyParameters(plan, { empty: sf }, calibrationCatalog).plan, 'parameter.reco.empty')).toEqual([
      sf,
    ]);
  });

  it.each<[unknown, string, RegExp]>([
    ['sf.mdf', 'DATA_NOT_FOUND', /"sf\.mdf" is not a data reference/],
    ['root://calibration/../sf.mdf', 'DATA_FORBIDDEN', /leaves its root/],
    [3, 'PLAN_INVALID_VALUE', /must be a data reference \(root:\/\/NAME\/path or artifact:sha256-\.\.\.\), got 3/],
    [{ _remote: 'npy', uri: sf }, 'PLAN_INVALID_VALUE', /must be a data reference/],
    [saved('/home/a/sf.mdf'), 'PLAN_INVALID_VALUE', /was saved, "\/home\/a\/sf\.mdf"\. .* set sf to a data reference/],
    [saved(['/a.mdf', '/b.mdf']), 'PLAN_INVALID_VALUE', /"\/a\.mdf" and "\/b\.mdf"/],
  ])('refuses %j', (value, code, message) => {
    expect(complaints({ sf: value })).toEqual([
      { code, at: 'parameter.reco.sf', message: expect.stringMatching(message) as string },
    ]);
  });

  it('says which one of a list is wrong', () => {
    expect(complaints({ sf, empty: [sf, 'root://x'] })).toMatchObject([{ at: 'parameter.reco.empty[2]' }]);
    expect(complaints({ sf, empty: [] })[0]?.message).toContain('an array of at least 1 data references');
  });

  it('of a plan that Julia has saved is right once a parameter sets it', () => {
    const plan = planFromTree(scanPlan({ sf: saved('/home/a/sf.mdf') }));
    const applied = applyParameters(plan, { sf }, calibrationCatalog);
    expect([...applied.problems, ...checkPlan(applied.plan, calibrationCatalog)]).toEqual([]);
  });
});
