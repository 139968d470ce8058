import { float32Array, type Dataset } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import { describe, expect, it } from 'vitest';
import {
  blocksAlong,
  buildAlgorithm,
  catalogOf,
  createExecutableRegistry,
  cutDataset,
  defaulted,
  defineAlgorithm,
  definePipeline,
  defineStep,
  implementStep,
  joinDatasets,
  planStages,
  runSteps,
  stepsOnBlock,
  widened,
  type PlanTree,
} from '../index.js';

const axes = ['slice', 'x'];

/** Means over `radius` neighbours along the slices, edges repeated. */
const mean = defineStep({
  type: 'MeanParameters',
  description: 'Means along slices.',
  input: axes,
  output: axes,
  parallel: [{ axis: 'slice', halo: ({ radius }) => radius }, 'x'],
  purity: 'pure',
  properties: { radius: defaulted(Type.Integer(), 1, { description: 'Neighbours on either side.' }) },
  estimateBytes: () => 0,
});
/** Differences of neighbours along the slices, 0 at the ends. */
const difference = defineStep({
  type: 'DifferenceParameters',
  description: 'Differences along slices.',
  input: axes,
  output: axes,
  parallel: [{ axis: 'slice', halo: 1 }],
  purity: 'pure',
  properties: {},
  estimateBytes: () => 0,
});
const accepts = [mean.type, difference.type];
const manifest = {
  name: '@lab/halo',
  version: '1.0.0',
  module: 'Halo',
  description: '',
  nodes: [
    defineAlgorithm({ type: 'Algo', description: '', accepts: ['Steps'] }),
    definePipeline({
      type: 'Steps',
      description: '',
      stages: { a: { accepts, description: '' }, b: { accepts, description: '' }, c: { accepts, description: '' } },
    }),
    mean,
    difference,
  ],
  plans: [],
};

function alongSlices(input: Dataset, value: (at: (slice: number) => number, slice: number, last: number) => number) {
  const [slices = 0, width = 0] = input.data.shape;
  const values = Float32Array.from({ length: slices * width }, (_, index) => {
    const at = (slice: number) =>
      input.data.data[Math.min(slices - 1, Math.max(0, slice)) * width + (index % width)] ?? NaN;
    return value(at, Math.floor(index / width), slices - 1);
  });
  return { ...input, data: float32Array(values, [slices, width], axes) };
}

const registry = createExecutableRegistry([
  {
    manifest,
    steps: [
      implementStep(mean, ({ radius }) => ({
        process: (input) =>
          alongSlices(input, (at, slice) => {
            let sum = 0;
            for (let offset = -radius; offset <= radius; offset += 1) sum += at(slice + offset);
            return sum / (2 * radius + 1);
          }),
      })),
      implementStep(difference, () => ({
        process: (input) =>
          alongSlices(input, (at, slice, last) => (slice === 0 || slice === last ? 0 : at(slice + 1) - at(slice - 1))),
      })),
    ],
  },
]);

function plan(a: PlanTree = {}, c: PlanTree = {}): PlanTree {
  return {
    _type: 'Algo',
    parameter: {
      _type: 'Steps',
      a: { _type: 'MeanParameters', ...a },
      b: { _type: 'DifferenceParameters' },
      c: { _type: 'MeanParameters', radius: 2, ...c },
    },
  };
}

const options = {
  signal: new AbortController().signal,
  memoryBytes: Infinity,
  onProgress: () => undefined,
  onStep: () => undefined,
  onLog: () => undefined,
};

describe('steps that need neighbours', () => {
  const slices = 11;
  const whole: Dataset = {
    data: float32Array(
      Float32Array.from({ length: slices * 3 }, (_, index) => Math.sin(index * index)),
      [slices, 3],
      axes,
    ),
    companions: {},
    attributes: {},
  };

  it('give the same bits whatever the size of the blocks', async () => {
    const { steps } = buildAlgorithm(plan(), registry);
    const expected = await runSteps(steps, whole, options);
    for (let size = 1; size <= slices; size += 1) {
      // 1 + 1 + 2 of the three steps.
      const blocks = blocksAlong({ axis: 'slice', extent: slices, size, halo: 4 });
      const parts: Dataset[] = [];
      for (const block of blocks) {
        const input = cutDataset(whole, { axis: 'slice', start: block.from, stop: block.to });
        parts.push(await runSteps(stepsOnBlock(steps, block, 0), input, options));
      }
      expect(joinDatasets(parts, 'slice').data).toEqual(expected.data);
    }
  });

  it('may be computed by several sub-jobs, each of which leaves what the next one needs', async () => {
    const { steps } = buildAlgorithm(plan(), registry);
    const expected = await runSteps(steps, whole, options);
    const [block] = blocksAlong({ axis: 'slice', extent: slices, size: 4, halo: 4 }).slice(1);
    if (block === undefined) throw new Error('unreachable');
    const input = cutDataset(whole, { axis: 'slice', start: block.from, stop: block.to });
    const first = await runSteps(stepsOnBlock(steps.slice(0, 1), block, 3), input, options);
    expect(first.data.shape).toEqual([10, 3]);
    const rest = stepsOnBlock(steps.slice(1), widened(block, 3), 0);
    expect((await runSteps(rest, first, options)).data).toEqual(
      cutDataset(expected, { axis: 'slice', start: 4, stop: 8 }).data,
    );
    // Another halo than the steps have would give other numbers, so it is not accepted.
    expect(() => stepsOnBlock(steps, widened(block, 3), 0)).toThrow(/was left as 1 to 11, but its steps need 0 to 11/);
  });

  it('without the halo would differ', async () => {
    const { steps } = buildAlgorithm(plan(), registry);
    const expected = await runSteps(steps, whole, options);
    const parts: Dataset[] = [];
    for (const { start, stop } of blocksAlong({ axis: 'slice', extent: slices, size: 4 })) {
      parts.push(await runSteps(steps, cutDataset(whole, { axis: 'slice', start, stop }), options));
    }
    expect(joinDatasets(parts, 'slice').data).not.toEqual(expected.data);
  });

  it('add their halos up in a stage, and along another axis need none', () => {
    const halos = (tree: PlanTree, axis: string) => planStages(tree, registry, axis).map(({ halo }) => halo);
    expect(halos(plan({ radius: 3 }), 'slice')).toEqual([undefined, 6, undefined]);
    expect(halos(plan(), 'x')).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });

  it('cannot be split while the halo depends on a value that only the worker will know', () => {
    const remote = { _remote: 'array', data: `artifact:sha256-${'0'.repeat(64)}` };
    const tree = plan({}, { radius: remote });
    expect(() => planStages(tree, registry, 'slice')).toThrow(/parameter\.c cannot be split along "slice" while/);
    expect(planStages(tree, registry)).toHaveLength(1);
  });

  it('show their halos in the catalog', () => {
    const { nodes } = catalogOf([manifest]);
    const shown = (type: string) => {
      const { parallel, halo } = nodes.find((node) => node.type === type) ?? {};
      return { parallel, halo };
    };
    expect(shown(mean.type)).toEqual({ parallel: ['slice', 'x'], halo: { slice: 'parameters' } });
    expect(shown(difference.type)).toEqual({ parallel: ['slice'], halo: { slice: 1 } });
  });
});
