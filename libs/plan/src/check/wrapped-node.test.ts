import type { Catalog } from '@rondel/contracts';
import { describe, expect, it } from 'vitest';
import { checkPlan } from './check-plan.js';
import { withDefaults } from '../forms/defaults.js';
import { sampleCatalog } from '../sample.test.support.js';
import { applyParameters } from '../live/linked-parameters.js';
import { planFromTree } from '../text/tree-reader.js';
import { toTree } from '../text/tree-writer.js';

const catalog: Catalog = {
  packages: sampleCatalog.packages,
  plans: [],
  nodes: [
    ...sampleCatalog.nodes,
    {
      module: 'DaggerImageReconstruction',
      type: 'DaggerReconstructionUtility',
      package: '@rondel/reco',
      kind: 'wrapper',
      description: 'Elsewhere.',
      properties: [
        { name: 'param', description: 'The step.', accepts: ['*'], optional: false },
        { name: 'worker', description: 'Where.', schema: { type: 'string' }, optional: true },
      ],
    },
  ],
};

function wrap(param: object): object {
  return { _module: 'DaggerImageReconstruction', _type: 'RecoPlan{DaggerReconstructionUtility}', worker: 'gpu', param };
}

function planWith(reco: object) {
  return planFromTree({
    _module: 'RondelRadon',
    _type: 'DirectRadonAlgorithm',
    parameter: { _type: 'DirectRadonParameters', reco },
  });
}

const step = { _module: 'RondelRadon', _type: 'RadonFilteredBackprojectionParameters', angles: [0, 1] };

describe('a wrapper', () => {
  it('stands wherever the node inside may stand, also around another wrapper', () => {
    expect(checkPlan(planWith(wrap(step)), catalog)).toEqual([]);
    expect(checkPlan(planWith(wrap(wrap(step))), catalog)).toEqual([]);
  });

  it('does not let in what may not stand there', () => {
    const [problem, ...others] = checkPlan(
      planWith(wrap({ _module: 'RondelRadon', _type: 'RadonPreprocessingParameters' })),
      catalog,
    );
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ code: 'PLAN_INVALID_VALUE', at: 'parameter.reco' });
    expect(problem?.message).toContain('RadonPreprocessingParameters');
  });

  it('has its own properties checked, and those of the node inside', () => {
    const problems = checkPlan(planWith({ ...wrap({ ...step, angles: 'none' }), wroker: 'x' }), catalog);
    expect(problems.map(({ code, at }) => [code, at])).toEqual([
      ['PLAN_INVALID_VALUE', 'parameter.reco.param.angles'],
      ['PLAN_UNKNOWN_PROPERTY', 'parameter.reco.wroker'],
    ]);
    expect(
      checkPlan(planWith({ _module: 'DaggerImageReconstruction', _type: 'DaggerReconstructionUtility' }), catalog),
    ).toMatchObject([{ code: 'PLAN_MISSING_PROPERTY', at: 'parameter.reco.param' }]);
  });

  it('passes bare names and defaults on to the node inside', () => {
    const { plan, problems } = applyParameters(planWith(wrap(step)), { angles: [2, 3] }, catalog);
    expect(problems).toEqual([]);
    expect(toTree(withDefaults(plan, catalog))).toMatchObject({
      parameter: { reco: { worker: 'gpu', param: { angles: [2, 3], filter: 'ramp' } } },
    });
  });
});
