import { setImmediate as nextTurn } from 'node:timers/promises';

/** Others get their turn of the event loop after so long. */
const longestTurnMs = 20;

/** Whoever has much to do asks between two pieces of it: waits until others had their turn, where it is theirs. */
export type GiveWay = () => Promise<void>;

export function turns(): GiveWay {
  let began = performance.now();
  return async () => {
    if (performance.now() - began < longestTurnMs) return;
    await nextTurn();
    began = performance.now();
  };
}

/** What comes out of all steps of something long, with turns for others in between. */
export async function inTurns<T>(steps: Generator<undefined, T>): Promise<T> {
  const giveWay = turns();
  let step = steps.next();
  while (step.done !== true) {
    await giveWay();
    step = steps.next();
  }
  return step.value;
}

/** Maps a long list, with turns for others in between. */
export async function mapInTurns<T, U>(items: Iterable<T>, map: (item: T, index: number) => U): Promise<U[]> {
  const giveWay = turns();
  const mapped: U[] = [];
  for (const item of items) {
    mapped.push(map(item, mapped.length));
    await giveWay();
  }
  return mapped;
}
