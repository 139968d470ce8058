import type { Redis } from 'ioredis';
import { asError } from './as-error.js';
import { guarded } from './connection.js';
import { keys, toldBy } from './keys.js';

/**
 * What a process hears: `work`, what workers must know; `people`, also all that happens to jobs and plan sessions. That
 * grows with the jobs of the whole fleet, too much to be sent to each of its workers.
 */
export type NewsKind = 'people' | 'work';

/** Wakes whoever waits for something to happen. One subscription serves a whole process. */
export interface News {
  /**
   * Calls back when somebody who does not run the job has ended or moved it, the worker of that id is asked to leave, or
   * (`result:<key>`) a result was computed or given up; for `people` also whenever the job's event stream has grown,
   * (`endedNews`) the job has ended, or the plan session has changed. Returns the function that stops it.
   */
  listen(job: string, listener: () => void): () => void;
  /** Calls back for something that is said to workers, which every process hears, until all is closed. */
  hearWork(news: string, listener: () => void): void;
  /** Wakes all who listen, who shall not wait any longer. */
  leave(): void;
  readonly left: () => boolean;
  close(): Promise<void>;
}

/** The news of all jobs are not heard any more when nobody has listened for so long. */
const unheardMs = 10_000;

export async function openNews(subscription: Redis, kind: NewsKind, onError: (error: Error) => void): Promise<News> {
  const listeners = new Map<string, Set<() => void>>();
  const ofWork = new Map<string, () => void>();
  let hears = false;
  let left = false;
  let unheard: NodeJS.Timeout | undefined;
  const tellAll = () => {
    for (const waiting of listeners.values()) for (const listener of waiting) listener();
  };
  subscription.on('message', (_channel: string, message: string) => {
    ofWork.get(message)?.();
    for (const id of toldBy(message)) for (const listener of listeners.get(id) ?? []) listener();
  });
  // What was published while the connection was down is lost: after a reconnect everybody looks again.
  subscription.on('ready', tellAll);
  await guarded(subscription.subscribe(keys.workerNews));
  /** Hundreds of jobs a second make news that reach every process that has subscribed, whether anybody waits there or not. */
  const hear = () => {
    clearTimeout(unheard);
    if (hears || kind !== 'people') return;
    hears = true;
    // What was published before the subscription is lost, too.
    subscription.subscribe(keys.news).then(tellAll, (error: unknown) => {
      hears = false;
      onError(asError(error));
    });
  };
  const forget = () => {
    unheard = setTimeout(() => {
      hears = false;
      subscription.unsubscribe(keys.news).catch(onError);
    }, unheardMs);
    unheard.unref();
  };
  return {
    listen(job, listener) {
      hear();
      const waiting = listeners.get(job) ?? new Set();
      waiting.add(listener);
      listeners.set(job, waiting);
      return () => {
        waiting.delete(listener);
        if (waiting.size === 0) listeners.delete(job);
        if (hears && listeners.size === 0) forget();
      };
    },
    hearWork: (message, listener) => void ofWork.set(message, listener),
    leave() {
      left = true;
      tellAll();
    },
    left: () => left,
    async close() {
      clearTimeout(unheard);
      listeners.clear();
      await subscription.quit().catch(() => subscription.disconnect());
    },
  };
}
