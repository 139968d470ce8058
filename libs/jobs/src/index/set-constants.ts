import { jobStates } from '@rondel/contracts';
import { indexPrefix, keys } from '../redis/keys.js';

/** What `sets.lua` needs. */
export const setConstants = {
  indexPrefix,
  jobsKey: keys.jobs,
  indexedKey: keys.indexed,
  jobStates,
  quotasKey: keys.quotas,
  runningKey: keys.running,
} as const;
