import { setConstants } from '../index/set-constants.js';
import { lineConstants } from '../line/line-constants.js';
import { quotaConstants } from '../quotas/quota-constants.js';

/** What `sets.lua` and `line.lua` need, of scripts in which a job changes both its state and its place in line. */
export const transitionConstants = { ...setConstants, ...lineConstants } as const;

/** What `quota.lua` needs as well, where the change is counted. */
export const countedConstants = { ...transitionConstants, ...quotaConstants } as const;
