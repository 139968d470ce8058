import { rootsOf, type Failure } from '@rondel/contracts';
import type { JobHead, JobWork, Subjob } from '@rondel/jobs';

/** What a worker can look at when an attempt has failed on it. */
export interface PassingFaults {
  /** Names of the worker's data roots that are not there now. */
  readonly lostRoots: () => Promise<readonly string[]>;
  /** Why the worker begins nothing, where the disk of the store is nearly full now. */
  readonly fullDisk: () => Promise<string | undefined>;
}

interface FailedAttempt {
  readonly work: Pick<JobWork, 'data'>;
  readonly subjob: Pick<Subjob, 'stage'>;
  readonly head: Pick<JobHead, 'stages'>;
}

/**
 * A failure where data was not there any more, or where nothing could be written, says nothing about the job: why its work waits, or
 * goes elsewhere; undefined for all others.
 */
export async function passingFault(
  { work, subjob, head }: FailedAttempt,
  { code, retryable }: Failure,
  { lostRoots, fullDisk, worker }: PassingFaults & { readonly worker: string },
): Promise<string | undefined> {
  // A quota that passes is the disk.
  const full = code === 'QUOTA_EXCEEDED' && retryable ? await fullDisk() : undefined;
  if (full !== undefined) return `Worker ${worker} cannot write: ${full} The work waits until there is room.`;
  const lost = await lostRoots();
  const needed = new Set([...rootsOf(work.data), ...(head.stages[subjob.stage]?.requires?.roots ?? [])]);
  const roots = lost.filter((name) => needed.has(name));
  if (roots.length === 0) return undefined;
  return `Worker ${worker} has lost its data root ${roots.join(', ')}; the work waits until it is back, or goes elsewhere.`;
}
