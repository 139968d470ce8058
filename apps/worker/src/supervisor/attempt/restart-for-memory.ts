import type { Failure } from '@rondel/contracts';
import { subjobQueue, placeOfSubjobs, type BegunAttempt, type Jobs, type Restart, type StageHead } from '@rondel/jobs';
import { workersFor } from './idle-slots.js';

/** What workers with enough memory are looked for by; the same for needs of about the same size. */
const roundedTo = 2 ** 30;

/**
 * How a job whose sub-job has run out of memory, or would, goes on: in smaller blocks, or on a worker with more memory.
 * Undefined when nothing is left to try.
 */
export async function restartFor(attempt: BegunAttempt, error: Failure, jobs: Jobs): Promise<Restart | undefined> {
  const { subjob, head, work } = attempt;
  const stage = head.stages[subjob.stage];
  const estimate = estimateIn(error);
  if (stage === undefined || head.algorithm !== undefined) return undefined;
  if (estimate === undefined && (!error.retryable || attempt.attempt >= attempt.allowed)) return undefined;
  // What was learnt of others never ends a job: where nobody has more memory it is tried all the same.
  if (estimate?.learnt === true) {
    const roomier = stage.axis === undefined ? await elsewhere({ attempt, stage, estimate }, jobs) : undefined;
    return roomier ?? { stage: stage.axis === undefined ? subjob.stage : 0, unlearnt: true, counts: false };
  }
  if (stage.axis === undefined && estimate !== undefined) {
    const roomier = await elsewhere({ attempt, stage, estimate }, jobs);
    // Whether blocks would do was looked at before the step, when it had not asked yet: once.
    if (roomier !== undefined || !estimate.partsTakeLess || (work.halvings ?? 0) > 0) return roomier;
  }
  if (stage.axis === undefined && work.undivided === true) return undefined;
  const by =
    estimate === undefined ? 1 : Math.max(1, Math.ceil(Math.log2(estimate.neededBytes / estimate.availableBytes)));
  const halvings = (work.halvings ?? 0) + by;
  // Blocks are made by the stage before the first one that is split.
  const from = stage.axis === undefined ? subjob.stage : 0;
  return { stage: from, halvings, counts: estimate === undefined, error };
}

/** Whether memory did run out, rather than that a step was refused before it ran. */
export function ranOut(error: Failure): boolean {
  return error.retryable && estimateIn(error) === undefined;
}

interface Estimate {
  readonly neededBytes: number;
  readonly availableBytes: number;
  /** It would fit by the step's estimate alone. */
  readonly learnt: boolean;
  /** The step has begun and asked for what its estimate does not tell, and parts of the data take less of it. */
  readonly partsTakeLess: boolean;
}

/** The numbers of a step that was refused before it ran. */
function estimateIn({ details }: Failure): Estimate | undefined {
  const { neededBytes, availableBytes, learnt, partsTakeLess } = details ?? {};
  return typeof neededBytes === 'number' && typeof availableBytes === 'number'
    ? { neededBytes, availableBytes, learnt: learnt === true, partsTakeLess: partsTakeLess === true }
    : undefined;
}

async function elsewhere(
  { attempt: { subjob, head }, stage, estimate }: { attempt: BegunAttempt; stage: StageHead; estimate: Estimate },
  jobs: Jobs,
): Promise<Restart | undefined> {
  const memoryBytes = Math.ceil(estimate.neededBytes / roundedTo) * roundedTo;
  if ((stage.requires?.memoryBytes ?? 0) >= memoryBytes) return undefined;
  const requires = { ...stage.requires, memoryBytes };
  const roomier = { ...stage, ...subjobQueue(placeOfSubjobs(stage), requires) };
  if ((await workersFor(roomier, jobs)).length === 0) return undefined;
  const stages = head.stages.map((each, index) => (index === subjob.stage ? roomier : each));
  return { stage: subjob.stage, stages, counts: false };
}
