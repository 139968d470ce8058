import { isTerminal, RondelError } from '@rondel/contracts';
import { storedArchive, type JobArchive, type WriteRecord } from '../record/archive.js';
import type { Ledger } from './ledger.js';

/** Writes the record of one ended job into the store and ticks it off. */
export async function recordJob(ledger: Ledger, id: string, record: WriteRecord): Promise<void> {
  const archive = await ledger.archive(id);
  if (archive && !isTerminal(archive.job.state)) {
    throw new RondelError('CONFLICT', `Job ${id} is ${archive.job.state}: only ended jobs are recorded.`);
  }
  await recordArchive(ledger, { id, archive }, record);
}

/** As `recordJob`, for whoever has the ended job at hand; none is recorded of a job that is gone. */
export async function recordArchive(
  ledger: Ledger,
  { id, archive }: { readonly id: string; readonly archive: JobArchive | undefined },
  record: WriteRecord,
): Promise<void> {
  if (archive) await record(id, storedArchive(archive));
  await ledger.markRecorded(id, archive?.job);
}
