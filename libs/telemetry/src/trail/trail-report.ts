import type { TrailHead } from './trail-entry.js';

/** What does not fit, by place and cause. */
export interface TrailProblem {
  /** Name of the file; of the trail where it is no single one. */
  readonly file: string;
  /** Number of the line, from 1 on. */
  readonly line?: number;
  readonly cause: string;
}

export interface TrailReport {
  readonly trails: readonly TrailSummary[];
  readonly problems: readonly TrailProblem[];
  /** What is as it may be, and should be known. */
  readonly notes: readonly TrailProblem[];
}

/** Where a trail stood, and who says so. */
export interface Witnessed extends TrailHead {
  /** Name of the trail that has noted it, or of the file with the heads that were kept elsewhere. */
  readonly by: string;
  readonly at?: string;
}

export interface TrailSummary {
  readonly trail: string;
  readonly files: number;
  readonly lines: number;
  /** Times of its first and last line. */
  readonly from?: string;
  readonly to?: string;
  /** Where it stands: kept elsewhere, it proves later that nothing before has changed. */
  readonly head?: TrailHead;
  /**
   * `ended`: its process has said so. `running`: its process is at work. `killed`: it ended otherwise, and a trail that began
   * later has seen this end. `open`: which of these cannot be told.
   */
  readonly state: 'ended' | 'running' | 'killed' | 'open';
  /** Whether its lines were sealed with a key. */
  readonly sealed: boolean;
}

/** Who has seen a line, in words. */
export function wordsOf({ by, at }: Witnessed): string {
  return at === undefined ? by : `${by}, on ${at},`;
}

/** Things by what they have in common. */
export function groupedBy<T, K>(things: readonly T[], keyOf: (thing: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const thing of things) {
    const group = groups.get(keyOf(thing));
    if (group === undefined) groups.set(keyOf(thing), [thing]);
    else group.push(thing);
  }
  return groups;
}
