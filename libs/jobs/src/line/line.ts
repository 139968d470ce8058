import { lanes, type Lane } from '@rondel/contracts';
import type { JobHead } from '../record/job-parts.js';
import { largestPriority, priorityOfScore } from '../bullmq/layout.js';
import { keys } from '../redis/keys.js';
import { placeOfSubjobs } from '../places/subjob-queue.js';

/**
 * First priority of each lane. Sub-jobs of jobs that have begun have it, all others come after it in the order of their turns.
 * The later a lane, the more of its work waits, so the more room it has.
 */
const fronts: Readonly<Record<Lane, number>> = { interactive: 1, normal: 2 ** 18, batch: 2 ** 18 + 2 ** 19 };

/** A job of this priority takes one step of the room that its lane has. */
const priorityOfStep = 10;

/**
 * Where a job stands in line, as scripts read it: who waits at the place, in their order, and what turns there are given
 * to the lane. `flow`: those whose jobs run one after the other.
 */
export interface JobLine {
  /** Lane and place. */
  readonly name: string;
  readonly waiting: string;
  readonly turns: string;
  /** Names of the lines whose turns are running out of numbers. */
  readonly long: string;
  readonly front: number;
  /** Priorities of the lane after `front`. */
  readonly room: number;
  /** Distance of two turns of the flow. */
  readonly cost: number;
  readonly flow: string;
}

/** The line in which a job waits for one of its stages to begin. */
export function jobLine({ stages, pool, lane = 'normal', priority, submitter = '' }: JobHead, stage: number): JobLine {
  const place = placeOfSubjobs(stages[stage] ?? { queue: pool });
  return {
    ...lineOf(place, lane),
    cost: priority / priorityOfStep,
    flow: `${priority} ${submitter}`,
  };
}

/** The part of a line that all its jobs have in common. */
export function lineOf(place: string, lane: Lane): Omit<JobLine, 'cost' | 'flow'> {
  const next = lanes[lanes.indexOf(lane) + 1];
  const front = fronts[lane];
  return {
    name: `${lane} ${place}`,
    waiting: keys.queued(place),
    turns: keys.turns(place, lane),
    long: keys.longLines,
    front,
    room: (next === undefined ? largestPriority + 1 : fronts[next]) - front - 1,
  };
}

/** Number of the lane in which a sub-job with the score waits, -1 for one that was let through before all. */
export function laneOfScore(score: number): number {
  return lanes.filter((lane) => fronts[lane] <= priorityOfScore(score)).length - 1;
}

/** What a sub-job goes back to the queue with: whatever has begun comes before what has not, in its lane. */
export function frontOfLane(priority: number): number {
  const reached = lanes.map((lane) => fronts[lane]).filter((front) => front <= priority);
  return Math.max(fronts.interactive, ...reached);
}
