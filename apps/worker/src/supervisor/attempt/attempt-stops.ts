import type { BegunAttempt, Jobs } from '@rondel/jobs';

// What ends an attempt from outside. Each function returns how to stop waiting for that.

/** How soon after its begin an attempt looks whether it is still wanted; news make it look at once. */
const lookAfterMs = 100;
/** How often a silent attempt asks whether it is still wanted; catches what a lost message would have said. */
const stillWantedEveryMs = 2000;

/** Calls `stop` when the ledger no longer counts this attempt, unless what it returns is called before. */
export function onUnwanted(attempt: BegunAttempt, jobs: Pick<Jobs, 'ledger' | 'news'>, stop: () => void): () => void {
  const look = () => {
    // While Redis is away nobody can say that the attempt is unwanted.
    jobs.ledger.report(attempt, {}).then(
      (wanted) => !wanted && stop(),
      () => undefined,
    );
  };
  const silence = jobs.news.listen(attempt.subjob.job, look);
  const timer = setInterval(look, stillWantedEveryMs);
  // Catches news that came before anybody listened; an attempt that is over by then need not ask.
  const first = setTimeout(look, lookAfterMs);
  return () => {
    silence();
    clearInterval(timer);
    clearTimeout(first);
  };
}

export function onDeadline(seconds: number | undefined, stop: (seconds: number) => void): () => void {
  if (seconds === undefined) return () => undefined;
  const timer = setTimeout(() => stop(seconds), seconds * 1000);
  return () => clearTimeout(timer);
}

/** Calls `stop` at once when the signal has fired already. */
export function onAbort(signal: AbortSignal, stop: () => void): () => void {
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  return () => signal.removeEventListener('abort', stop);
}
