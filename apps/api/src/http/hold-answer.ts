import { Type } from '@rondel/contracts/schema';
import type { News } from '@rondel/jobs';

export interface Hold {
  /** Of whom news is awaited. */
  readonly id: string;
  readonly seconds: number;
  /** The request; when its client goes away the wait is over. */
  readonly raw: { once(event: 'close', listener: () => void): unknown };
}

const longestWaitSeconds = 60;

/** The query of a route that holds its answer. */
export function waitSeconds(until: string) {
  return Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: longestWaitSeconds,
      description: `Holds the answer until ${until} or these seconds are over.`,
    }),
  );
}

/**
 * Holds an answer back until `look` has one, time is up, nobody waits any more or the process leaves; then undefined. `look` is called at
 * once, with all news, and never twice at the same time.
 */
export async function holdAnswer<T>(
  news: News,
  { id, seconds, raw }: Hold,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  // A clock that is set back meanwhile must not make the wait longer.
  const deadline = performance.now() + seconds * 1000;
  const now = { changed: false, left: false, wake: () => {} };
  const silence = news.listen(id, () => {
    now.changed = true;
    now.wake();
  });
  raw.once('close', () => {
    now.left = true;
    now.wake();
  });
  try {
    // Whoever has gone must not be given what is given only once.
    while (!now.left) {
      now.changed = false;
      const found = await look();
      const remaining = deadline - performance.now();
      if (found !== undefined || remaining <= 0 || news.left()) return found;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, remaining);
        now.wake = () => {
          clearTimeout(timer);
          resolve();
        };
        if (now.changed || now.left) now.wake();
      });
    }
    return undefined;
  } finally {
    silence();
  }
}
