import type { Failure, WorkerRecord } from '@rondel/contracts';

/** So many jobs one after the other that the machine has let down: then the fault may be here. */
const jobsInARow = 3;
const shortestMs = 2000;
const longestMs = 300_000;

/**
 * A worker that fails job after job is soon free again, so it gets more than its share of what waits, and fails that, too.
 * It takes nothing for a while then, twice as long each time, until a job has ended well on it.
 */
export interface TimeOut {
  /** How an attempt at a job has ended here. Faults of plans and of data say nothing about the worker. */
  readonly note: (job: string, failure: Failure | undefined) => void;
  /** As the worker says it of itself; undefined when it takes jobs. */
  readonly now: () => WorkerRecord['aside'];
  readonly close: () => void;
}

export interface TimeOutEvents {
  /** @param milliseconds How long the worker takes nothing. */
  readonly onBegin: (milliseconds: number, reason: string) => void;
  readonly onEnd: () => void;
}

export function openTimeOut({ onBegin, onEnd }: TimeOutEvents): TimeOut {
  const failed = new Set<string>();
  let times = 0;
  let aside: WorkerRecord['aside'];
  let timer: NodeJS.Timeout | undefined;
  const begin = (failure: Failure) => {
    const milliseconds = Math.min(longestMs, shortestMs * 2 ** times);
    times += 1;
    const reason = `${failed.size} jobs in a row have failed here, the last one with ${failure.code}: ${failure.message}`;
    aside = { reason, until: new Date(Date.now() + milliseconds).toISOString() };
    timer = setTimeout(() => {
      aside = undefined;
      onEnd();
    }, milliseconds);
    onBegin(milliseconds, reason);
  };
  return {
    note(job, failure) {
      if (failure === undefined) {
        failed.clear();
        times = 0;
        return;
      }
      if (!isOfMachine(failure)) return;
      failed.add(job);
      if (failed.size >= jobsInARow && aside === undefined) begin(failure);
    },
    now: () => aside,
    close: () => clearTimeout(timer),
  };
}

/** A refusal by an estimate is not retryable; what was only learnt here is no fault of the machine either. */
function isOfMachine({ code, retryable, details }: Failure): boolean {
  if (details?.learnt === true || details?.lostPart !== undefined) return false;
  return retryable || code === 'INTERNAL' || code === 'ENGINE_UNAVAILABLE';
}
