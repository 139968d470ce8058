import { failure, type Job } from '@rondel/contracts';
import { asError } from '../redis/as-error.js';
import { endedNews } from '../redis/keys.js';
import type { News } from '../redis/news.js';
import type { JobHead, JobOutcome } from '../record/job-parts.js';
import type { OpenSubjob } from '../record/subjob-attempts.js';
import type { ReleaseAnswer } from '../transitions/job/release.js';
import type { Ledger } from './ledger.js';

/** Jobs whose data or files are results of others that have not completed. */
export interface Awaiting {
  /** Hears of the ends of what a job waits for from now on; whatever is missed here the reconciler finds. */
  begin(id: string, awaits: readonly string[]): Promise<void>;
  /**
   * Looks at a job that waits for others: queues it once they have completed, and ends it as the first of them ends that does not.
   * Returns whether it still waits. Harmless for any other job.
   */
  release(id: string): Promise<boolean>;
}

interface AwaitingParts {
  readonly ledger: Pick<Ledger, 'followers' | 'finish' | 'head' | 'openSubjobs' | 'release'>;
  readonly enqueue: (open: readonly OpenSubjob[], job: Pick<JobHead, 'stages'>) => Promise<void>;
  readonly news: Pick<News, 'listen'>;
  readonly onError: (error: Error) => void;
}

export function openAwaiting({ ledger, enqueue, news, onError }: AwaitingParts): Awaiting {
  /** Id of a job that others wait for to what ends the listening. */
  const heard = new Map<string, () => void>();
  const release = async (id: string): Promise<boolean> => {
    const answer = await ledger.release(id);
    if (answer.kind === 'released') {
      const head = await ledger.head(id);
      if (head !== undefined) await enqueue(await ledger.openSubjobs(id), head);
    }
    if (answer.kind === 'given-up') {
      await ledger.finish(id, endedWith(answer));
      await releaseFollowers(id);
    }
    return answer.kind === 'waits';
  };
  const releaseFollowers = async (id: string): Promise<boolean> => {
    const waiting: boolean[] = [];
    for (const follower of await ledger.followers(id)) waiting.push(await release(follower));
    return waiting.includes(true);
  };
  const look = async (id: string) => {
    if (await releaseFollowers(id)) return;
    heard.get(id)?.();
    heard.delete(id);
  };
  return {
    release,
    async begin(id, awaits) {
      for (const awaited of awaits) {
        if (heard.has(awaited)) continue;
        const listener = () => {
          look(awaited).catch((error: unknown) => onError(asError(error)));
        };
        heard.set(awaited, news.listen(endedNews(awaited), listener));
      }
      // What ended before anybody heard of it is no news any more.
      await release(id);
    },
  };
}

/** Which job one has waited for that ended in another way, in the details of its failure. */
const awaitedDetail = 'awaited';

function endedWith({ job, because }: Extract<ReleaseAnswer, { kind: 'given-up' }>): JobOutcome {
  const details = { [awaitedDetail]: job };
  if (because === 'cancelled') {
    return {
      state: 'cancelled',
      error: failure('CANCELLED', `Job ${job}, whose result is data of this one, was cancelled.`, { details }),
    };
  }
  const reason = because === 'failed' ? 'has failed' : 'is not there any more';
  const advice = because === 'failed' ? 'Run that job again; this one follows.' : 'Submit it again with other data.';
  const message = `Job ${job}, whose result is data of this one, ${reason}. ${advice}`;
  return { state: 'failed', error: failure('DATA_NOT_FOUND', message, { details }) };
}

/** Whether a job has ended as it waited for another one that ended in another way than it should. */
export function hasEndedWith({ state, error }: Job, awaited: string): boolean {
  return (state === 'failed' || state === 'cancelled') && error?.details?.[awaitedDetail] === awaited;
}
