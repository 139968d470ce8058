import { defaultProject } from '@rondel/contracts';
import { indexPrefix, keys } from '../redis/keys.js';

/** What `quota.lua` needs. */
export const quotaConstants = {
  indexPrefix,
  defaultProject,
  quotasKey: keys.quotas,
  runningKey: keys.running,
  storedBytesKey: keys.storedBytes,
  computedPrefix: keys.computed(''),
  uploadsKey: keys.uploads,
  unsettledKey: keys.unsettledSweeps,
  sweepPrefix: keys.sweep(''),
  jobPrefix: keys.job(''),
} as const;
