import { float32Array, RondelError, type Dataset } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import {
  defaulted,
  defineAlgorithm,
  definePipeline,
  defineStep,
  defineValue,
  implementStep,
  nodeList,
  required,
  typeName,
  type BuiltNode,
  type PackageManifest,
  type PlanTree,
  type ReconstructionPackage,
} from '../index.js';

const between = defineValue({
  type: 'Between',
  description: 'A range.',
  properties: {
    low: required(Type.Number(), { description: 'Its beginning.' }),
    high: defaulted(Type.Number(), 10, { description: 'Its end.' }),
  },
  validate({ low, high }) {
    if (low < high) return;
    throw new RondelError('PLAN_INVALID_VALUE', `high must be above low (${low}), got ${high}.`, { at: 'high' });
  },
});

const scale = defineStep({
  type: 'ScaleParameters',
  description: 'Multiplies by a factor.',
  input: ['x'],
  output: ['x'],
  parallel: ['x'],
  purity: 'pure',
  properties: {
    factor: required(Type.Number(), { description: 'The factor.' }),
    divisor: defaulted(Type.Number(), 1, { description: 'What it is divided by.' }),
    method: typeName(['Plain', 'Fancy'], { description: 'A type.', default: 'Plain' }),
    ranges: nodeList(['Between'], { description: 'Ranges.' }),
  },
  estimateBytes: () => 0,
  validate({ divisor }) {
    if (divisor !== 0) return;
    throw new RondelError('PLAN_INVALID_VALUE', 'divisor must not be 0.', { at: 'divisor' });
  },
});

/** The second factor must be above the first: what only the pipeline around them can tell. */
function checkOrder(stages: Readonly<Record<string, BuiltNode>>): void {
  if (Number(stages.second?.parameters.factor) > Number(stages.first?.parameters.factor)) return;
  throw new RondelError('PLAN_INVALID_VALUE', 'second.factor must be above first.factor.', { at: 'second.factor' });
}

const pairManifest: PackageManifest = {
  name: '@lab/pair',
  version: '1.2.3',
  module: 'Pair',
  description: 'For tests.',
  nodes: [
    defineAlgorithm({
      type: 'PairAlgorithm',
      description: 'Runs a pair.',
      accepts: ['PairParameters'],
      validate({ parameters }) {
        const { first } = parameters as Readonly<Record<string, BuiltNode>>;
        if (first?.parameters.factor !== 13) return;
        throw new RondelError('PLAN_INVALID_VALUE', 'No algorithm of ours begins with 13.', { at: 'first.factor' });
      },
    }),
    definePipeline({
      type: 'PairParameters',
      description: 'Twice.',
      stages: {
        first: { accepts: ['ScaleParameters'], description: 'First.' },
        second: { accepts: ['ScaleParameters'], description: 'Second.' },
      },
      validate: checkOrder,
    }),
    scale,
    between,
  ],
  plans: [],
};

/** A package whose definitions all have rules of their own. */
export const pairPackage: ReconstructionPackage = {
  manifest: pairManifest,
  steps: [
    implementStep(scale, ({ factor, divisor }) => ({
      process: (input) => ({ ...input, data: multiplied(input, factor / divisor) }),
    })),
  ],
};

function multiplied({ data }: Dataset, factor: number) {
  return float32Array(
    Float32Array.from(data.data, (x) => x * factor),
    [...data.shape],
  );
}

type Node = Readonly<Record<string, PlanTree[string]>>;

export function pairPlan(first: Node, second: Node): PlanTree {
  return {
    _module: 'Pair',
    _type: 'RecoPlan{PairAlgorithm}',
    parameter: {
      _type: 'RecoPlan{PairParameters}',
      first: { _type: 'RecoPlan{ScaleParameters}', ...first },
      second: { _type: 'ScaleParameters', ...second },
    },
  };
}

export const anyInput: Dataset = { data: float32Array(new Float32Array([1, 2]), [2]), companions: {}, attributes: {} };

/** The plan inside a wrapper that moves it as a whole. */
export function moved(algo: PlanTree, worker: string): PlanTree {
  return {
    _module: 'DaggerImageReconstruction',
    _type: 'RecoPlan{DaggerReconstructionAlgorithm}',
    parameter: { _type: 'RecoPlan{DaggerReconstructionParameter}', algo, worker },
  };
}
