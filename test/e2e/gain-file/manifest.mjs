// Multiplies an image by what a calibration file holds.
import {
  defaulted,
  defineAlgorithm,
  definePipeline,
  defineStep,
  defineValue,
  file,
  optionalFileList,
  node,
  typeName,
} from '@rondel/reco';
import { Type } from 'typebox';

const axes = ['y', 'x'];
const facts = { input: axes, output: axes, parallel: [], purity: 'pure', estimateBytes: () => 0 };

export const loading = defineValue({
  type: 'GainLoading',
  alsoKnownAs: ['GainLoadin'],
  description: 'How the gain is read.',
  properties: { power: defaulted(Type.Number(), 1, { description: 'Exponent of the gain.' }) },
});

export const gain = defineStep({
  ...facts,
  type: 'GainStep',
  description: 'Multiplies by the gain of each pixel.',
  properties: {
    gainMap: file({ description: 'Gain of each pixel.' }),
    offsets: optionalFileList({ description: 'Files that are added first.' }),
    load: node(['GainLoading'], { description: 'How the gain is read.', default: 'GainLoading' }),
    scale: defaulted(Type.Union([Type.Number(), Type.Null()]), null, {
      description: 'Factor; the first gain unless given.',
    }),
    method: typeName(['Plain', 'Clipped'], { description: 'What becomes of large values.', default: 'Plain' }),
    most: defaulted(Type.Number(), 1000, {
      description: 'Largest value.',
      onlyFor: { property: 'method', values: ['Clipped'] },
    }),
  },
});

export const nothingAfter = defineStep({
  ...facts,
  type: 'NothingAfter',
  description: 'Returns its input.',
  properties: {},
});

export default {
  name: '@lab/gain-file',
  version: '1.0.0',
  module: 'LabGain',
  description: 'Calibration by a file.',
  nodes: [
    defineAlgorithm({ type: 'GainAlgorithm', description: 'Calibrates an image.', accepts: ['GainParameters'] }),
    definePipeline({
      type: 'GainParameters',
      description: 'The gain, and what comes after.',
      stages: {
        gain: { accepts: ['GainStep'], description: 'The gain.' },
        post: { accepts: ['NothingAfter'], description: 'What comes after.', default: 'NothingAfter' },
      },
    }),
    gain,
    nothingAfter,
    loading,
  ],
  plans: [
    {
      name: 'lab/gain',
      description: 'Multiplies an image by what a calibration file holds, which later jobs find in memory.',
      toml: `_module = "LabGain"
_type = "RecoPlan{GainAlgorithm}"
[parameter]
_type = "RecoPlan{GainParameters}"
    [parameter.gain]
    _type = "RecoPlan{GainStep}"
        [parameter.gain.load]
        _module = "AbstractImageReconstruction"
        _type = "RecoPlan{ProcessResultCache}"
        maxsize = 2
            [parameter.gain.load.param]
            _module = "LabGain"
            _type = "RecoPlan{GainLoading}"
        [[parameter.gain._listener.scale]]
        _module = "AbstractImageReconstruction"
        _type = "LinkedPropertyListener"
        field = "gainMap"
        plan = ["parameter", "gain"]
            [parameter.gain._listener.scale.fn]
            _module = "LabGain"
            _type = "firstGain"
`,
    },
  ],
  workerLinkFunctions: ['firstGain'],
};
