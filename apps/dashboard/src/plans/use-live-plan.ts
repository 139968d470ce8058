import type { LivePlan, PlanEvent, Rondel } from '@rondel/client';
import { planFromTree, type PlanNode } from '@rondel/plan';
import pRetry from 'p-retry';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { untilServerIsBack } from '../server/until-server-is-back.js';
import { useServer } from '../server/server-context.js';
import { withChange } from './with-change.js';

const longestLog = 100;

/** Something that was set while the page was open. */
export interface LoggedChange {
  readonly version: number;
  readonly path: string;
  /** As in the tree; `undefined` when it was made missing. */
  readonly value: unknown;
}

/** A plan on the server as it is now. */
export interface OpenPlan {
  readonly live: LivePlan;
  readonly tree: PlanNode;
  readonly version: number;
  /** The latest first. */
  readonly changes: readonly LoggedChange[];
}

export interface LivePlanState {
  readonly open: OpenPlan | undefined;
  /** What ended the watching: the session is gone, or was never there. */
  readonly error: unknown;
}

/** Opens a live plan and follows what anybody does to it. */
export function useLivePlan(id: string): LivePlanState {
  const server = useServer();
  const [open, setOpen] = useState<OpenPlan>();
  const [error, setError] = useState<unknown>();
  const [round, setRound] = useState(0);
  const again = useCallback(() => setRound((now) => now + 1), []);
  useEffect(() => {
    const leaving = new AbortController();
    const take = (event: PlanEvent) => {
      if (event.type === 'restart') again();
      else setOpen((now) => now && applied(now, event, again));
    };
    follow({ server, id, signal: leaving.signal, onOpen: setOpen, onEvent: take }).catch((reason: unknown) => {
      if (!leaving.signal.aborted) setError(reason);
    });
    return () => leaving.abort();
  }, [server, id, round, again]);
  return { open, error };
}

type Change = Extract<PlanEvent, { type: 'change' }>;

/** What does not fit the tree that this page has makes it read the plan again. */
function applied(open: OpenPlan, { version, path, value, missing }: Change, again: () => void): OpenPlan {
  const tree = withChange(open.tree, { path, value, missing: missing === true });
  if (tree === undefined) again();
  const changes = [{ version, path, value }, ...open.changes].slice(0, longestLog);
  return { ...open, tree: tree ?? open.tree, version: Math.max(version, open.version), changes };
}

interface Following {
  readonly server: Rondel;
  readonly id: string;
  readonly signal: AbortSignal;
  readonly onOpen: (change: (before: OpenPlan | undefined) => OpenPlan) => void;
  readonly onEvent: (event: PlanEvent) => void;
}

/** Rejects when the session is gone; a server that is away is asked again. */
function follow({ server, id, signal, onOpen, onEvent }: Following): Promise<never> {
  const followOnce = async () => {
    const live = await server.plan({ session: id }, { signal });
    // Changes between the two calls are told again, with the values that the tree has already.
    const { version } = live;
    const tree = planFromTree(await live.tree({ signal }));
    onOpen((before) => ({ live, tree, version, changes: before?.changes ?? [] }));
    return new Promise<never>((_, reject) => live.on(onEvent, { signal, onError: reject }));
  };
  return pRetry(followOnce, { ...untilServerIsBack, signal });
}
