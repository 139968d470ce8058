import { RondelError } from '@rondel/contracts';

export interface TurnLimits {
  /** Pieces of work that are done at the same time, >= 1. */
  readonly most: number;
  /** Pieces that wait for their turn; more are refused. */
  readonly mostWaiting: number;
  /** What errors call a piece of work, in the plural. */
  readonly what: string;
}

/**
 * Does work when it is its turn, first come, first served. Throws what the work throws, `SERVICE_UNAVAILABLE` when too
 * much waits, and `CANCELLED` when `signal` is aborted before the work has begun.
 */
export type TakeTurn = <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

export function openTurns({ most, mostWaiting, what }: TurnLimits): TakeTurn {
  const waiting = new Set<() => void>();
  let running = 0;
  const turn = (signal: AbortSignal | undefined) =>
    new Promise<void>((resolve, reject) => {
      const begin = () => {
        signal?.removeEventListener('abort', leave);
        waiting.delete(begin);
        running += 1;
        resolve();
      };
      const leave = () => {
        waiting.delete(begin);
        reject(new RondelError('CANCELLED', `Nobody waits for one of the ${what} any more.`));
      };
      if (signal?.aborted === true) leave();
      else if (running < most) begin();
      else if (waiting.size >= mostWaiting) reject(tooMany(waiting.size, what));
      else {
        waiting.add(begin);
        signal?.addEventListener('abort', leave, { once: true });
      }
    });
  return async (work, signal) => {
    await turn(signal);
    try {
      return await work();
    } finally {
      running -= 1;
      for (const begin of waiting) {
        begin();
        break;
      }
    }
  };
}

function tooMany(count: number, what: string): RondelError {
  const message = `${count} ${what} wait for their turn here already. Ask again in a moment.`;
  return new RondelError('SERVICE_UNAVAILABLE', message, { retryable: true });
}
