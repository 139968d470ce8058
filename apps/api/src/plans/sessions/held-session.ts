import { DamagedRecord, type SessionNews } from '@rondel/jobs';
import { formatPath, valueAt, type WatchedPlan, type Place, type PlanChange, type PlanNode } from '@rondel/plan';
import { parseEntry, parseSnapshot, type SessionEntry, type SessionSnapshot } from './session-text.js';

/** One or more changes of a session, and the plan after them. */
export interface SessionStep {
  readonly version: number;
  readonly changes: readonly PlanChange[];
  readonly tree: PlanNode;
  /** The plan before them. */
  readonly before: PlanNode;
  /** Nodes that were cleared. */
  readonly cleared: readonly Place[];
}

/** Makes the plan of a snapshot live. */
export type OpenLive = (snapshot: SessionSnapshot, version: number) => WatchedPlan;

interface MadeChange extends SessionEntry {
  readonly version: number;
  /** Length of its text. */
  readonly bytes: number;
}

/** A session that this process has in memory, perhaps a few changes behind. */
export interface HeldSession {
  readonly plan: WatchedPlan;
  /** About how much memory it takes. */
  readonly bytes: number;
  /** Applies what happened after a version; what is known already is skipped. Throws `DamagedRecord`. */
  catchUp(news: SessionNews, after: number): void;
  /** Takes one change that was appended to the log, unless it is known already. */
  take(change: MadeChange): void;
  /** The steps after a version; `undefined` when they are not kept any more. */
  since(version: number): readonly SessionStep[] | undefined;
  /** Changes of the past as one, with what is there now. */
  merged(entries: readonly SessionEntry[]): SessionStep;
  /** Works one after the other: clients of one process don't compete with each other. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

/** What is kept of the past, for those who watch. Trees share what did not change. */
const keptSteps = { count: 256, bytes: 8 * 2 ** 20 };

/** The plan of a session as its snapshot has it; `catchUp` with the same news makes it the present one. */
export function openHeldSession(news: SessionNews, openLive: OpenLive): HeldSession {
  const { plan, bytes } = begin(news, openLive);
  const held = holdSession(plan, { bytes, openLive });
  held.catchUp(news, plan.version);
  return held;
}

function begin({ snapshot }: SessionNews, openLive: OpenLive): { plan: WatchedPlan; bytes: number } {
  if (snapshot === undefined) throw new DamagedRecord('its snapshot is not there');
  return { plan: openLive(parseSnapshot(snapshot.text), snapshot.version), bytes: snapshot.text.length };
}

export function holdSession(first: WatchedPlan, options: { bytes: number; openLive: OpenLive }): HeldSession {
  let plan = first;
  let { bytes } = options;
  let steps: (SessionStep & { readonly bytes: number })[] = [];
  let turn: Promise<unknown> = Promise.resolve();

  const take = (change: MadeChange) => {
    if (change.version !== plan.version + 1) return;
    const before = plan.tree;
    plan.apply(change.changes, change.released);
    const changes = change.changes.map((one) => (one.same ? { ...one, value: valueAt(plan.tree, one.at) } : one));
    const cleared = change.cleared === undefined ? [] : [change.cleared];
    steps.push({ version: change.version, changes, tree: plan.tree, before, cleared, bytes: change.bytes });
    bytes += change.bytes;
    let kept = steps.reduce((sum, step) => sum + step.bytes, 0);
    while (steps.length > keptSteps.count || (kept > keptSteps.bytes && steps.length > 1)) {
      kept -= steps.shift()?.bytes ?? 0;
    }
  };
  /** Changes of somebody else fit the plan, or the log is not what was written. */
  const takeWritten = (change: MadeChange) => {
    try {
      take(change);
    } catch (error) {
      throw new DamagedRecord(`its change ${change.version} does not fit its plan`, { cause: error });
    }
  };
  return {
    get plan() {
      return plan;
    },
    get bytes() {
      return bytes;
    },
    catchUp(news, after) {
      // Ahead of Redis is who has seen changes that Redis lost when it was restored from an older file.
      const lost = after > news.version;
      if (news.snapshot && (lost || news.snapshot.version > plan.version)) {
        ({ plan, bytes } = begin(news, options.openLive));
        steps = [];
      }
      for (const { version, text } of news.records) {
        if (version > plan.version) takeWritten({ ...parseEntry(text), version, bytes: text.length });
      }
    },
    take,
    since(version) {
      if (version === plan.version) return [];
      const [oldest] = steps;
      return oldest !== undefined && oldest.version <= version + 1
        ? steps.filter((step) => step.version > version)
        : undefined;
    },
    merged(entries) {
      const places = new Map(entries.flatMap(({ changes }) => changes.map(({ at }) => [formatPath(at), at] as const)));
      const changes = [...places.values()].map((at) => ({ at, value: valueAt(plan.tree, at) }));
      const cleared = entries.flatMap((entry) => (entry.cleared === undefined ? [] : [entry.cleared]));
      return { version: plan.version, changes, tree: plan.tree, before: plan.tree, cleared };
    },
    async inTurn(work) {
      const mine = turn.then(work, work);
      // Who asked for the work hears how it failed; the next one only waits for its end.
      turn = mine.catch(() => undefined);
      return mine;
    },
  };
}
