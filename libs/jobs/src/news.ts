import type { Redis } from 'ioredis';
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
  close(): Promise<void>;
}

export async function openNews(subscription: Redis, kind: NewsKind): Promise<News> {
  const listeners = new Map<string, Set<() => void>>();
  subscription.on('message', (_channel: string, message: string) => {
    for (const id of toldBy(message)) for (const listener of listeners.get(id) ?? []) listener();
  });
  // What was published while the connection was down is lost: after a reconnect everybody looks again.
  subscription.on('ready', () => {
    for (const waiting of listeners.values()) for (const listener of waiting) listener();
  });
  await subscription.subscribe(keys.workerNews, ...(kind === 'people' ? [keys.news] : []));
  return {
    listen(job, listener) {
      const waiting = listeners.get(job) ?? new Set();
      waiting.add(listener);
      listeners.set(job, waiting);
      return () => {
        waiting.delete(listener);
        if (waiting.size === 0) listeners.delete(job);
      };
    },
    async close() {
      listeners.clear();
      await subscription.quit().catch(() => subscription.disconnect());
    },
  };
}
