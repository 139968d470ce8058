import type { JobState } from './job.js';

/** States that a job never leaves by itself. */
export function isTerminal(state: JobState): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled';
}
