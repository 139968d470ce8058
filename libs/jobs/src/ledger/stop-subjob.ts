import { failure, isTerminal, RondelError, type Failure, type Job } from '@rondel/contracts';
import type { OpenSubjob } from '../record/subjob-attempts.js';
import { jobNotFound, type Ledger } from './ledger.js';
import { subjobName } from '../stages/stage-fields.js';

/** A block of a stage, named as in the record of its job. */
export interface SubjobStop {
  /** `<stage>.<block>` */
  readonly subjob: string;
  /** Starts it once more instead of ending the job. */
  readonly again: boolean;
}

/**
 * Stops one block. The job ends as cancelled, as a result with a hole is none; with `again` the block alone starts once
 * more, without using up an attempt. Jobs that have ended stay as they are.
 *
 * Throws `NOT_FOUND`, `CONFLICT` for a block that is not under way, and `LaterVersion`.
 */
export async function stopSubjob(
  id: string,
  { subjob, again }: SubjobStop,
  { ledger, cancel }: { readonly ledger: Ledger; readonly cancel: (id: string, error: Failure) => Promise<unknown> },
): Promise<void> {
  const job = await ledger.get(id);
  if (job === undefined) throw jobNotFound(id);
  if (isTerminal(job.state)) return;
  // What is shown of a job of a later version is not enough to change it.
  await ledger.head(id);
  const open = await openSubjob(job, subjob, ledger);
  if (!again) {
    const message = `Sub-job ${subjob} was cancelled, and without its part there is no image.`;
    await cancel(id, failure('CANCELLED', message, { details: { subjob } }));
    return;
  }
  if (await ledger.takeBack(open)) return;
  throw new RondelError(
    'CONFLICT',
    `Sub-job ${subjob} of job ${id} waits for a worker already; no worker runs it now.`,
  );
}

async function openSubjob({ id }: Job, name: string, ledger: Ledger): Promise<OpenSubjob> {
  const subjobs = await ledger.openSubjobs(id);
  const found = subjobs.find((subjob) => subjobName(subjob) === name);
  if (found !== undefined) return found;
  const open = subjobs.slice(0, 10).map(subjobName).join(', ');
  throw new RondelError(
    'CONFLICT',
    `Sub-job ${name} of job ${id} has ended or has not begun. Under way are ${open}${subjobs.length > 10 ? ' and more' : ''}.`,
  );
}
