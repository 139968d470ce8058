import type { Failure, JsonValue } from '@rondel/contracts';
import {
  archiveFromJson,
  recordArchive,
  type BegunAttempt,
  type JobOutcome,
  type Jobs,
  type WriteRecord,
} from '@rondel/jobs';
import type { ArtifactStore } from '@rondel/store';
import { howEnded, type Continued } from '../../executor/run/ended-before.js';
import type { Logger } from '@rondel/telemetry';

export interface RefusalOptions {
  readonly jobs: Pick<Jobs, 'ledger' | 'algorithms'>;
  readonly store: Pick<ArtifactStore, 'getRecord'>;
  readonly record: WriteRecord;
  readonly logger: Logger;
  readonly noteRefusal: NoteRefusal;
}

/** Notes for good that something was not signed. */
export type NoteRefusal = (what: 'job' | 'algorithm' | 'question', id: string) => void;

/**
 * Ends a job that is not what was signed. One that has ended, as its record in the store says, ends so again, and the record stays:
 * whoever has put the job back into Redis must not change what is known of it.
 *
 * @param continues The end that its run follows, where that was signed.
 */
export async function endRefused(
  attempt: Pick<BegunAttempt, 'subjob' | 'attempt' | 'head'>,
  { error, continues }: { readonly error: Failure; readonly continues?: Continued | undefined },
  { jobs, store, record, logger, noteRefusal }: RefusalOptions,
): Promise<void> {
  const { job } = attempt.subjob;
  logger.error({ job, code: error.code }, error.message);
  noteRefusal('job', job);
  const known = await store.getRecord(job);
  const isOver = known !== undefined && howEnded({ record: known }, continues) !== undefined;
  const before = isOver ? outcomeOf(job, known) : undefined;
  const { answer, archive } = await jobs.ledger.end(job, before ?? { state: 'failed', error }, attempt);
  if (answer !== 'done') return;
  const { algorithm } = attempt.head;
  if (algorithm !== undefined) await jobs.algorithms.proceed(algorithm);
  if (before === undefined) await recordArchive(jobs.ledger, { id: job, archive }, record);
  else await jobs.ledger.markRecorded(job, undefined);
}

function outcomeOf(id: string, record: JsonValue): JobOutcome | undefined {
  const {
    job: { state, error, result, warnings },
    provenance,
  } = archiveFromJson(id, record);
  if (state !== 'completed' && state !== 'failed' && state !== 'cancelled') return undefined;
  return {
    state,
    ...(error && { error }),
    ...(result && { result }),
    ...(provenance && { provenance }),
    ...(warnings && { warnings }),
  };
}
