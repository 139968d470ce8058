import { recordArchive, type JobArchive, type Ledger, type WriteRecord } from '@rondel/jobs';
import type { Logger } from '@rondel/telemetry';

/** Records that are being written; whoever ends another job meanwhile waits. */
const mostPending = 32;

/**
 * Writes the records of ended jobs into the artifact store while their slots run the next ones. What is lost with this
 * process, or cannot be written, is written by the reconciler: the ledger knows which jobs are owed a record.
 */
export interface Recorder {
  /** Resolves as soon as there is room for another one. */
  add(id: string, archive: JobArchive | undefined): Promise<void>;
  /** Resolves when all are written. */
  close(): Promise<void>;
}

export function openRecorder(ledger: Ledger, write: WriteRecord, logger: Logger): Recorder {
  const pending = new Set<Promise<void>>();
  return {
    async add(id, archive) {
      const written = recordArchive(ledger, { id, archive }, write)
        .catch((error: unknown) => {
          logger.warn({ err: error, job: id }, 'the job record was not written; it will be tried again');
        })
        .finally(() => pending.delete(written));
      pending.add(written);
      if (pending.size >= mostPending) await Promise.race(pending);
    },
    async close() {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}
