import { describe, expect, it } from 'vitest';
import { calibrationCatalog, follows, scanPlan } from '../calibration.test.support.js';
import { defaultValues, withDefaults } from '../forms/defaults.js';
import { planHash } from '../forms/plan-hash.js';
import { applyParameters, setAll } from '../live/linked-parameters.js';
import { planFromTree } from '../text/tree-reader.js';
import { printPlan } from '../text/print-plan.js';
import { valueAt } from '../value/edit.js';
import { propertyNames } from '../set/property.js';
import { checkPlan, ignoredProperties } from './check-plan.js';

const sf = 'root://calibration/sf.mdf';
const plan = (reco: Readonly<Record<string, unknown>> = {}) => planFromTree(scanPlan({ sf, ...reco }));
const reco = (name: string) => `parameter.reco.${name}`;

describe('a property that exists for some values of another one', () => {
  it('is there for these, by default and by name', () => {
    expect(propertyNames(plan(), 'parameter.reco', calibrationCatalog)).toContain('shuffle');
    expect(propertyNames(plan(), 'parameter.reco', calibrationCatalog)).not.toContain('rho');
    expect(defaultValues(plan({ solver: 'FISTA' }), calibrationCatalog)).toMatchObject({ [reco('rho')]: 0.5 });
    expect(valueAt(withDefaults(plan(), calibrationCatalog), reco('rho'))).toBeUndefined();
    const types = [
      'FISTA',
      { _type: 'Type', _module: 'RegularizedLeastSquares', _value: 'RegularizedLeastSquares.FISTA' },
    ];
    for (const solver of types) {
      expect(valueAt(setAll(plan({ solver }), { name: 'rho', value: 1 }, calibrationCatalog), reco('rho'))).toBe(1);
    }
  });

  it('is not found otherwise, with what is near', () => {
    expect(applyParameters(plan(), { rho: 1 }, calibrationCatalog).problems).toMatchObject([
      {
        code: 'PLAN_UNKNOWN_PROPERTY',
        message:
          'No node of the plan has a property "rho". rho is a property of ScanReconstruction only where solver is FISTA or ADMM, not Kaczmarz. Set solver too, or leave rho out.',
      },
    ]);
    expect(applyParameters(plan({ solver: 'ADMM' }), { shufle: true }, calibrationCatalog).problems).toMatchObject([
      { details: { nearest: [] } },
    ]);
    expect(applyParameters(plan(), { [reco('rho')]: 1 }, calibrationCatalog).problems).toMatchObject([
      {
        code: 'PLAN_UNKNOWN_PROPERTY',
        message: expect.stringMatching(/has no property .* only where solver is/) as string,
      },
    ]);
  });

  it('comes after the other one also with a number that JSON cannot say, which has a tag as nodes have', () => {
    for (const rho of [Number.NaN, { _type: 'Float64', _value: 'nan' }]) {
      expect(applyParameters(plan(), { rho, solver: 'ADMM' }, calibrationCatalog).problems).toMatchObject([
        {
          code: 'PLAN_INVALID_VALUE',
          message: expect.stringContaining('rho must be a number >= 0, got nan') as string,
        },
      ]);
    }
  });

  it('is found when the other one is set with it, whatever their order', () => {
    for (const solver of ['solver', reco('solver')]) {
      const applied = applyParameters(plan(), { rho: 2, [solver]: 'FISTA' }, calibrationCatalog);
      expect(applied.problems).toEqual([]);
      expect(valueAt(applied.plan, reco('rho'))).toBe(2);
    }
  });

  it('is kept in a file that gives it all the same, and named as ignored, whatever it says', () => {
    const given = plan({ rho: 'x' });
    expect(checkPlan(given, calibrationCatalog)).toEqual([]);
    expect(ignoredProperties(given, calibrationCatalog)).toMatchObject([
      {
        at: reco('rho'),
        message:
          'parameter.reco (ScanReconstruction) has rho only where solver is FISTA or ADMM, not Kaczmarz; it is kept and has no effect.',
      },
    ]);
    expect(valueAt(withDefaults(given, calibrationCatalog), reco('rho'))).toBe('x');
  });
});

describe('a node under another name of its type', () => {
  const [one, other] = ['MatrixLoading', 'MatixLoading'].map((type) => plan({ load: { _type: `RecoPlan{${type}}` } }));
  if (one === undefined || other === undefined) throw new Error('unreachable');

  it('is one of that type, and keeps the name in what is saved', () => {
    expect(checkPlan(other, calibrationCatalog)).toEqual([]);
    expect(printPlan(other, 'toml')).toContain('MatixLoading');
    expect(planHash(withDefaults(other, calibrationCatalog))).toBe(planHash(withDefaults(one, calibrationCatalog)));
  });
});

describe('a node that stands where its holder has no property', () => {
  const gridding = {
    _type: 'RecoPlan{Gridding}',
    fov: [1, 2],
    inner: { _type: 'Unheard' },
    _listener: follows('fov', 'sf', 'identity', 'Base'),
  };
  const given = plan({ gridding });

  it('is kept and named as ignored, links included', () => {
    expect(checkPlan(given, calibrationCatalog)).toEqual([]);
    expect(ignoredProperties(given, calibrationCatalog)).toMatchObject([{ at: reco('gridding') }]);
    const applied = applyParameters(given, { sf: 'root://calibration/other.mdf' }, calibrationCatalog);
    expect(applied.problems).toEqual([]);
    expect(valueAt(applied.plan, reco('gridding.fov'))).toEqual([1n, 2n]);
  });

  it('has no properties that a bare name could mean', () => {
    expect(applyParameters(given, { fov: [3] }, calibrationCatalog).problems).toMatchObject([
      { code: 'PLAN_UNKNOWN_PROPERTY' },
    ]);
    const both = plan({ gridding, load: { _type: 'MatrixLoading', gridding: { _type: 'Gridding' } } });
    const applied = applyParameters(both, { fov: [3] }, calibrationCatalog).plan;
    expect(valueAt(applied, reco('load.gridding.fov'))).toEqual([3]);
    expect(valueAt(applied, reco('gridding.fov'))).toEqual([1n, 2n]);
  });
});
