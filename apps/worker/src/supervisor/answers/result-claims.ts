import { toFailure } from '@rondel/contracts';
import { resultLeaseMs, type Jobs, type KeptResult, type ResultLimits, type WantedResult } from '@rondel/jobs';
import type { ResultArea } from '@rondel/store';
import type { Logger } from '@rondel/telemetry';
import type { RequestResult, ComputedResult, ResultAnswer } from '../../executor/messages/supervisor-requests.js';

/** How often a job that waits for a result looks by itself; catches leases that expired, which nobody publishes. */
const lookEveryMs = 1000;
/** Characters that are remembered of why a result was given up. */
const longestReason = 500;

export interface ResultClaimsOptions {
  readonly jobs: Pick<Jobs, 'results' | 'news'>;
  readonly area: ResultArea;
  readonly limits: ResultLimits;
  /** Whose executor asks; `attempt` tells its attempts apart. */
  readonly holder: { readonly job: string; readonly attempt: string; readonly worker: string };
  readonly logger: Logger;
  /** The executor has to wait, as the given job computes what it wants. */
  readonly onWaiting: (step: { path: string; type: string }, job: string) => void;
}

/** Answers what the executor of one attempt asks about kept results, and keeps its leases alive. */
export interface ResultClaims {
  readonly answer: RequestResult;
  /** The attempt is over: nobody waits any more, and what it had the right to compute is free. */
  close(): Promise<void>;
}

export function openResultClaims(options: ResultClaimsOptions): ResultClaims {
  const { jobs, area, limits, holder, logger } = options;
  const { results } = jobs;
  const token = `${holder.job} ${holder.attempt}`;
  const over = new AbortController();
  const leases = new Map<string, NodeJS.Timeout>();

  const hold = (key: string) => {
    const renew = () => {
      results.renew(key, token).catch((error: unknown) => logger.warn({ err: error, key }, 'lease was not renewed'));
    };
    leases.set(key, setInterval(renew, resultLeaseMs / 4));
  };
  const letGo = (key: string) => {
    clearInterval(leases.get(key));
    leases.delete(key);
  };
  const release = async (key: string) => {
    letGo(key);
    await results
      .release(key, token)
      .catch((error: unknown) => logger.warn({ err: error, key }, 'lease was not ended'));
  };

  const claim = async (wanted: WantedResult, step: { path: string; type: string }): Promise<ResultAnswer> => {
    const claimed = await claimPatiently(wanted, {
      ...options,
      token,
      over: over.signal,
      onWaiting: (job) => options.onWaiting(step, job),
    });
    if (claimed.kind === 'compute') hold(wanted.key);
    if (over.signal.aborted) await release(wanted.key);
    return claimed;
  };
  const keep = async ({ data, document, seconds, bytes, ...made }: ComputedResult): Promise<ResultAnswer> => {
    if (bytes > limits.maxBytes) {
      await removeFiles(area, [made.key], logger);
      await release(made.key);
      return { kind: 'kept', problem: `It has ${bytes} bytes; this worker keeps ${limits.maxBytes} in all.` };
    }
    const result: KeptResult = { document, seconds, data, job: holder.job, worker: holder.worker };
    const evicted = await results.keep({ ...made, bytes, result }, token, limits);
    letGo(made.key);
    await removeFiles(area, evicted, logger);
    return { kind: 'kept' };
  };

  return {
    async answer(ask) {
      try {
        switch (ask.kind) {
          case 'claim':
            return await claim(ask.wanted, ask.step);
          case 'keep':
            return await keep(ask.computed);
          case 'release':
            await release(ask.key);
            return { kind: 'done' };
          case 'drop':
            if (await results.drop(ask.key, ask.document, ask.reason.slice(0, longestReason)))
              await area.remove(ask.key);
            return { kind: 'done' };
        }
      } catch (error) {
        // A job can do without the cache.
        const problem = `The cache cannot be used: ${toFailure(error).message}`;
        logger.warn({ err: error, ask: ask.kind }, 'kept results');
        return ask.kind === 'claim' ? { kind: 'compute', reason: problem } : { kind: 'kept', problem };
      }
    },
    async close() {
      over.abort('over');
      await Promise.all([...leases.keys()].map(release));
    },
  };
}

interface Claiming {
  readonly jobs: Pick<Jobs, 'results' | 'news'>;
  readonly token: string;
  readonly over: AbortSignal;
  readonly onWaiting: (job: string) => void;
}

/** Asks until the result is there or may be computed. When the attempt is over nobody hears the answer. */
async function claimPatiently(
  wanted: WantedResult,
  claiming: Claiming,
): Promise<Exclude<ResultAnswer, { kind: 'kept' | 'done' }>> {
  const { jobs, token, over, onWaiting } = claiming;
  for (let told = ''; ;) {
    const { news, silence } = listen(wanted.key, jobs, over);
    try {
      const claimed = await jobs.results.claim(wanted, token);
      if (claimed.kind !== 'taken') return claimed;
      if (claimed.holder !== told) onWaiting(claimed.holder.split(' ')[0] ?? '');
      told = claimed.holder;
      await news;
      if (over.aborted) return { kind: 'compute', reason: 'Nobody waits for it any more.' };
    } finally {
      silence();
    }
  }
}

/** Listens before the index is asked, so that no news falls in between. */
function listen(
  key: string,
  { news }: Pick<Jobs, 'news'>,
  over: AbortSignal,
): { news: Promise<void>; silence: () => void } {
  const silent = new AbortController();
  const heard = new Promise<void>((resolve) => {
    const wake = () => resolve();
    const stop = news.listen(`result:${key}`, wake);
    const timer = setTimeout(wake, lookEveryMs);
    over.addEventListener('abort', wake, { once: true, signal: silent.signal });
    silent.signal.addEventListener('abort', () => {
      stop();
      clearTimeout(timer);
    });
  });
  return { news: heard, silence: () => silent.abort('over') };
}

/** What cannot be removed now is found by the next look at what lies around. */
export async function removeFiles(area: ResultArea, keys: readonly string[], logger: Logger): Promise<void> {
  for (const key of keys) {
    await area.remove(key).catch((error: unknown) => logger.warn({ err: error, key }, 'a kept result was not removed'));
  }
}
