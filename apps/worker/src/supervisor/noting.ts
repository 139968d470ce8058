import { createLogger } from '@rondel/telemetry';
import { openAudit, type AuditTrail } from '@rondel/telemetry/trail';
import type { WorkerOptions } from './worker-options.js';

/** What has left when it is drained or has closed by itself. */
interface LeavingWorker {
  readonly closed: Promise<void>;
  drain(): Promise<void>;
}

/** Starts a worker that notes what it refuses, and when it began and ended, where it is told to. Throws as `openAudit`. */
export async function noting<Worker extends LeavingWorker>(
  id: string,
  { audit: options, logLevel }: Pick<WorkerOptions, 'audit' | 'logLevel'>,
  start: (trail: AuditTrail | undefined) => Promise<Worker>,
): Promise<Worker> {
  const audit = await openAudit(options, 'worker', createLogger('worker', logLevel).child({ worker: id }));
  try {
    const worker = await start(audit.trail);
    audit.trail?.note({ what: 'worker.start', ids: [id] });
    const closed = (async () => {
      try {
        await worker.closed;
      } finally {
        await audit.close();
      }
    })();
    // Whoever waits for it hears the reason; nobody has to.
    closed.catch(() => undefined);
    return {
      ...worker,
      closed,
      async drain() {
        await worker.drain();
        await audit.close();
      },
    };
  } catch (error) {
    await audit.close();
    throw error;
  }
}
