import { PlacementSchema } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import type { AlgorithmDefinition, WrapperDefinition } from './definitions.js';
import type { PackageManifest } from './package.js';
import { defaulted, node, optional } from './properties.js';
import { builtInRemoteResolvers } from '../remote/remote-values-built-in.js';

const worker = optional(PlacementSchema, {
  description: 'A pool, the id of a worker or a label such as `gpu=a100`. Left out: where the rest of the plan runs.',
});

/** Runs the step it wraps on another worker, as `DaggerReconstructionUtility` of DaggerImageReconstruction.jl does. */
const distributedStep: WrapperDefinition = {
  kind: 'wrapper',
  type: 'DaggerReconstructionUtility',
  description: 'Runs the step in `param` as a sub-job of its own, where `worker` says; returns what the step returns.',
  holds: 'param',
  properties: { param: node(['*'], { description: 'The step.' }), worker },
};

const distributedParameter: WrapperDefinition = {
  kind: 'wrapper',
  type: 'DaggerReconstructionParameter',
  description: 'Says where the algorithm in `algo` runs. Steps in it that name a worker of their own run there.',
  holds: 'algo',
  properties: { algo: node(['*'], { description: 'The algorithm.' }), worker },
};

const distributedAlgorithm: AlgorithmDefinition = {
  kind: 'algorithm',
  type: 'DaggerReconstructionAlgorithm',
  description: 'Runs a whole algorithm on another worker and returns what it returns.',
  accepts: [distributedParameter.type],
};

/** What the framework itself adds to plans; every registry has it. */
export const distributionManifest: PackageManifest = {
  name: '@rondel/reco',
  version: '0.1.0',
  module: 'DaggerImageReconstruction',
  description: 'Moves algorithms and steps to other workers.',
  nodes: [distributedAlgorithm, distributedParameter, distributedStep],
  plans: [],
  remoteResolvers: builtInRemoteResolvers,
};

const resultCache: WrapperDefinition = {
  kind: 'wrapper',
  type: 'ProcessResultCache',
  description:
    'Returns what the step in `param` returns, from a cache that all workers share where the same step has run on the same input before.',
  holds: 'param',
  properties: {
    param: node(['*'], { description: 'The step.' }),
    maxsize: defaulted(Type.Integer({ minimum: 0, maximum: 1_000_000 }), 1, {
      description:
        'How many results of the step are kept for one input, those used last; 0 passes through. The size that a job says when it keeps a result holds from then on.',
    }),
  },
};

/** The wrapper of AbstractImageReconstruction.jl, under the module that plan files know it by. */
export const cachingManifest: PackageManifest = {
  name: '@rondel/reco',
  version: '0.1.0',
  module: 'AbstractImageReconstruction',
  description: 'Keeps results of steps for other jobs.',
  nodes: [resultCache],
  plans: [],
};
