import { openConsumer } from './connection.js';
import { queueNews } from './keys.js';
import { legPlace, placesOf } from './leg-queue.js';
import { takeLegsOver, type LegTaker, type TakeOptions } from './legs.js';
import type { News } from './news.js';
import { meets, type Capabilities } from './requirements.js';
import type { SpecialQueues } from './special-queues.js';

export interface FittingLegTaker extends LegTaker {
  /** Looks for queues that have come or gone; for whoever may have missed that it was told. */
  look(): void;
}

/**
 * Takes legs from the queues of all places that a worker serves, and from those special ones there whose requirements it
 * meets, whenever they come and as long as they are there.
 */
export function takeFittingLegs(
  worker: Capabilities,
  { news, special }: { readonly news: News; readonly special: SpecialQueues },
  options: Omit<TakeOptions, 'queue'>,
): FittingLegTaker {
  const places = placesOf(worker);
  const redis = openConsumer(options.redisUrl, options.onError);
  const take = (queue: string) => takeLegsOver(redis, { ...options, queue });
  // Whatever may run anywhere requires something, so it lies on a special queue.
  const own = places.filter((place) => place !== legPlace.anywhere).map(take);
  const fitting = new Map<string, LegTaker>();
  const leaving = new Set<Promise<void>>();
  let closed = false;

  const follow = async () => {
    const queues = await special.list();
    if (closed) return;
    const wanted = new Set(
      queues
        .filter(({ place, requires }) => places.includes(place) && meets(worker, requires))
        .map(({ queue }) => queue),
    );
    for (const [queue, taker] of fitting) {
      if (wanted.has(queue)) continue;
      fitting.delete(queue);
      const gone = taker.close().catch(options.onError);
      leaving.add(gone);
      void gone.finally(() => leaving.delete(gone));
    }
    for (const queue of wanted) if (!fitting.has(queue)) fitting.set(queue, take(queue));
  };
  const look = () => void follow().catch((error: unknown) => options.onError(asError(error)));
  const stopListening = news.listen(queueNews, look);
  look();
  return {
    look,
    async close() {
      closed = true;
      stopListening();
      await Promise.all([...[...own, ...fitting.values()].map((taker) => taker.close()), ...leaving]);
      redis.disconnect();
    },
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error), { cause: error });
}
