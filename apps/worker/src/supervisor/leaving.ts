import { setTimeout as sleep } from 'node:timers/promises';
import { RondelError } from '@rondel/contracts';
import type { Logger } from '@rondel/telemetry';

/** How a worker leaves: when it was asked to, or as it can be of no use where it is. */
export interface Leaving {
  readonly begun: () => boolean;
  /** Fires when what runs has to be given back at once. */
  readonly mustLeave: AbortSignal;
  /** Resolves when the worker has left; rejects with the reason when it had to. */
  readonly closed: Promise<void>;
  readonly drain: () => Promise<void>;
  /** As `drain`, for whoever does not wait for it. */
  readonly begin: () => void;
  readonly hurry: () => void;
  /** Leaves for a problem, if there is one, and gives back at once what runs: whatever it makes is worth nothing here. */
  readonly leaveFor: (problem: string | undefined) => void;
}

export interface LeavingOptions {
  /** What runs has so long to end. */
  readonly graceSeconds: number;
  readonly logger: Logger;
  /** Closes all of the worker, once. What it hands to `withinGrace` is hurried when the grace period is over. */
  readonly leave: (withinGrace: (end: Promise<void>) => Promise<void>) => Promise<void>;
}

export function openLeaving({ graceSeconds, logger, leave }: LeavingOptions): Leaving {
  const mustLeave = new AbortController();
  let leaving: Promise<void> | undefined;
  let begun = false;
  let misplaced: RondelError | undefined;
  let settleClosed: () => void = () => undefined;
  const closed = new Promise<void>((resolve, reject) => {
    settleClosed = () => (misplaced === undefined ? resolve() : reject(misplaced));
  });
  // Whoever drains the worker need not wait for it.
  closed.catch(() => undefined);

  const withinGrace = async (end: Promise<void>) => {
    const grace = new AbortController();
    sleep(graceSeconds * 1000, undefined, { signal: grace.signal }).then(
      () => mustLeave.abort(),
      () => undefined,
    );
    await end;
    grace.abort();
  };
  const drain = () => {
    begun = true;
    return (leaving ??= leave(withinGrace).finally(settleClosed));
  };
  const begin = () => {
    drain().catch((error: unknown) => logger.error({ err: error }, 'the worker could not leave in order'));
  };
  return {
    begun: () => begun,
    mustLeave: mustLeave.signal,
    closed,
    drain,
    begin,
    hurry: () => mustLeave.abort(),
    leaveFor(problem) {
      if (problem === undefined || begun) return;
      logger.error(problem);
      misplaced = new RondelError('SERVICE_UNAVAILABLE', problem);
      mustLeave.abort();
      begin();
    },
  };
}
