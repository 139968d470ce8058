import { RondelError, type Dataset } from '@rondel/contracts';
import { cutDataset, widened, type Block } from './blocks.js';
import type { BuiltStep } from '../build/build.js';
import { haloAlong } from '../node/parallel-axes.js';

/**
 * The steps of a sub-job that computes one block, each of which returns no more of the axis than the steps after it need:
 * what lies at an edge that is none of the whole axis is not what the whole would have there.
 *
 * @param haloAfter What the stages after this one need on either side.
 */
export function stepsOnBlock(steps: readonly BuiltStep[], block: Block, haloAfter: number): BuiltStep[] {
  const halos = steps.map(({ definition, parameters }) => haloAlong(definition, parameters, block.axis));
  let needed = halos.reduce((sum, halo) => sum + halo, haloAfter);
  if (needed === 0) return steps.map((built) => placed(built, block));
  let held = widened(block, needed);
  if (held.from !== block.from || held.to !== block.to) {
    throw new RondelError(
      'INTERNAL',
      `The block ${block.start} to ${block.stop} of "${block.axis}" was left as ${block.from} to ${block.to}, but its steps need ${held.from} to ${held.to}.`,
    );
  }
  return steps.map((built, index) => {
    const given = held;
    needed -= halos[index] ?? 0;
    held = widened(block, needed);
    return trimmed(built, given, held);
  });
}

/** The step with what the block is of the whole. */
function placed(built: BuiltStep, { axis, from, to, start, stop, extent }: Block): BuiltStep {
  const { step } = built;
  const block = { axis, from, to, start, stop, extent };
  const process: typeof step.process = (input, context) => step.process(input, { ...context, block });
  return { ...built, step: { process } };
}

function trimmed(built: BuiltStep, given: Block, wanted: Block): BuiltStep {
  const { step, path, definition } = built;
  const { axis, from, to, extent } = given;
  const block = { axis, from, to, start: wanted.from, stop: wanted.to, extent };
  const process: typeof step.process = async (input, context) =>
    trim(await step.process(input, { ...context, block }), { given, wanted, by: `${path} (${definition.type})` });
  return { ...built, step: { process } };
}

function trim(
  dataset: Dataset,
  { given, wanted, by }: { readonly given: Block; readonly wanted: Block; readonly by: string },
): Dataset {
  const { axis } = given;
  const extent = given.to - given.from;
  const found = dataset.data.shape[dataset.data.axes?.indexOf(axis) ?? -1];
  if (found !== extent) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `${by} was given ${extent} entries along "${axis}" and returned ${found ?? 'no such axis'}. A step that can be split keeps the axes it is split along; leave split out.`,
    );
  }
  return cutDataset(dataset, { axis, start: wanted.from - given.from, stop: wanted.to - given.from });
}
