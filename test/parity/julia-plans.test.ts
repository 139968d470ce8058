import { readFileSync } from 'node:fs';
import {
  applyParameters,
  checkPlan,
  distributePlan,
  livePlan,
  parsePlan,
  planForJulia,
  planHash,
  printPlan,
  productSweep,
  planSweep,
  setProperty,
  toTree,
  valueAt,
  valueToTree,
  withDefaults,
  type PlanNode,
} from '@rondel/plan';
import { validatePlan } from '@rondel/reco';
import { describe, expect, it } from 'vitest';
import { loadPlanErrors } from './julia-load-plan.js';
import { catalog, registry } from './radon-plans.js';

const names = [
  'cached',
  'filtered',
  'iterative_air05',
  'julia_head_filtered_default',
  'julia_head_filtered_vector',
  'linked',
];

function file(name: string): string {
  return readFileSync(new URL(`plans/julia/${name}.toml`, import.meta.url), 'utf8');
}

const julia = (name: string) => parsePlan(file(name));
const iterations = 'parameter.reco.iterations';

function set(plan: PlanNode, parameters: Readonly<Record<string, unknown>>): PlanNode {
  const applied = applyParameters(plan, parameters, catalog);
  expect(applied.problems).toEqual([]);
  return applied.plan;
}

it('a geometry is read as the how-to of AbstractImageReconstruction.jl writes it', () => {
  const plan = julia('custom_geometry');
  expect(checkPlan(plan, catalog)).toEqual([]);
  expect(validatePlan(toTree(withDefaults(plan, catalog)), registry)).toEqual([]);
  const moved = set(plan, { in: [3, 1] });
  expect(validatePlan(toTree(withDefaults(moved, catalog)), registry)).toEqual([
    expect.objectContaining({
      at: 'parameter.reco.geometry.in_height',
      message: expect.stringContaining('in_height[1] is 3, outside the circle: with N = 6') as string,
    }),
  ]);
});

describe('a link of a plan file', () => {
  const linked = julia('linked');

  it('P1: is followed wherever parameters are applied, through other names and wrappers too', () => {
    expect(valueAt(set(linked, { frames: [1, 2, 3] }), iterations)).toBe(3n);
    expect(valueAt(set(linked, { 'parameter.pre.frames': [1, 2] }), iterations)).toBe(2n);
    expect(valueAt(setProperty(linked, { name: 'parameter.pre.frames', value: [4] }, catalog), iterations)).toBe(1n);
    const moved = distributePlan(linked, { worker: 'gpu', steps: ['parameter.reco'] });
    expect(valueAt(set(moved, { frames: [1, 2, 3] }), iterations)).toBe(3n);
    // Loading alone sets nothing, as in Julia.
    expect(valueAt(set(linked, { numAverages: 1 }), iterations)).toBeUndefined();
  });

  it('P1: leaves a property alone that was set by hand, now or before', () => {
    expect(valueAt(set(linked, { frames: [1, 2, 3], iterations: 9 }), iterations)).toBe(9n);
    const { plan, released } = applyParameters(linked, { iterations: 7 }, catalog);
    const again = applyParameters(plan, { frames: [1, 2, 3] }, catalog, { released });
    expect(valueAt(again.plan, iterations)).toBe(7n);
  });

  it('P1: is followed in each combination of a sweep anew', () => {
    const frames = planSweep(linked, { path: 'frames', values: [[1], [1, 2, 3]] }, catalog);
    const averages = planSweep(linked, { path: 'relTol', values: [0.1, 0.2] }, catalog);
    const plans = [...productSweep(frames, averages)].map(({ plan }) => valueAt(plan, iterations));
    expect(plans).toEqual([1n, 3n, 1n, 3n]);
    const byHand = applyParameters(linked, { iterations: 7 }, catalog);
    const kept = planSweep(byHand.plan, { path: 'frames', values: [[1, 2]] }, catalog, byHand);
    expect([...kept].map(({ plan }) => valueAt(plan, iterations))).toEqual([7n]);
  });

  it('P1: that makes a value which its property does not take refuses what was set', () => {
    const { problems } = applyParameters(linked, { frames: { _remote: 'npy', uri: 'root://a/b.npy' } }, catalog);
    expect(problems.map(({ at, message }) => [at, message])).toEqual([
      [iterations, expect.stringContaining('_remote')],
    ]);
  });

  it.each([
    ['lenght', 'Base', 'length'],
    ['length', 'Main.Elsewhere', 'length'],
    ['tripled', 'Main.OurRadonReco', undefined],
  ])('P2: through %s of %s is refused by check and by whatever sets a property', (name, module, nearest) => {
    const toml = file('linked').replace('"Base"', `"${module}"`).replace('"length"', `"${name}"`);
    const plan = parsePlan(toml);
    const expected = {
      code: 'PLAN_INVALID_VALUE',
      at: iterations,
      message: expect.stringContaining(`"${module}.${name}", which is not registered here`) as string,
    };
    const checked = checkPlan(plan, catalog);
    expect(checked).toMatchObject([expected]);
    expect(checked[0]?.details?.nearest).toEqual(nearest === undefined ? [] : expect.arrayContaining([nearest]));
    expect(applyParameters(plan, { frames: [1] }, catalog).problems).toMatchObject([expected]);
    expect(() => [...planSweep(plan, { path: 'frames', values: [[1]] }, catalog)]).toThrow(/not registered/);
    const { linkFunctions: functions } = registry;
    expect(() => livePlan(plan, { catalog, functions, onObserverError: () => undefined })).toThrow(/not registered/);
  });
});

describe('what a file of Julia says', () => {
  it('P3: takes nothing as a filter for the ramp, and numbers as a response', () => {
    const complete = (name: string) => toTree(withDefaults(julia(name), catalog));
    expect(checkPlan(julia('julia_head_filtered_default'), catalog)).toEqual([]);
    expect(checkPlan(julia('julia_head_filtered_vector'), catalog)).toEqual([]);
    expect(complete('julia_head_filtered_vector')).toMatchObject({ parameter: { reco: { filter: [0, 0.5, 1] } } });
    const wrong = applyParameters(julia('filtered'), { filter: [1, 'a'] }, catalog).problems;
    expect(wrong).toMatchObject([{ code: 'PLAN_INVALID_VALUE', at: 'parameter.reco.filter[2]' }]);
  });

  it('P5: has a tuple as a table of positions, which is read as a list and written back', () => {
    const plan = julia('iterative_air05');
    expect(checkPlan(plan, catalog)).toEqual([]);
    expect(toTree(withDefaults(plan, catalog))).toMatchObject({ parameter: { reco: { shape: [64, 64, 64] } } });
    const tuple = /shape = \{ _module = "Core", _type = "Tuple", 1 = 64, 2 = 64, 3 = 32 \}/;
    const changed = setProperty(plan, { name: 'parameter.reco.shape[3]', value: 32 }, catalog);
    expect(printPlan(changed, 'toml')).toMatch(tuple);
    expect(printPlan(set(plan, { shape: [64, 64, 32] }), 'toml')).toMatch(tuple);
    expect(planHash(withDefaults(set(plan, { shape: [64, 64, 64] }), catalog))).toBe(
      planHash(withDefaults(plan, catalog)),
    );
    expect(() => parsePlan(file('iterative_air05').replace('2 = 64', '4 = 64'))).toThrow(/named 1 to 3/);
  });

  it('P9: tells nothing from missing, and keeps it', () => {
    const plan = set(julia('julia_head_filtered_vector'), { filter: null });
    const filter = valueAt(plan, 'parameter.reco.filter');
    expect(filter === undefined ? undefined : valueToTree(filter)).toMatchObject({ _value: null });
    expect(valueToTree({ kind: 'table', entries: new Map() })).toBeNull();
    const ours = set(parsePlan(registry.plan('radon/fbp').toml), { angles: null });
    expect(toTree(ours)).toMatchObject({ parameter: { reco: { angles: null } } });
    expect(printPlan(ours, 'toml')).toContain('angles = {}');
    expect(parsePlan(printPlan(ours, 'toml'))).toEqual(ours);
  });
});

describe('what is saved of a plan that came from Julia', () => {
  it.each(names)('P4: loads there, as %s did, and again after a way through JSON', (name) => {
    expect(loadPlanErrors(file(name))).toEqual([]);
    expect(loadPlanErrors(printPlan(julia(name), 'toml'))).toEqual([]);
    expect(loadPlanErrors(printPlan(parsePlan(printPlan(julia(name), 'json')), 'toml'))).toEqual([]);
  });

  const edits = {
    solver: 'POGM',
    eltype: 'Float32',
    reg: [{ _type: 'L2Regularization', lambda: 0.5 }, { _type: 'PositiveRegularization' }],
    'parameter.pre': { _type: 'RadonPreprocessingParameters', frames: [1, 2] },
    shape: [32, 32, 32],
  };

  it.each(['cached', 'iterative_air05', 'linked'])('P4: loads there after edits of %s', (name) => {
    const plan = set(julia(name), edits);
    const saved = printPlan(plan, 'toml');
    expect(loadPlanErrors(saved)).toEqual([]);
    expect(saved).not.toContain('RondelRadon');
    expect(saved).toContain('"λ" = 0.5');
    expect(checkPlan(parsePlan(saved), catalog)).toEqual([]);
    const item = setProperty(plan, { name: 'parameter.reco.reg[1].lambda', value: 2 }, catalog);
    expect(loadPlanErrors(printPlan(item, 'toml'))).toEqual([]);
    expect(valueAt(item, 'parameter.reco.reg[1].λ')).toBe(2);
  });

  it('P4: keeps the names that version 0.5 of the Julia package gives types', () => {
    const saved = printPlan(set(julia('iterative_air05'), edits), 'toml');
    expect(saved).toContain('_type = "RecoPlan{Main.OurRadonReco.RadonPreprocessingParameters}"');
    expect(saved).toContain('_value = "RegularizedLeastSquares.POGM"');
    expect(saved).toContain('_value = "Float32"');
  });

  it('P4: loads there with nothing set, with steps that were wrapped, and with a link made here', () => {
    const nothing = set(julia('julia_head_filtered_vector'), { filter: null });
    expect(loadPlanErrors(printPlan(nothing, 'toml'))).toEqual([]);
    const moved = distributePlan(julia('cached'), { worker: 'gpu', steps: ['parameter.reco'] });
    expect(loadPlanErrors(printPlan(set(moved, { solver: 'POGM' }), 'toml'))).toEqual([]);
    expect(loadPlanErrors(printPlan(set(distributePlan(moved, { worker: 'gpu' }), edits), 'toml'))).toEqual([]);
    const live = livePlan(julia('cached'), { catalog, onObserverError: () => undefined });
    live.link(iterations, 'parameter.pre.param.frames', 'length');
    live.setAll({ frames: [1, 2], reg: edits.reg });
    expect(live.get(iterations)).toBe(2n);
    expect(loadPlanErrors(printPlan(live.tree, 'toml'))).toEqual([]);
  });

  it('P4: has the same meaning here whichever names it has', () => {
    const ours = set(parsePlan(registry.plan('radon/iterative').toml), edits);
    expect(loadPlanErrors(printPlan(ours, 'toml'))).not.toEqual([]);
    const theirs = planForJulia(ours, 'Main.OurRadonReco', catalog);
    expect(loadPlanErrors(printPlan(theirs, 'toml'))).toEqual([]);
    expect(planHash(withDefaults(theirs, catalog))).toBe(planHash(withDefaults(ours, catalog)));
  });
});
