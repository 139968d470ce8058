import { asError } from '../redis/as-error.js';
import { queueNews } from '../redis/keys.js';
import type { Jobs } from '../jobs.js';
import { subjobPlace, placesOfWorker } from '../places/subjob-queue.js';
import type { Place, TakeOptions } from './subjob-taker.js';
import { defaultGiveWayEvery } from './taking-turns.js';
import { meets, type Capabilities } from '../places/requirements.js';

export interface FittingSubjobTaker {
  /** Looks for queues that have come or gone; for whoever may have missed that it was told. */
  look(): void;
  /** Takes nothing until `look` finds that it shall again. */
  rest(): void;
  /** Takes no further sub-jobs; resolves when those that run have ended. */
  close(): Promise<void>;
}

/**
 * Takes sub-jobs from the queues of all places that a worker serves, and from those special ones there whose requirements it
 * meets, whenever they come and as long as they are there.
 *
 * @param resting Whether nothing shall be taken now.
 * @param worker What the worker can do now, which may change but for the places that it serves: `look` then.
 */
export function takeFittingSubjobs<P extends Place>(
  worker: () => Capabilities,
  { news, special, takeSubjobs }: Pick<Jobs, 'news' | 'special' | 'takeSubjobs'>,
  { resting = () => false, ...options }: TakeOptions<P> & { readonly resting?: () => boolean },
): FittingSubjobTaker {
  const places = placesOfWorker(worker());
  const { giveWayEvery = defaultGiveWayEvery } = options;
  // Workers that take few sub-jobs before they leave shall give way as often, taken together.
  const taker = takeSubjobs({ ...options, firstGivingWay: Math.floor(Math.random() * giveWayEvery) });
  // Whatever may run anywhere requires something, so it lies on a special queue.
  const own = places.filter((place) => place !== subjobPlace.anywhere);
  let closed = false;

  const follow = async () => {
    const queues = await special.list();
    if (closed || resting()) return;
    const capabilities = worker();
    const fitting = queues.filter(({ place, requires }) => places.includes(place) && meets(capabilities, requires));
    taker.serve([...own, ...fitting.map(({ queue }) => queue)]);
  };
  const look = () => void follow().catch((error: unknown) => options.onError(asError(error)));
  const stopListening = news.listen(queueNews, look);
  if (!resting()) taker.serve(own);
  look();
  return {
    look,
    rest: () => taker.serve([]),
    close() {
      closed = true;
      stopListening();
      return taker.close();
    },
  };
}
