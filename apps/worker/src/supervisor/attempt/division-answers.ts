import { toFailure } from '@rondel/contracts';
import {
  dividedStages,
  stagesText,
  type BegunAttempt,
  type DividedStages,
  type Jobs,
  type StageHead,
} from '@rondel/jobs';
import { divideStage } from '@rondel/reco';
import type { PartArea } from '@rondel/store';
import type { Logger } from '@rondel/telemetry';
import { isUntouched } from '../../executor/blocks/division.js';
import type { RequestDivision, DivisionAnswer, DivisionOffer } from '../../executor/messages/division-offer.js';
import { idleSlots } from './idle-slots.js';

export interface DivisionAnswerOptions {
  readonly attempt: BegunAttempt;
  readonly jobs: Jobs;
  readonly parts: Pick<PartArea, 'vouch'>;
  /** Repeats a command while Redis is away. */
  readonly persistently: <T>(command: () => Promise<T>) => Promise<T>;
  /** For whoever watches the job. */
  readonly onLog: (message: string) => void;
  readonly logger: Logger;
}

/** Answers an executor whose run could go on in blocks: divides the job where that must or should be. Never rejects. */
export function divisionAnswerer(options: DivisionAnswerOptions): RequestDivision {
  return async (offer) => {
    try {
      return await decide(offer, options);
    } catch (error) {
      options.logger.warn({ err: error }, 'the job was not divided');
      options.onLog(`The job was not divided: ${toFailure(error).message}`);
      return { kind: 'whole' };
    }
  };
}

async function decide(
  offer: DivisionOffer,
  { attempt, jobs, parts, persistently, onLog }: DivisionAnswerOptions,
): Promise<DivisionAnswer> {
  const { subjob, head } = attempt;
  const stage = head.stages[subjob.stage];
  if (stage === undefined) return { kind: 'whole' };
  const { extent, most, axis, problem } = offer;
  const blocks = problem === undefined ? await idleSlots(stage, jobs) : Math.ceil(extent / most);
  const size = Math.min(most, Math.ceil(extent / Math.max(1, blocks)));
  const count = Math.ceil(extent / size);
  // Memory may ask for more blocks than there are idle slots: then the job stays whole, as it fits.
  if (count < 2 || (problem === undefined && count > blocks)) return { kind: 'whole' };
  const into = stagesOf(offer, stage, { attempt, size });
  await parts.vouch({ job: subjob.job, run: attempt.run }, stagesText(dividedStages(attempt, into)));
  const divided = await persistently(() => jobs.ledger.divide(attempt, into));
  if (!divided) return { kind: 'whole' };
  const why = problem ?? `${blocks} slots of the pool are idle`;
  onLog(`${why}: split along ${axis} into ${count} blocks of ${size}.`);
  return { kind: 'divided', size };
}

function stagesOf(
  { done, rest, axis }: DivisionOffer,
  stage: StageHead,
  { attempt: { subjob, head, inputs }, size }: { readonly attempt: BegunAttempt; readonly size: number },
): DividedStages {
  const last = subjob.stage === head.stages.length - 1;
  const stages = divideStage({ done, steps: rest, last }, axis).map((part, index) => ({
    ...stage,
    ...part,
    ...(index === 1 && isUntouched(done, inputs) && { readsInput: true }),
  }));
  return { stages, blockSize: size };
}
