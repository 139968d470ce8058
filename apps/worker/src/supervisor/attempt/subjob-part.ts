import type { BegunAttempt, JobWork, StageHead } from '@rondel/jobs';
import type { RunPart } from '../../executor/messages/messages.js';

/**
 * Which steps the sub-job runs and what it leaves for the stage after it.
 *
 * @param splitFromBytes A sub-job with so much data may be divided although it fits.
 */
export function partOf(attempt: BegunAttempt, splitFromBytes: number): RunPart {
  const { subjob, head, work, inputs } = attempt;
  const stage = head.stages[subjob.stage];
  return {
    subjob: `${subjob.stage}.${subjob.block}`,
    steps: stage?.steps.map(({ path }) => path) ?? [],
    inputs,
    follows: {
      steps: head.stages.slice(0, subjob.stage).flatMap(({ steps }) => steps.map(({ path }) => path)),
      whole: stage?.axis === undefined,
    },
    leaves: leftFor(head.stages.slice(subjob.stage + 1), stage, work),
    alone: head.stages.length === 1,
    ...(mayDivide(attempt, head.stages[subjob.stage + 1], stage) && {
      division: { fromBytes: splitFromBytes, halvings: work.halvings ?? 0 },
    }),
  };
}

/** Inputs of a warm algorithm stay with their worker. */
function mayDivide({ head, work }: BegunAttempt, next: StageHead | undefined, stage: StageHead | undefined): boolean {
  if (work.undivided === true || head.algorithm !== undefined) return false;
  return stage?.axis === undefined && next?.axis === undefined;
}

function leftFor(
  after: readonly StageHead[],
  stage: StageHead | undefined,
  { blockSize: size, halvings }: JobWork,
): RunPart['leaves'] {
  const [next] = after;
  if (next === undefined) return { kind: 'image' };
  const halo = haloOf(after);
  // A block of a stage goes as it is to the block of the next stage, or to the sub-job that joins them.
  if (next.axis === undefined || stage?.axis !== undefined) return { kind: 'dataset', halo };
  const { axis, readsInput: byReference = false } = next;
  return {
    kind: 'blocks',
    axis,
    halo,
    byReference,
    ...(size !== undefined && { size }),
    ...(halvings !== undefined && { halvings }),
  };
}

/** Neighbours that a block needs for all stages that it passes through before it is joined with the others. */
function haloOf(stages: readonly StageHead[]): number {
  const end = stages.findIndex(({ axis }) => axis === undefined);
  return stages.slice(0, end < 0 ? stages.length : end).reduce((sum, { halo = 0 }) => sum + halo, 0);
}
