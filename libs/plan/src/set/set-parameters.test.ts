import { isRondelError, type RondelError } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import { describe, expect, it } from 'vitest';
import { valueAt } from '../value/edit.js';
import { parsePlan } from '../text/parse-plan.js';
import { planLimits } from '../value/limits.js';
import { fbpToml, iterativeToml, sampleCatalog } from '../sample.test.support.js';
import { applyParameters, setAll } from '../live/linked-parameters.js';
import { planFromTree } from '../text/tree-reader.js';

const direct = parsePlan(fbpToml);
const iterative = parsePlan(iterativeToml);

function set(name: string, value: unknown, plan = iterative) {
  return setAll(plan, { name, value }, sampleCatalog);
}

function refusal(name: string, value: unknown, plan = iterative): RondelError {
  try {
    set(name, value, plan);
  } catch (error) {
    if (isRondelError(error)) return error;
    throw error;
  }
  throw new Error(`${name} was set`);
}

describe('setAll', () => {
  it('sets a bare name on every node that has it, set before or not', () => {
    const plan = planFromTree({
      _type: 'IterativeRadonReconstructionParameters',
      reg: [
        { _type: 'L2Regularization', lambda: 1 },
        { _type: 'PositiveRegularization' },
        { _type: 'L2Regularization' },
      ],
    });
    const changed = set('lambda', 2, plan);
    expect(valueAt(changed, 'reg[1].lambda')).toBe(2);
    expect(valueAt(changed, 'reg[2].lambda')).toBeUndefined();
    expect(valueAt(changed, 'reg[3].lambda')).toBe(2);
  });

  it('takes the name of a type for a node of it, before what is set in it', () => {
    const { plan, problems } = applyParameters(iterative, { lambda: 0.5, reg: ['L2Regularization'] }, sampleCatalog);
    expect(problems).toEqual([]);
    expect(valueAt(plan, 'parameter.reco.reg[1]')).toMatchObject({ kind: 'node', type: 'L2Regularization' });
    expect(valueAt(plan, 'parameter.reco.reg[1].lambda')).toBe(0.5);
  });

  it('sets one property by its path, counting list positions from 1', () => {
    expect(valueAt(set('parameter.reco.reg[1].lambda', 0.5), 'parameter.reco.reg[1].λ')).toBe(0.5);
    expect(valueAt(set('parameter.reco.angles[2]', 7), 'parameter.reco.angles')).toEqual([0, 7, 2]);
  });

  it('finds λ as lambda and keeps the spelling of the plan', () => {
    const changed = set('lambda', 2);
    expect(valueAt(changed, 'parameter.reco.reg[1]')).toMatchObject({ properties: new Map([['λ', 2]]) });
    expect(valueAt(set('λ', 2), 'parameter.reco.reg[1].lambda')).toBe(2);
  });

  it('leaves the plan it was given alone and shares what does not change', () => {
    const changed = set('iterations', 5);
    expect(valueAt(iterative, 'parameter.reco.iterations')).toBe(20n);
    expect(valueAt(changed, 'parameter.reco.reg')).toBe(valueAt(iterative, 'parameter.reco.reg'));
  });

  it('gives numbers the kind of their property', () => {
    expect(valueAt(set('iterations', 5), 'parameter.reco.iterations')).toBe(5n);
    expect(valueAt(set('spacing', 2, direct), 'parameter.reco.spacing')).toBe(2);
    expect(valueAt(set('solver', 'FISTA'), 'parameter.reco.solver')).toMatchObject({ kind: 'type', name: 'FISTA' });
  });

  it('replaces a node by a table with _type', () => {
    const changed = set('reco', { _type: 'RadonBackprojectionParameters', angles: [0, 1] }, direct);
    expect(valueAt(changed, 'parameter.reco')).toMatchObject({ type: 'RadonBackprojectionParameters' });
    expect(valueAt(changed, 'parameter.reco.angles')).toEqual([0, 1]);
  });

  it('makes a property nothing with null', () => {
    expect(valueAt(set('angles', null, direct), 'parameter.reco.angles')).toMatchObject({ kind: 'table' });
  });

  it('refuses a name that no node has, with the nearest names', () => {
    const error = refusal('iteratons', 5);
    expect(error.code).toBe('PLAN_UNKNOWN_PROPERTY');
    expect(error.message).toBe('No node of the plan has a property "iteratons". Did you mean iterations?');
    expect(error.failure.details).toMatchObject({ nearest: ['iterations'], parameter: 'iteratons' });
  });

  it('says of a name that the data has as an option where it goes', () => {
    expect(refusal('binning', 2).message).toBe(
      'No node of the plan has a property "binning". binning is an option of the data: put it behind that, as in scan.h5?binning=2.',
    );
  });

  it('refuses a path that leads nowhere, with the nearest paths', () => {
    const error = refusal('parameter.reco.iteration', 5);
    expect(error.code).toBe('PLAN_UNKNOWN_PROPERTY');
    expect(error.message).toContain('Did you mean parameter.reco.iterations?');
    expect(refusal('parameter.reco.reg[3].lambda', 5).code).toBe('PLAN_UNKNOWN_PROPERTY');
    expect(refusal('parameter.reco.angles[4]', 5).code).toBe('PLAN_UNKNOWN_PROPERTY');
  });

  it.each(['_type', '_module', 'parameter._type', '__proto__', 'a..b', '', '[0]', 'x'.repeat(2000)])(
    'refuses to set %j',
    (name) => {
      expect(refusal(name, 'x').code).toBe('PLAN_UNKNOWN_PROPERTY');
    },
  );

  it('refuses a value of the wrong type with the path where it would go', () => {
    const error = refusal('iterations', 'many');
    expect(error.code).toBe('PLAN_INVALID_VALUE');
    expect(error.message).toBe('parameter.reco.iterations must be an integer >= 1, got "many".');
  });

  it('refuses a node that the property does not accept, or with a wrong value in it', () => {
    expect(refusal('reco', { _type: 'PositiveRegularization' }).code).toBe('PLAN_INVALID_VALUE');
    const error = refusal('pre', { _type: 'RadonPreprocessingParameters', numAverages: 0 });
    expect(error.message).toBe('parameter.pre.numAverages must be an integer >= 1, got 0.');
  });

  it('names the nodes that have the property when the plan has none of them', () => {
    const direct = planFromTree({ _type: 'RadonPreprocessingParameters' });
    const { problems } = applyParameters(direct, { iteratons: 5 }, sampleCatalog);
    expect(problems[0]?.message).toBe(
      'No node of the plan has a property "iteratons". iterations is a property of IterativeRadonReconstructionParameters, which this plan does not use.',
    );
  });

  it('says how large an array is where one number belongs, and one that fits no plan', () => {
    const zeros = (length: number) => Array.from({ length }, () => 0);
    const wrong = refusal('iterations', zeros(90_000));
    expect([wrong.code, wrong.message]).toEqual([
      'PLAN_INVALID_VALUE',
      'parameter.reco.iterations must be an integer >= 1, got an array of 90000 numbers.',
    ]);
    expect(refusal('angles', zeros(100_001)).message).toContain('angles holds an array of 100001 numbers');
  });

  it('says which path to write where one of several nodes takes the value', () => {
    const ofPre = { name: 'filter', description: '', optional: true, schema: Type.Enum(['median', 'mean']) };
    const nodes = sampleCatalog.nodes.map((node) =>
      node.type === 'RadonPreprocessingParameters' ? { ...node, properties: [...node.properties, ofPre] } : node,
    );
    const { problems } = applyParameters(direct, { filter: 'ramp' }, { ...sampleCatalog, nodes });
    expect(problems.map(({ message }) => message)).toEqual([
      'parameter.pre.filter must be one of "median", "mean", got "ramp". filter is set on every node that has it. For one alone, write its path in place of filter: parameter.reco.filter.',
    ]);
    const none = applyParameters(direct, { filter: 'tent' }, { ...sampleCatalog, nodes });
    expect(none.problems.map(({ at }) => at)).toEqual(['parameter.pre.filter', 'parameter.reco.filter']);
    expect(none.problems[0]?.message).toMatch(/got "tent"\.$/);
  });

  it('reports a wrong value once, however many nodes would get it', () => {
    const reg = Array.from({ length: planLimits.nodes - 1 }, () => ({ _type: 'L2Regularization' }));
    const plan = planFromTree({ _type: 'IterativeRadonReconstructionParameters', reg });
    const { problems } = applyParameters(plan, { lambda: -1 }, sampleCatalog);
    expect(problems.map((problem) => problem.at)).toEqual(['reg[1].lambda']);
  });
});

describe('applyParameters', () => {
  it('refuses parameters that multiply each other beyond what a plan may hold', () => {
    const step = { _type: 'RadonPreprocessingParameters' };
    const frames = Array.from({ length: 22_000 }, () => 1);
    const plan = planFromTree({ _type: 'Unheard', pre: step, more: [step, step, step, step] });
    const { plan: changed, problems } = applyParameters(plan, { frames }, sampleCatalog);
    expect(changed).toBe(plan);
    expect(problems.map((problem) => problem.message)).toEqual([
      'With this value the plan would have more than 100000 numbers in arrays.',
    ]);
  });

  it('sets what can be set and reports all that can not', () => {
    const { plan, problems } = applyParameters(
      iterative,
      { iterations: 5, iteratons: 6, shape: [1], 'parameter.reco.eltype': 'Float64' },
      sampleCatalog,
    );
    expect(valueAt(plan, 'parameter.reco.iterations')).toBe(5n);
    expect(valueAt(plan, 'parameter.reco.eltype')).toBe('Float64');
    expect(problems.map(({ code, details }) => [code, details?.parameter])).toEqual([
      ['PLAN_UNKNOWN_PROPERTY', 'iteratons'],
      ['PLAN_INVALID_VALUE', 'shape'],
    ]);
  });

  it('sets nodes before the values that go into them, and paths after bare names', () => {
    const parameters = {
      'parameter.reco.reg[2].lambda': 3,
      lambda: 2,
      reg: [{ _type: 'L2Regularization' }, { _type: 'L2Regularization' }],
    };
    const { plan, problems } = applyParameters(iterative, parameters, sampleCatalog);
    expect(problems).toEqual([]);
    expect(valueAt(plan, 'parameter.reco.reg[1].lambda')).toBe(2);
    expect(valueAt(plan, 'parameter.reco.reg[2].lambda')).toBe(3);
  });
});
