import type { Jobs } from '@rondel/jobs';
import type { Logger } from '@rondel/telemetry';

export interface DrainListener {
  /** Asks whether the worker shall leave; for regular use, as a published request can be missed. */
  look(): void;
}

/** Calls `drain` when somebody has asked this worker to leave. */
export function listenForDrain(
  { fleet, news }: Pick<Jobs, 'fleet' | 'news'>,
  worker: { readonly id: string; readonly logger: Logger },
  drain: () => void,
): DrainListener {
  const look = () => {
    fleet.drainRequested(worker.id).then(
      (asked) => {
        if (!asked) return;
        silence();
        worker.logger.info('worker was asked to leave');
        drain();
      },
      (error: unknown) => worker.logger.warn({ err: error }, 'could not ask whether the worker shall leave'),
    );
  };
  const silence = news.listen(worker.id, look);
  return { look };
}
