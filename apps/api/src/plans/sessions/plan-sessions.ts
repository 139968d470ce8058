import { RondelError, SessionSummarySchema, type SessionSummary } from '@rondel/contracts';
import {
  DamagedRecord,
  fromStored,
  LaterVersion,
  toStored,
  type ListedSession,
  type SessionNews,
  type SessionPageQuery,
  type Sessions,
} from '@rondel/jobs';
import {
  formatPath,
  parsePath,
  placeInPlan,
  type WatchedPlan,
  type Place,
  type PlanChange,
  type PlanEdit,
  type PlanNode,
} from '@rondel/plan';
import { ulid } from 'ulid';
import { holdSession, openHeldSession, type HeldSession, type OpenLive, type SessionStep } from './held-session.js';
import { createSessionCache } from './session-cache.js';
import { parseEntry, printEntry, printSnapshot } from './session-text.js';

/** A session as it is now. */
export interface SessionView {
  readonly id: string;
  readonly version: number;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** To be read; `edit` of the sessions changes it. */
  readonly plan: WatchedPlan;
}

/** A session as lists have it. */
export interface SessionFacts extends Omit<SessionView, 'plan'> {
  readonly plan: SessionSummary['plan'];
}

/** What a new session begins with. */
export interface NewPlan {
  readonly tree: PlanNode;
  /** Links that no longer follow. */
  readonly released?: readonly string[];
  /** The project that it belongs to. */
  readonly project: string;
  readonly submitter?: string | undefined;
  /** Of the built-in plan that it is. */
  readonly name?: string | undefined;
}

export interface SessionEdited {
  readonly id: string;
  readonly version: number;
  readonly expiresAt: number;
  /** Paths of what was set, links included. */
  readonly changed: readonly string[];
}

/**
 * Live plans that any API process can serve. Redis has the truth; a process keeps the trees it worked on lately and catches
 * up from the log, so that a call moves what has changed and not the plan.
 */
export interface PlanSessions {
  create(plan: NewPlan): Promise<SessionView>;
  /** Newest first, the ones older than `cursor`. */
  list(page: SessionPageQuery): Promise<{ sessions: SessionFacts[]; cursor?: string }>;
  /** Throws `NOT_FOUND`. */
  read(id: string): Promise<SessionView>;
  /**
   * Changes a session. With an expected version only that one is changed, else `CONFLICT` with `details.ifMatch`. Without,
   * the edit is done on the newest plan, again when somebody was faster. Throws as the edit does, and `NOT_FOUND`.
   */
  edit(id: string, edit: PlanEdit, expected?: number): Promise<SessionEdited>;
  /**
   * What happened after a version, oldest first; in one step when that was too long ago to tell each. `undefined` when it
   * is not known any more: begin anew with the plan. Throws `NOT_FOUND`.
   */
  since(id: string, version: number): Promise<readonly SessionStep[] | undefined>;
  /** Throws `NOT_FOUND`. */
  remove(id: string): Promise<void>;
}

/** How often an edit is tried again because another process was faster. */
const mostTries = 200;
/** The snapshot is written anew when the log has outgrown it, but not for small logs. */
const smallLog = { bytes: 256 * 1024, entries: 1000 };

export interface PlanSessionOptions {
  readonly openLive: OpenLive;
  readonly onError: (error: unknown) => void;
}

export function openPlanSessions(sessions: Sessions, { openLive, onError }: PlanSessionOptions): PlanSessions {
  const undamaged = <T>(id: string, read: () => T): T => {
    try {
      return read();
    } catch (error) {
      if (error instanceof LaterVersion) throw sessions.later(id, error);
      throw error instanceof DamagedRecord ? sessions.damaged(id, error.message) : error;
    }
  };
  const cache = createSessionCache(async (id) => {
    const news = await sessions.read(id);
    return undamaged(id, () => openHeldSession(news, openLive));
  });

  /** The session with everything that Redis knows of it. */
  const upToDate = async (id: string): Promise<{ held: HeldSession; news: SessionNews }> => {
    const held = await cache.get(id);
    try {
      const after = held.plan.version;
      const news = await sessions.read(id, after);
      undamaged(id, () => held.catchUp(news, after));
      return { held, news };
    } catch (error) {
      cache.drop(id);
      throw error;
    }
  };

  const compact = async (id: string, held: HeldSession) => {
    const { tree, released, version } = held.plan;
    await sessions.compact(id, { version, text: printSnapshot({ tree, released }) });
  };

  const tryEdit = async (id: string, edit: PlanEdit, expected: number | undefined) => {
    const { held } = await upToDate(id);
    const { plan } = held;
    const from = plan.version;
    if (expected !== undefined && expected !== from) throw stale(id, { expected, version: from });
    const { changes, state } = plan.preview(edit);
    const cleared = clearedBy(edit, plan);
    const text = printEntry({ changes, released: [...state.released], cleared });
    const answer = await sessions.append(id, from, text);
    if (!answer.appended) return undefined;
    held.take({ version: answer.version, changes, released: [...state.released], cleared, bytes: text.length });
    const { bytes, entries, snapshotBytes } = answer.log;
    if (bytes > Math.max(smallLog.bytes, snapshotBytes) || entries > smallLog.entries) {
      // The change is made; a log that stays long for a while only costs time.
      await compact(id, held).catch(onError);
    }
    return { id, version: answer.version, expiresAt: answer.expiresAt, changed: pathsOf(changes) };
  };

  return {
    async create({ tree, released = [], project, submitter, name }) {
      const id = ulid();
      const plan = openLive({ tree, released }, 0);
      const text = printSnapshot({ tree: plan.tree, released: plan.released });
      const about = { type: tree.type, ...(name !== undefined && { name }) } satisfies SessionSummary['plan'];
      const news = await sessions.create(id, {
        snapshot: text,
        about: toStored('plan session', about),
        project,
        submitter,
      });
      cache.put(id, holdSession(plan, { bytes: text.length, openLive }));
      return { id, version: 0, createdAt: news.createdAt, expiresAt: news.expiresAt, plan };
    },

    async list(page) {
      const { sessions: found, ...rest } = await sessions.list(page);
      const shown = found.map((session) => factsOf(session, sessions));
      return { ...rest, sessions: shown.filter((session) => session !== undefined) };
    },

    async read(id) {
      const { held, news } = await upToDate(id);
      return { id, version: held.plan.version, createdAt: news.createdAt, expiresAt: news.expiresAt, plan: held.plan };
    },

    async edit(id, edit, expected) {
      const held = await cache.get(id);
      return held.inTurn(async () => {
        for (let attempt = 0; attempt < mostTries; attempt += 1) {
          const edited = await tryEdit(id, edit, expected);
          if (edited) return edited;
        }
        throw new RondelError(
          'CONFLICT',
          `Others changed session ${id} each of the ${mostTries} times that this change was tried. Try again.`,
        );
      });
    },

    async since(id, version) {
      const { held } = await upToDate(id);
      if (version > held.plan.version) return undefined;
      const steps = held.since(version);
      if (steps) return steps;
      const { snapshot, records } = await sessions.read(id, version);
      if (snapshot) return undefined;
      return [held.merged(undamaged(id, () => records.map(({ text }) => parseEntry(text))))];
    },

    async remove(id) {
      cache.drop(id);
      await sessions.remove(id);
    },
  };
}

/** Nothing of one that others than this version have written, which is noted. */
function factsOf(
  { about, ...facts }: ListedSession,
  sessions: Pick<Sessions, 'damaged' | 'later'>,
): SessionFacts | undefined {
  try {
    return { ...facts, plan: fromStored('plan session', SessionSummarySchema.properties.plan, about) };
  } catch (error) {
    if (error instanceof LaterVersion) sessions.later(facts.id, error);
    else if (error instanceof DamagedRecord) sessions.damaged(facts.id, error.message);
    else throw error;
    return undefined;
  }
}

/** Where observers end with this edit, as those of a live plan in one process do. */
function clearedBy(edit: PlanEdit, { tree }: WatchedPlan): Place | undefined {
  if (edit.kind !== 'clear') return undefined;
  return edit.path === undefined || edit.path === '' ? [] : placeInPlan(tree, parsePath(edit.path));
}

function pathsOf(changes: readonly PlanChange[]): string[] {
  return changes.map(({ at }) => formatPath(at));
}

function stale(id: string, { expected, version }: { expected: number; version: number }): RondelError {
  return new RondelError(
    'CONFLICT',
    `Session ${id} is at version ${version}, not ${expected}: somebody changed it. Read it again and decide anew.`,
    { details: { ifMatch: expected, version } },
  );
}
