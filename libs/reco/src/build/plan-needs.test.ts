import { Type } from '@rondel/contracts/schema';
import { describe, expect, it } from 'vitest';
import {
  createRegistry,
  defineAlgorithm,
  definePipeline,
  defineStep,
  optional,
  packagesIn,
  planStages,
  rootsIn,
  type PackageManifest,
} from '../index.js';

const axes = ['frame', 'slice'];
const step = (type: string) =>
  defineStep({
    type,
    description: '',
    properties: { values: optional(Type.Array(Type.Number()), { description: '' }) },
    input: axes,
    output: axes,
    parallel: ['slice'],
    purity: 'pure',
    estimateBytes: () => 0,
  });
const packageOf = (name: string, nodes: PackageManifest['nodes']): PackageManifest => ({
  name,
  version: '1.0.0',
  module: name.replace('@lab/', ''),
  description: '',
  nodes,
  plans: [],
});
const registry = createRegistry([
  packageOf('@lab/pair', [
    defineAlgorithm({ type: 'Algo', description: '', accepts: ['Steps'] }),
    definePipeline({
      type: 'Steps',
      description: '',
      stages: { a: { accepts: ['*'], description: '' }, b: { accepts: ['*'], description: '' } },
    }),
    step('Near'),
  ]),
  packageOf('@lab/far', [step('Far')]),
]);
const remote = (root: string) => ({ _remote: 'npy', uri: `root://${root}/values.npy` });
const plan = {
  _type: 'RecoPlan{Algo}',
  parameter: {
    _type: 'Steps',
    a: { _type: 'Near', values: remote('scans') },
    b: { _type: 'Far', values: remote('vault') },
  },
};

describe('what a plan needs', () => {
  it('is the packages of its node types and of its remote values', () => {
    expect(packagesIn(plan, registry.catalog)).toEqual(['@lab/far', '@lab/pair', '@rondel/reco']);
    expect(packagesIn({ ...plan.parameter.a, values: [0, 1] }, registry.catalog)).toEqual(['@lab/pair']);
  });

  it('is the data roots that its remote values are read from, and nothing that only looks like one', () => {
    expect(rootsIn(plan, registry.catalog)).toEqual(['scans', 'vault']);
    expect(rootsIn({ _type: 'Near', note: 'root://scans/a', list: [remote('deep')] }, registry.catalog)).toEqual([
      'deep',
    ]);
    expect(rootsIn({ _remote: 'npy', uri: `artifact:sha256-${'0'.repeat(64)}` }, registry.catalog)).toEqual([]);
  });

  it('is known for each of its stages', () => {
    const roots = (axis?: string) => planStages(plan, registry, axis).map((stage) => stage.roots);
    expect(roots()).toEqual([['scans', 'vault']]);
    expect(roots('slice')).toEqual([[], ['scans', 'vault'], []]);
  });
});
