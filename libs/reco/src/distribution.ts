import { PlacementSchema } from '@rondel/contracts';
import type { WrapperDefinition } from './definitions.js';
import type { PackageManifest } from './package.js';
import { node, optional } from './properties.js';

/** Runs the step it wraps on another worker, as `DaggerReconstructionUtility` of DaggerImageReconstruction.jl does. */
export const distributedStep: WrapperDefinition = {
  kind: 'wrapper',
  type: 'DaggerReconstructionUtility',
  description:
    'Runs the step in `param` as a queue job of its own, where `worker` says; returns what the step returns.',
  properties: {
    param: node(['*'], { description: 'The step.' }),
    worker: optional(PlacementSchema, {
      description:
        'A pool, the id of a worker or a label such as `gpu=a100`. Left out: where the rest of the plan runs.',
    }),
  },
};

/** What the framework itself adds to plans; every registry has it. */
export const distributionManifest: PackageManifest = {
  name: '@rondel/reco',
  version: '0.1.0',
  module: 'DaggerImageReconstruction',
  description: 'Moves steps to other workers.',
  nodes: [distributedStep],
  plans: [],
};
