import { toFailure } from '@rondel/contracts';
import { onParentGone, reportToParent } from '@rondel/local';
import type { Context } from './context.js';

export interface RunningService {
  stop(): Promise<void>;
  /** Stopping shall not wait any longer for what is under way. */
  readonly hurry?: () => void;
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
  if (cause === 'ended') return;
  if (service.hurry !== undefined) context.haste?.addEventListener('abort', service.hurry, { once: true });
  await service.stop();
}

function stopRequest(signal: AbortSignal): Promise<'asked'> {
  return new Promise((resolve) => {
    const stop = () => resolve('asked');
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    onParentGone(stop);
  });
}
