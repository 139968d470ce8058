import { arrivalSeconds } from './arrivals.js';

/** Of the priority that goes first, and of the usual one; see `jobLine`. */
export const leastCost = 0.1;
export const usualCost = 10;

/** What `line.lua` needs. */
export const lineConstants = { arrivalSeconds, leastCost, usualCost } as const;
