import { describe, expect, it } from 'vitest';
import {
  createRegistry,
  defineAlgorithm,
  definePipeline,
  defineStep,
  divideStage,
  planStages,
  type PackageManifest,
} from './index.js';

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
        a: { accepts: ['Free', 'Bound'], description: '' },
        b: { accepts: ['Free', 'Bound'], description: '' },
        c: { accepts: ['Free', 'Bound'], description: '' },
      },
    }),
    step('Free', ['slice']),
    step('Bound', []),
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
