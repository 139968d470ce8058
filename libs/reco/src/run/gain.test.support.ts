import { float32Array, type Dataset, type NdArray } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import {
  defaulted,
  defineAlgorithm,
  definePipeline,
  defineStep,
  defineValue,
  file,
  implementStep,
  node,
  optionalFile,
  type DataFile,
  type HeldThing,
  type PackageManifest,
  type PlanTree,
  type ReconstructionPackage,
} from '../index.js';

const loading = defineValue({
  type: 'GainLoading',
  description: 'How the gain is read.',
  properties: { power: defaulted(Type.Number(), 1, { description: 'Exponent.' }) },
});

const gain = defineStep({
  type: 'GainStep',
  description: 'Multiplies by what a file holds.',
  input: ['x'],
  output: ['x'],
  parallel: [],
  purity: 'pure',
  properties: {
    gainFile: file({ description: 'Gain of each entry.' }),
    otherFile: optionalFile({ description: 'Another file.' }),
    load: node(['GainLoading'], { description: 'How it is read.', default: 'GainLoading' }),
  },
  estimateBytes: () => 0,
});

const nothingAfter = defineStep({
  type: 'NothingAfter',
  description: 'Returns its input.',
  input: ['x'],
  output: ['x'],
  parallel: [],
  purity: 'pure',
  properties: {},
  estimateBytes: () => 0,
});

const manifest: PackageManifest = {
  name: '@lab/gain',
  version: '1.0.0',
  module: 'Gain',
  description: 'For tests.',
  nodes: [
    defineAlgorithm({ type: 'GainAlgorithm', description: 'Runs it.', accepts: ['GainParameters'] }),
    definePipeline({
      type: 'GainParameters',
      description: 'Gain, and what comes after.',
      stages: {
        gain: { accepts: ['GainStep'], description: 'The gain.' },
        post: { accepts: ['NothingAfter'], description: 'What comes after.', default: 'NothingAfter' },
      },
    }),
    gain,
    nothingAfter,
    loading,
  ],
  plans: [],
};

/** What the steps of the package have done. */
export interface GainCalls {
  made: number;
  disposed: number;
}

interface Gain extends HeldThing {
  readonly values: readonly number[];
}

/** A package whose step reads a data file and holds what it makes of it. */
export function gainPackage(calls: GainCalls, bytes = 100): ReconstructionPackage {
  const make = (array: NdArray, power: number): Gain => {
    calls.made += 1;
    const values = [...array.data].map((value) => value ** power);
    return { bytes, values, dispose: () => (calls.disposed += 1) };
  };
  return {
    manifest,
    steps: [
      implementStep(gain, ({ gainFile, load }) => ({
        async process(input, context) {
          const opened = await context.file(gainFile);
          context.requireMemory(bytes, 'The gain');
          const { values } = await context.held(load, [opened.identity], async () =>
            make(await opened.read('data'), Number(load.parameters.power)),
          );
          const product = Float32Array.from(input.data.data, (value, index) => value * (values[index] ?? 0));
          return { ...input, data: float32Array(product, input.data.shape) };
        },
      })),
      implementStep(nothingAfter, () => ({ process: (input) => input })),
    ],
  };
}

/** A plan of it; `load` may stand in a cache. */
export function gainPlan(load?: PlanTree): PlanTree {
  return {
    _module: 'Gain',
    _type: 'RecoPlan{GainAlgorithm}',
    parameter: {
      _type: 'RecoPlan{GainParameters}',
      gain: { _type: 'RecoPlan{GainStep}', gainFile: 'root://scans/gain.npy', ...(load && { load }) },
    },
  };
}

export function cached(param: PlanTree, maxsize = 1): PlanTree {
  return { _module: 'AbstractImageReconstruction', _type: 'RecoPlan{ProcessResultCache}', param, maxsize };
}

export const gainInput: Dataset = { data: float32Array(new Float32Array([1, 2]), [2]), companions: {}, attributes: {} };

/** A file as a run would open it. */
export function gainFile(values: readonly number[], identity = 'first'): DataFile {
  const data = float32Array(new Float32Array(values), [values.length], ['x']);
  return {
    label: 'root://scans/gain.npy',
    identity,
    facts: { data, companions: {}, attributes: {} },
    read: () => Promise.resolve(data),
  };
}
