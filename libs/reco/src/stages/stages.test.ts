import type { JsonValue } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import { describe, expect, it } from 'vitest';
import {
  catalogOf,
  createRegistry,
  defineAlgorithm,
  definePipeline,
  defineStep,
  divideStage,
  optional,
  planStages,
  type PackageManifest,
  type PlanTree,
} from '../index.js';

const step = (type: string, parallel: string[]) =>
  defineStep({
    type,
    description: '',
    properties: {},
    input: ['frame', 'slice'],
    output: ['frame', 'slice'],
    parallel,
    purity: 'pure',
    estimateBytes: () => 0,
  });
/** Parallel unless its parameters, or data without a companion `still`, say that it is not. */
const sometimes = defineStep({
  type: 'Sometimes',
  description: '',
  properties: { loose: optional(Type.Boolean(), { description: '' }) },
  input: ['frame', 'slice'],
  output: ['frame', 'slice'],
  parallel: [{ axis: 'slice', when: ({ loose }, input) => loose ?? input?.companions['still'] !== undefined }],
  purity: 'pure',
  estimateBytes: () => 0,
});
const manifest: PackageManifest = {
  name: '@lab/three',
  version: '1.0.0',
  module: 'Three',
  description: '',
  nodes: [
    defineAlgorithm({ type: 'Algo', description: '', accepts: ['Steps'] }),
    definePipeline({
      type: 'Steps',
      description: '',
      stages: {
        a: { accepts: ['Free', 'Bound', 'Sometimes'], description: '' },
        b: { accepts: ['Free', 'Bound', 'Sometimes'], description: '' },
        c: { accepts: ['Free', 'Bound', 'Sometimes'], description: '' },
      },
    }),
    step('Free', ['slice']),
    step('Bound', []),
    sometimes,
  ],
  plans: [],
};
const registry = createRegistry([manifest]);

/** `Free` or `Bound`, with `@place` when it is wrapped. */
function node(text: string) {
  const [type = '', worker] = text.split('@');
  return worker === undefined
    ? { _type: type }
    : { _type: 'DaggerReconstructionUtility', worker, param: { _type: `RecoPlan{${type}}` } };
}

function stages(texts: [string, string, string], axis?: string): string[] {
  const [a, b, c] = texts.map(node);
  const tree = { _type: 'Algo', parameter: { _type: 'Steps', a: a ?? {}, b: b ?? {}, c: c ?? {} } };
  return planStages(tree, registry, axis).map(
    (stage) =>
      `${stage.steps.map(({ path }) => path.replace('parameter.', '')).join('+')}${stage.placement ? `@${stage.placement}` : ''}${stage.axis ? '/' : ''}`,
  );
}

describe('a plan', () => {
  it('is one stage when it is neither split nor distributed', () => {
    expect(stages(['Free', 'Bound', 'Free'])).toEqual(['a+b+c']);
  });

  it('has a stage for each place its steps run in', () => {
    expect(stages(['Bound@cpu', 'Bound@cpu', 'Bound@gpu'])).toEqual(['a+b@cpu', 'c@gpu']);
  });

  it('is divided before the first step that is split and joined after the last', () => {
    expect(stages(['Bound', 'Free', 'Free'], 'slice')).toEqual(['a', 'b+c/', '']);
    expect(stages(['Free', 'Free@gpu', 'Bound'], 'slice')).toEqual(['', 'a/', 'b@gpu/', 'c']);
    expect(stages(['Free', 'Bound', 'Free'], 'slice')).toEqual(['', 'a/', 'b', 'c/', '']);
  });

  it('splits a step that parameters make parallel, and no other that only data could', () => {
    const tree = (loose: JsonValue | undefined): PlanTree => ({
      _type: 'Algo',
      parameter: {
        _type: 'Steps',
        a: { _type: 'Sometimes', ...(loose !== undefined && { loose }) },
        b: { _type: 'Free' },
        c: { _type: 'Free' },
      },
    });
    const remote = { _remote: 'array', data: `artifact:sha256-${'0'.repeat(64)}` };
    const steps = [true, false, undefined, remote].map((loose) =>
      planStages(tree(loose), registry, 'slice').map((stage) => stage.steps.length),
    );
    const whole = [1, 2, 0];
    expect(steps).toEqual([[0, 3, 0], whole, whole, whole]);
    const { nodes } = catalogOf([manifest]);
    const shown = nodes.flatMap(({ type, parallel, conditional }) =>
      parallel ? [{ type, parallel, conditional }] : [],
    );
    expect(shown).toEqual([
      { type: 'Free', parallel: ['slice'] },
      { type: 'Bound', parallel: [] },
      { type: 'Sometimes', parallel: ['slice'], conditional: ['slice'] },
    ]);
  });

  it('is refused when no step can be split along the axis', () => {
    expect(() => stages(['Bound', 'Bound', 'Bound'], 'slice')).toThrow(
      /No step of the plan can be split along "slice"/,
    );
    expect(() => stages(['Free', 'Free', 'Free'], 'frame')).toThrow(/"frame"/);
  });
});

describe('a stage that is divided while it runs', () => {
  const divided = (rest: string, last: boolean, done: string[] = []) => {
    const steps = rest
      .split('')
      .map((mark, index) => ({ path: `p${index}`, type: 'T', divided: mark === '/', halo: mark === '/' ? index : 0 }));
    const stages = divideStage({ done: done.map((path) => ({ path, type: 'T' })), steps, last }, 'slice');
    return stages.map(({ steps: own, axis }) => `${own.map(({ path }) => path).join('+')}${axis ? '/' : ''}`);
  };

  it('leaves blocks of what it has done, or of what it has read, and the last one joins them', () => {
    expect(divided('//', true)).toEqual(['', 'p0+p1/', '']);
    expect(divided('/', true, ['pre'])).toEqual(['pre', 'p0/', '']);
  });

  it('needs the neighbours that its steps need together', () => {
    const steps = [2, 1].map((halo, index) => ({ path: `p${index}`, type: 'T', divided: true, halo }));
    expect(divideStage({ done: [], steps, last: true }, 'slice').map(({ halo }) => halo)).toEqual([
      undefined,
      3,
      undefined,
    ]);
  });

  it('joins blocks where a step needs the whole, in the next stage of the plan if there is one', () => {
    expect(divided('/.', true)).toEqual(['', 'p0/', 'p1']);
    expect(divided('/', false)).toEqual(['', 'p0/']);
  });
});
