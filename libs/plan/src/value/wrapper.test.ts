import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distributePlan } from '../set/distribute.js';
import { clearAt, clearPlan, nodeAt, setAt, valueAt } from './edit.js';
import { parsePlan } from '../text/parse-plan.js';
import { planHash } from '../forms/plan-hash.js';
import { printPlan } from '../text/print-plan.js';
import { fbpToml, iterativeToml } from '../sample.test.support.js';
import { setAll } from '../live/linked-parameters.js';
import { toTree } from '../text/tree-writer.js';
import { throughWrappers } from './wrapper.js';
import { sampleCatalog } from '../sample.test.support.js';

const plan = parsePlan(iterativeToml);
const step = distributePlan(plan, { worker: 'gpu', steps: ['parameter.reco'] });
const whole = distributePlan(plan, { worker: 'gpu' });
const cached = parsePlan(
  fbpToml.replace(
    '[parameter.pre]',
    `[parameter.pre]
    _module = "AbstractImageReconstruction"
    _type = "RecoPlan{ProcessResultCache}"
    maxsize = 3

    [parameter.pre.param]`,
  ),
);

describe('a path', () => {
  it.each([
    [step, 'parameter.reco.iterations', ['parameter', 'reco', 'param', 'iterations']],
    [step, 'parameter.reco.param.iterations', ['parameter', 'reco', 'param', 'iterations']],
    [step, 'parameter.reco.worker', ['parameter', 'reco', 'worker']],
    [whole, 'parameter.reco.reg[1].lambda', ['parameter', 'algo', 'parameter', 'reco', 'reg', 1, 'lambda']],
    [whole, 'parameter.algo.parameter.reco', ['parameter', 'algo', 'parameter', 'reco']],
    [cached, 'parameter.pre.frames', ['parameter', 'pre', 'param', 'frames']],
    [cached, 'parameter.pre.maxsize', ['parameter', 'pre', 'maxsize']],
  ])('through a wrapper may leave it out: case %#', (of, path, segments) => {
    expect(
      throughWrappers(
        of,
        path
          .split(/[.[\]]+/)
          .filter(Boolean)
          .map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
      ),
    ).toEqual(segments);
    expect(valueAt(of, path)).toBe(valueAt(of, segments));
  });

  it('is the same for get, set and clear', () => {
    for (const wrapped of [step, whole, distributePlan(step, { worker: 'cpu', steps: ['parameter'] })]) {
      const changed = setAt(wrapped, 'parameter.reco.iterations', 3n);
      expect(valueAt(changed, 'parameter.reco.iterations')).toBe(3n);
      expect(valueAt(clearAt(changed, 'parameter.reco.iterations'), 'parameter.reco.iterations')).toBeUndefined();
      expect(planHash(changed)).toBe(planHash(setAt(plan, 'parameter.reco.iterations', 3n)));
    }
  });

  it('does not treat a type of the same name in another package as a wrapper', () => {
    const foreign = parsePlan('_type = "A"\nx = { _module = "Mine", _type = "ProcessResultCache", param = { y = 1 } }');
    expect(valueAt(foreign, 'x.y')).toBeUndefined();
    expect(valueAt(setAt(foreign, 'x.y', 2n), 'x.y')).toBe(2n);
  });

  it('ends at a wrapper that holds nothing', () => {
    const empty = clearAt(step, 'parameter.reco.param');
    expect(valueAt(empty, 'parameter.reco.iterations')).toBeUndefined();
    expect(() => setAt(empty, 'parameter.reco.iterations', 1n)).toThrow(/parameter\.reco\.param is missing/);
  });
});

describe('placement', () => {
  it('is read from a file and left out of a saved one, unless it is asked for', () => {
    for (const wrapped of [step, whole]) {
      const saved = printPlan(wrapped, 'toml');
      expect(saved).not.toContain('worker');
      expect(printPlan(wrapped, 'json')).not.toContain('worker');
      expect(parsePlan(printPlan(wrapped, 'toml', { keepPlacement: true }))).toEqual(wrapped);
      expect(JSON.stringify(toTree(wrapped))).toContain('"worker":"gpu"');
    }
    expect(parsePlan(printPlan(plan, 'toml'))).toEqual(plan);
  });

  it('keeps a property of the same name that is a node’s own', () => {
    expect(printPlan(setAt(plan, 'parameter.worker', 'x'), 'toml')).toContain('worker = "x"');
  });

  it('does not change the hash, nor does a result cache', () => {
    const hash = planHash(plan);
    for (const wrapped of [step, whole, distributePlan(whole, { worker: 'cpu' })]) expect(planHash(wrapped)).toBe(hash);
    expect(planHash(cached)).toBe(planHash(parsePlan(fbpToml)));
  });

  it('survives clearing with the structure around it', () => {
    const template = clearPlan(step);
    expect(nodeAt(template, 'parameter.reco')?.type).toBe('DaggerReconstructionUtility');
    expect(valueAt(template, 'parameter.reco.worker')).toBe('gpu');
    expect(valueAt(template, 'parameter.reco.iterations')).toBeUndefined();
  });
});

describe('distributePlan', () => {
  it('moves what is wrapped already and keeps its contents', () => {
    const moved = distributePlan(whole, { worker: 'gpu=a100' });
    expect(valueAt(moved, 'parameter.worker')).toBe('gpu=a100');
    expect(valueAt(moved, 'parameter.algo')).toBe(valueAt(whole, 'parameter.algo'));
    const again = distributePlan(step, { worker: 'cpu', steps: ['parameter.reco'] });
    expect(valueAt(again, 'parameter.reco.worker')).toBe('cpu');
    expect(valueAt(again, 'parameter.reco.param')).toBe(valueAt(step, 'parameter.reco.param'));
  });

  it('refuses a path that leads to no node', () => {
    expect(() => distributePlan(plan, { worker: 'gpu', steps: ['parameter.none'] })).toThrow(/no step at/);
  });
});

/** A name, a value for it, the path where it must be found, and the value as the plan holds it. */
const assignments = fc.oneof(
  fc
    .integer({ min: 1, max: 1_000_000 })
    .map((value) => ['iterations', value, 'parameter.reco.iterations', BigInt(value)] as const),
  fc
    .array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 5 })
    .map((value) => ['angles', value, 'parameter.reco.angles', value] as const),
  fc
    .double({ min: 0, noNaN: true, noDefaultInfinity: true })
    .map((value) => ['lambda', value, 'parameter.reco.reg[1].λ', value] as const),
  fc.constantFrom('Float32', 'Float64').map((value) => ['eltype', value, 'parameter.reco.eltype', value] as const),
);

describe('setAll', () => {
  it('reaches any depth of wrappers by a bare name and by a path, and what it set is there', () => {
    const wrappings = fc.array(fc.constantFrom('parameter.reco', 'parameter', ''), { maxLength: 4 });
    fc.assert(
      fc.property(assignments, wrappings, ([bare, value, path, expected], places) => {
        const wrapped = places.reduce(
          (inner, place) => distributePlan(inner, { worker: 'w', steps: place === '' ? [] : [place] }),
          plan,
        );
        for (const name of [bare, path]) {
          const changed = setAll(wrapped, { name, value }, catalogWithWrappers);
          expect(valueAt(changed, path)).toEqual(expected);
        }
      }),
    );
  });
});

const any = { description: '', accepts: ['*'], optional: false };
const wrapperNode = (type: string, inner: string) => ({
  module: 'DaggerImageReconstruction',
  type,
  package: '@rondel/reco',
  kind: 'wrapper' as const,
  description: '',
  properties: [
    { name: inner, ...any },
    { name: 'worker', description: '', schema: { type: 'string' }, optional: true },
  ],
});
const catalogWithWrappers = {
  ...sampleCatalog,
  nodes: [
    ...sampleCatalog.nodes,
    wrapperNode('DaggerReconstructionUtility', 'param'),
    wrapperNode('DaggerReconstructionParameter', 'algo'),
    {
      ...wrapperNode('DaggerReconstructionAlgorithm', ''),
      kind: 'algorithm' as const,
      properties: [{ name: 'parameter', ...any, accepts: ['DaggerReconstructionParameter'] }],
    },
  ],
};
