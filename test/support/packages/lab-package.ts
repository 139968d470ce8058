import { float32Array } from '@rondel/contracts';
import {
  defineAlgorithm,
  definePipeline,
  defineStep,
  implementStep,
  required,
  type PackageManifest,
  type ReconstructionPackage,
} from '@rondel/reco';
import { Type } from '@rondel/contracts/schema';

const axes = ['frame', 'slice', 'y', 'x'];

// What the API, the command line and forms know of the step. Loads without any compute code.
const threshold = defineStep({
  type: 'ThresholdParameters',
  description: 'Sets values below a level to zero.',
  input: axes,
  output: axes,
  parallel: ['frame', 'slice'],
  purity: 'pure',
  properties: {
    level: required(Type.Number({ minimum: 0 }), { description: 'Smallest value that is kept.', unit: '1/pixel' }),
  },
  estimateBytes: (_parameters, { shape, elementBytes }) => shape.reduce((a, b) => a * b, elementBytes),
});

const pipeline = definePipeline({
  type: 'CleanUpParameters',
  description: 'One step; more stages would run in the order in which they are written.',
  stages: { threshold: { accepts: ['ThresholdParameters'], description: 'Removes the background.' } },
});

const algorithm = defineAlgorithm({
  type: 'CleanUpAlgorithm',
  description: 'Cleans an image up.',
  accepts: ['CleanUpParameters'],
});

export const labManifest: PackageManifest = {
  name: '@lab/clean-up',
  version: '1.0.0',
  module: 'LabCleanUp',
  description: 'Post-processing of our lab.',
  nodes: [algorithm, pipeline, threshold],
  plans: [],
};

// What executors run. `level` is typed as a number because the definition says so.
export const labPackage: ReconstructionPackage = {
  manifest: labManifest,
  steps: [
    implementStep(threshold, ({ level }) => ({
      process(input, context) {
        const kept = Float32Array.from(input.data.data, (value) => (value < level ? 0 : value));
        context.log('info', `Kept values of ${level} and more.`);
        return { ...input, data: float32Array(kept, input.data.shape, input.data.axes) };
      },
    })),
  ],
};
