import { RondelError, toFailure } from '@rondel/contracts';
import { onParentGone, reportToParent } from '@rondel/local';
import { tooFewOpenFiles } from '@rondel/telemetry/open-files';
import type { Context } from '../terminal/context.js';

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
 *
 * @param openFiles Files and connections that it may have to have open. Throws `QUOTA_EXCEEDED` where fewer are allowed.
 */
export async function runService(
  context: Context,
  openFiles: number,
  start: () => Promise<RunningService>,
): Promise<void> {
  const stopping = stopRequest(context.signal);
  const service = await startWithin(openFiles, start).catch((error: unknown) => {
    reportToParent({ kind: 'failed', failure: toFailure(error) });
    throw error;
  });
  const endedAlone = service.closed?.then(() => 'ended' as const);
  const cause = await Promise.race([stopping, ...(endedAlone === undefined ? [] : [endedAlone])]);
  if (cause === 'ended') return;
  if (service.hurry !== undefined) context.haste?.addEventListener('abort', service.hurry, { once: true });
  await service.stop();
}

async function startWithin(openFiles: number, start: () => Promise<RunningService>): Promise<RunningService> {
  const tooFew = tooFewOpenFiles('This process', openFiles);
  if (tooFew !== undefined) throw new RondelError('QUOTA_EXCEEDED', tooFew);
  return start();
}

function stopRequest(signal: AbortSignal): Promise<'asked'> {
  return new Promise((resolve) => {
    const stop = () => resolve('asked');
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    onParentGone(stop);
  });
}
