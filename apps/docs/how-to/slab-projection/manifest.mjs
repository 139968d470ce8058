// What the API, the command line and the dashboard's form know. Loads no compute code.
import { RondelError } from '@rondel/contracts';
import { defaulted, defineAlgorithm, definePipeline, defineStep } from '@rondel/reco';
import { Type } from 'typebox';

const axes = ['frame', 'slice', 'y', 'x'];

export const slabProjection = defineStep({
  type: 'SlabProjectionParameters',
  description: 'Projects slabs of neighbouring slices to one slice each.',
  input: axes,
  output: axes,
  // Frames may be computed apart, slices not: a slab must not be cut.
  parallel: ['frame'],
  purity: 'pure',
  properties: {
    method: defaulted(Type.Enum(['maximum', 'mean']), 'maximum', { description: 'What is kept of a slab.' }),
    thickness: defaulted(Type.Integer({ minimum: 1, maximum: 4096 }), 8, {
      description: 'Slices in a slab; the last slab may be thinner.',
      unit: 'slice',
    }),
  },
  // One frame on the device, its slabs, and the result, in float32.
  estimateBytes: ({ thickness }, { shape: [frames, slices, y, x] }) =>
    4 * y * x * (slices + (1 + frames) * Math.ceil(slices / thickness)),
});

const pipeline = definePipeline({
  type: 'SlabProjectionPipeline',
  description: 'Filtered backprojection, then slabs.',
  stages: {
    pre: { accepts: ['TransmissionPreprocessingParameters'], description: 'How line integrals are made of raw data.' },
    reco: { accepts: ['RadonFilteredBackprojectionParameters'], description: 'How the image is made.' },
    slabs: { accepts: [slabProjection.type], description: 'How the image is looked at.' },
  },
});

const algorithm = defineAlgorithm({
  type: 'SlabProjectionAlgorithm',
  description: 'Tomography seen in slabs.',
  accepts: [pipeline.type],
});

/** The thickness that makes four slabs of an image of this shape, [x, y, slices]. Integers of a plan are bigints. */
export function fourSlabs(shape) {
  const slices = Array.isArray(shape) ? shape[2] : undefined;
  if (typeof slices === 'bigint') return (slices + 3n) / 4n;
  throw new RondelError('PLAN_INVALID_VALUE', 'fourSlabs takes a shape of three integers: [x, y, slices].');
}

export default {
  name: '@lab/slab-projection',
  version: '1.0.0',
  module: 'LabSlabs',
  description: 'Thick slabs of tomographic images.',
  nodes: [algorithm, pipeline, slabProjection],
  linkFunctions: { fourSlabs },
  plans: [
    {
      name: 'lab/slabs',
      description: 'Filtered backprojection, seen in slabs of slices.',
      toml: `_module = "LabSlabs"
_type = "RecoPlan{SlabProjectionAlgorithm}"

[parameter]
_type = "RecoPlan{SlabProjectionPipeline}"

    [parameter.pre]
    _module = "RondelRadon"
    _type = "RecoPlan{TransmissionPreprocessingParameters}"

    [parameter.reco]
    _module = "RondelRadon"
    _type = "RecoPlan{RadonFilteredBackprojectionParameters}"

    [parameter.slabs]
    _type = "RecoPlan{SlabProjectionParameters}"
`,
    },
  ],
};
