import type { JobState } from './job.js';

export const jobStates = [
  'queued',
  'waiting',
  'active',
  'completed',
  'failed',
  'cancelled',
] as const satisfies readonly JobState[];

/** States that a job never leaves by itself. */
export function isTerminal(state: JobState): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled';
}
