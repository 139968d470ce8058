// A step that does nothing: what is left of a job is what the queue costs.
import { defineAlgorithm, defineStep } from '@rondel/reco';

const axes = ['frame', 'slice', 'y', 'x'];

export const empty = defineStep({
  type: 'EmptyParameters',
  description: 'Passes the image on.',
  input: axes,
  output: axes,
  parallel: ['frame', 'slice'],
  purity: 'pure',
  properties: {},
  estimateBytes: () => 0,
});

const algorithm = defineAlgorithm({
  type: 'EmptyAlgorithm',
  description: 'Does nothing to an image.',
  accepts: [empty.type],
});

export default {
  name: '@lab/empty',
  version: '1.0.0',
  module: 'LabEmpty',
  description: 'Does nothing.',
  nodes: [algorithm, empty],
  plans: [
    {
      name: 'lab/empty',
      description: 'One step that does nothing.',
      toml: `_module = "LabEmpty"
_type = "RecoPlan{EmptyAlgorithm}"

[parameter]
_type = "RecoPlan{EmptyParameters}"
`,
    },
  ],
};
