import type { Jobs } from '@rondel/jobs';
import type { Logger } from '@rondel/telemetry';
import { openClockWatch } from './watch/clock-watch.js';

/** What a worker runs is told with its heartbeat, and this soon after it has changed. */
const tellAfterMs = 200;

export interface Heartbeat {
  /** Says now that the worker is there, and what it does. */
  readonly beat: () => void;
  /** As `beat`, in a moment: what changes together is told once. */
  readonly soon: () => void;
  readonly close: () => void;
}

/** @param record What the worker is and does, as it is now. */
export function openHeartbeat(
  record: () => Parameters<Jobs['fleet']['beat']>[0],
  { jobs, logger }: { readonly jobs: Jobs; readonly logger: Logger },
): Heartbeat {
  const tellClock = openClockWatch((message) => logger.warn(message));
  let telling: NodeJS.Timeout | undefined;
  const beat = () => {
    jobs.fleet
      .beat(record())
      .then(tellClock)
      .catch((error: unknown) => logger.warn({ err: error }, 'heartbeat was not stored'));
  };
  return {
    beat,
    soon() {
      telling ??= setTimeout(() => {
        telling = undefined;
        beat();
      }, tellAfterMs);
    },
    close: () => clearTimeout(telling),
  };
}
