import { RondelError, type Dataset, type DatasetFacts } from '@rondel/contracts';
import { blocksAlong, cutDataset, widened, type Block } from './blocks.js';
import type { BuiltStep } from '../build/build.js';
import { haloAlong, isReachOfWhole, neededBy, reachesOf, type Span } from '../node/parallel-axes.js';
import { wholeInputs } from '../run/input-sizes.js';
import { knowing } from '../run/memory.js';

/**
 * The steps of a sub-job that computes one block, each of which returns no more of the axis than the steps after it need:
 * what lies at an edge that is none of the whole axis is not what the whole would have there. Where what a step needs follows from
 * the whole, it is known once there is an input.
 *
 * @param haloAfter What the stages after this one need on either side.
 * Throws `INTERNAL`, or the steps do, where the block has been left without some of what they need.
 */
export function stepsOnBlock(steps: readonly BuiltStep[], block: Block, haloAfter: number): BuiltStep[] {
  if (steps.some(({ definition }) => isReachOfWhole(definition, block.axis))) {
    return steps.map((built, index) =>
      trimmed(built, (input) => {
        // What a survey has found decides how far steps reach, as where the data was divided.
        const rest = steps.slice(index).map((step) => knowing(step, input));
        const { given, wanted } = blocksOfStep(rest, wholesOfBlock(rest, input, block), { block, haloAfter });
        if (index > 0) return { given, wanted };
        requireRead(block, given);
        return { given: block, wanted };
      }),
    );
  }
  const halos = steps.map(({ definition, parameters }) => haloAlong(definition, parameters, block.axis));
  const needed = halos.reduce((sum, halo) => sum + halo, haloAfter);
  if (needed === 0) return steps.map((built) => placed(built, block));
  requireHalo(block, widened(block, needed));
  return steps.map((built, index) => {
    const blocks = blocksOfStep(steps.slice(index), [], { block, haloAfter });
    return trimmed(built, () => blocks);
  });
}

/**
 * Cuts an axis of a dataset into blocks of `size`, the last one may be smaller, each with what some steps need beside it.
 *
 * @param input of the first step, or what is known of it: where all of it decides.
 */
export function blocksFor(
  steps: readonly Pick<BuiltStep, 'definition' | 'parameters'>[],
  input: Pick<DatasetFacts, 'data' | 'attributes'>,
  along: { readonly axis: string; readonly extent: number; readonly size: number },
): Block[] {
  const reaches = reachesOf(steps, along, wholeInputs(steps, input));
  return blocksAlong(along).map((block) => {
    const { start, stop } = neededBy(reaches, block)[0] ?? block;
    return { ...block, from: start, to: stop };
  });
}

/** What a step is given of the axis, and what it has to return. */
interface StepBlocks {
  readonly given: Block;
  readonly wanted: Block;
}

/** Of the first of some steps. */
function blocksOfStep(
  steps: readonly BuiltStep[],
  wholes: ReturnType<typeof wholeInputs>,
  { block, haloAfter }: { readonly block: Block; readonly haloAfter: number },
): StepBlocks {
  const { from, to } = widened(block, haloAfter);
  const [given, wanted] = neededBy(reachesOf(steps, block, wholes), { start: from, stop: to });
  const held = ({ start, stop }: Span = block): Block => ({ ...block, from: start, to: stop });
  return { given: held(given), wanted: held(wanted) };
}

/** What steps would be given if the first one had the whole axis. */
function wholesOfBlock(
  steps: readonly BuiltStep[],
  { data, attributes }: Dataset,
  { axis, extent }: Block,
): ReturnType<typeof wholeInputs> {
  const shape = data.shape.map((length, at) => (data.axes?.[at] === axis ? extent : length));
  return wholeInputs(steps, { data: { ...data, shape }, attributes });
}

/** A block with more beside it than its steps need is cut where they begin. */
function requireRead(block: Block, needed: Block): void {
  if (block.from <= needed.from && block.to >= needed.to) return;
  requireHalo(block, needed);
}

function requireHalo(block: Block, held: Block): void {
  if (held.from === block.from && held.to === block.to) return;
  throw new RondelError(
    'INTERNAL',
    `The block ${block.start} to ${block.stop} of "${block.axis}" was left as ${block.from} to ${block.to}, but its steps need ${held.from} to ${held.to}.`,
  );
}

/** The step with what the block is of the whole. */
function placed(built: BuiltStep, { axis, from, to, start, stop, extent }: Block): BuiltStep {
  const { step } = built;
  const block = { axis, from, to, start, stop, extent };
  const process: typeof step.process = (input, context) => step.process(input, { ...context, block });
  return { ...built, step: { process } };
}

function trimmed(built: BuiltStep, find: (input: Dataset) => StepBlocks): BuiltStep {
  const { step, path, definition } = built;
  let found: { readonly input: Dataset; readonly blocks: StepBlocks } | undefined;
  const blocksOf = (input: Dataset) => {
    if (found?.input !== input) found = { input, blocks: find(input) };
    return found.blocks;
  };
  const wantedOf = (input: Dataset) => {
    const { wanted } = blocksOf(input);
    return { [wanted.axis]: wanted.to - wanted.from };
  };
  const process: typeof step.process = async (input, context) => {
    const { given, wanted } = blocksOf(input);
    const { axis, from, to, extent } = given;
    const block = { axis, from, to, start: wanted.from, stop: wanted.to, extent };
    const by = `${path} (${definition.type})`;
    found = undefined;
    return trim(await step.process(input, { ...context, block }), { given, wanted, by });
  };
  return { ...built, step: { process }, wantedOf };
}

function trim(
  dataset: Dataset,
  { given, wanted, by }: { readonly given: Block; readonly wanted: Block; readonly by: string },
): Dataset {
  const { axis } = given;
  const extent = given.to - given.from;
  const found = dataset.data.shape[dataset.data.axes?.indexOf(axis) ?? -1];
  if (found === wanted.to - wanted.from) return dataset;
  if (found !== extent) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `${by} was given ${extent} entries along "${axis}" and returned ${found ?? 'no such axis'}. A step that can be split keeps the axes it is split along; leave split out.`,
    );
  }
  return cutDataset(dataset, { axis, start: wanted.from - given.from, stop: wanted.to - given.from });
}
