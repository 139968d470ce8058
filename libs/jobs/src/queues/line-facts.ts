import { lanes, type Lane } from '@rondel/contracts';
import { type Static, Type } from '@rondel/contracts/schema';
import type { Redis } from 'ioredis';
import { arrivalRate } from '../line/arrivals.js';
import { executed, guarded } from '../redis/connection.js';
import { keys } from '../redis/keys.js';
import { lineOf } from '../line/line.js';
import { DamagedRecord, fromStored } from '../stored/stored.js';
import { leastCost, usualCost } from '../line/line-constants.js';
import { priorityOfScore, queueLayout, scoresOf } from '../bullmq/layout.js';

/** How one lane stands at a place. */
export interface LaneFacts {
  /** Sub-jobs that wait there, on whichever queue. */
  readonly waiting: number;
  /** The turn that began last. */
  readonly now: number;
  /** Jobs that come a second, lately, and those of them whose turns are closer together than usual. */
  readonly arrivals: number;
  readonly urgent: number;
}

export type PlaceFacts = Readonly<Record<Lane, LaneFacts>>;

/** @param queues All that belong to the place. */
export async function readPlaceFacts(
  redis: Redis,
  { place, queues, now }: { readonly place: string; readonly queues: readonly string[]; readonly now: number },
): Promise<PlaceFacts> {
  const pipeline = redis.pipeline();
  for (const lane of lanes) {
    const { turns, front, room } = lineOf(place, lane);
    pipeline.hmget(turns, 'now', 'came', 'urgent');
    const [from, to] = scoresOf(front, front + room);
    for (const queue of queues) pipeline.zcount(queueLayout(queue).waiting, from, to);
  }
  const answers = await executed(pipeline);
  const ofLane = (lane: Lane): LaneFacts => {
    const first = lanes.indexOf(lane) * (queues.length + 1);
    const [turn = null, came = null, urgent = null] = answers[first] as (string | null)[];
    const counts = answers.slice(first + 1, first + 1 + queues.length) as number[];
    return {
      waiting: counts.reduce((sum, count) => sum + count, 0),
      now: Number(turn ?? 0),
      arrivals: arrivalRate(came, now),
      urgent: arrivalRate(urgent, now),
    };
  };
  return { interactive: ofLane('interactive'), normal: ofLane('normal'), batch: ofLane('batch') };
}

/** Where a job stands in its lane, of which the order of its sub-job tells. */
export interface Turn {
  /** After so many turns of the lane at most nothing new gets one before it. */
  readonly turns: number;
  /** Jobs that others bring a second and that may get turns before its own. */
  readonly passing: number;
}

/** @param order See `QueuePlace`. */
export async function readTurn(
  redis: Redis,
  {
    id,
    lane,
    place,
    order,
  }: { readonly id: string; readonly lane: Lane; readonly place: string; readonly order: string },
  { facts, now }: { readonly facts: LaneFacts; readonly now: number },
): Promise<Turn> {
  const { turns: key, front } = lineOf(place, lane);
  const turn = priorityOfScore(Number(order)) - front - 1;
  const ahead = Math.max(0, turn - facts.now);
  const turns = ahead / leastCost;
  const beyond = ahead > usualCost;
  const coming = beyond ? facts.arrivals : facts.urgent;
  if (ahead === 0 || coming < 1e-3) return { turns, passing: 0 };
  const line = await guarded(redis.hget(keys.job(id), 'line'));
  const { flow, cost } = lineFrom(line);
  const own = beyond || cost < usualCost ? arrivalRate(await guarded(redis.hget(key, `came ${flow}`)), now) : 0;
  return { turns, passing: Math.max(0, coming - own) };
}

const LineSchema = Type.Object({ flow: Type.String(), cost: Type.Number() });

/** Of a job that has none, or none that can be read, as of one of which nobody knows whose it is. */
function lineFrom(text: string | null): Static<typeof LineSchema> {
  try {
    return text === null ? { flow: '', cost: 0 } : fromStored('job', LineSchema, text);
  } catch (error) {
    if (!(error instanceof DamagedRecord)) throw error;
    return { flow: '', cost: 0 };
  }
}
