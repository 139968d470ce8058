// A step for the fault suite: it takes its time without computing, and may fail at the end of it.
import { defaulted, defineAlgorithm, defineStep } from '@rondel/reco';
import { Type } from 'typebox';

const axes = ['frame', 'slice', 'y', 'x'];

export const stumble = defineStep({
  type: 'StumbleParameters',
  description: 'Passes the image on after a while, or fails.',
  input: axes,
  output: axes,
  parallel: ['frame', 'slice'],
  // What takes its time shall do so in every job.
  purity: 'stateful',
  properties: {
    seconds: defaulted(Type.Number({ minimum: 0, maximum: 60 }), 0, { description: 'How long it takes.', unit: 's' }),
    mostSlices: defaulted(Type.Integer({ minimum: 1 }), 1_000_000, {
      description: 'With more slices it finds no memory, although it has estimated that there is enough.',
    }),
    takes: defaulted(Type.Integer({ minimum: 0 }), 0, {
      description: 'Memory that it takes for each slice, although it has estimated that it takes none.',
      unit: 'MiB',
    }),
    starts: defaulted(Type.Boolean(), false, { description: 'Whether it starts a program that runs for a minute.' }),
    fails: defaulted(Type.Boolean(), false, { description: 'Whether it fails then.' }),
  },
  estimateBytes: () => 0,
});

const algorithm = defineAlgorithm({
  type: 'StumblingAlgorithm',
  description: 'Does nothing to an image.',
  accepts: [stumble.type],
});

export default {
  name: '@lab/stumbling',
  version: '1.0.0',
  module: 'LabStumbling',
  description: 'Takes time, or fails.',
  nodes: [algorithm, stumble],
  plans: [
    {
      name: 'lab/stumble',
      description: 'One step that does nothing, slowly.',
      toml: `_module = "LabStumbling"
_type = "RecoPlan{StumblingAlgorithm}"

[parameter]
_type = "RecoPlan{StumbleParameters}"
`,
    },
  ],
};
