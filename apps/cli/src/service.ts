import { toFailure } from '@rondel/contracts';
import { onParentGone, reportToParent } from '@rondel/local';
import type { Context } from './context.js';

export interface RunningService {
  stop(): Promise<void>;
  /** Resolves when the service has ended by itself. */
  readonly closed?: Promise<void>;
}

/**
 * Runs a service until the process is asked to stop, the process that started it has gone, or the service ends by
 * itself. A failed start is also reported to the parent.
 */
export async function runService(context: Context, start: () => Promise<RunningService>): Promise<void> {
  const stopping = stopRequest(context.signal);
  const service = await start().catch((error: unknown) => {
    reportToParent({ kind: 'failed', failure: toFailure(error) });
    throw error;
  });
  const endedAlone = service.closed?.then(() => 'ended' as const);
  const cause = await Promise.race([stopping, ...(endedAlone === undefined ? [] : [endedAlone])]);
  if (cause !== 'ended') await service.stop();
}

function stopRequest(signal: AbortSignal): Promise<'asked'> {
  return new Promise((resolve) => {
    const stop = () => resolve('asked');
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    onParentGone(stop);
  });
}
