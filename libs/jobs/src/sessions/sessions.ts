import { defaultProject, RondelError } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import { guarded, sparedAnswers } from '../redis/connection.js';
import { DamagedRecord, isOfOtherType, type Damage } from '../stored/stored.js';
import { LaterVersion } from '../stored/versions.js';
import { keys } from '../redis/keys.js';
import {
  appendToSession,
  compactSession,
  createSession,
  readSession,
  removeSession,
  type Entry,
} from './session-scripts.js';

/** One change of a session as its writer noted it down; the text means nothing here. */
export interface SessionRecord {
  readonly version: number;
  readonly text: string;
}

/** What happened to a session after a version that the reader knows. */
export interface SessionNews {
  readonly version: number;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** Present when the log does not reach back to what the reader knows: begin anew with this. */
  readonly snapshot?: SessionRecord;
  /** Without a gap, oldest first, up to `version`. */
  readonly records: readonly SessionRecord[];
}

/** A session as lists have it. */
export interface ListedSession {
  readonly id: string;
  readonly version: number;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** What its maker noted down of it; the text means nothing here. */
  readonly about: string;
}

export interface NewSessionRecord {
  readonly snapshot: string;
  /** What its maker notes down of it for lists. */
  readonly about: string;
  readonly project: string;
  readonly submitter?: string | undefined;
}

export interface SessionPageQuery {
  readonly limit: number;
  /** Id of the last session of the page before. */
  readonly cursor?: string | undefined;
  /** Only those of this one; all unless given. */
  readonly project?: string | undefined;
}

export type AppendAnswer =
  | {
      readonly appended: true;
      readonly version: number;
      readonly expiresAt: number;
      /** Bytes of the log and number of its entries since the snapshot, and bytes of that. */
      readonly log: { readonly bytes: number; readonly entries: number; readonly snapshotBytes: number };
    }
  /** Somebody was faster; nothing changed. */
  | { readonly appended: false; readonly version: number };

export interface SessionLimits {
  /** A session that nobody uses for so long is gone. */
  readonly ttlMs: number;
  readonly mostSessions: number;
  /** Bytes of all sessions together, snapshots and logs; one may have a sixteenth of them. */
  readonly mostBytes: number;
}

export const sessionLimits: SessionLimits = { ttlMs: 24 * 3600 * 1000, mostSessions: 1000, mostBytes: 2 ** 28 };

/** Of the bytes of all sessions. */
const shareOfOne = 1 / 16;

/**
 * Plan sessions in Redis, so that any API process can serve any of them: a snapshot, and a log of the changes since, in
 * which each change has the number of the version that it makes. Every call on a session puts off its end.
 */
export interface Sessions {
  /** Writes a session down as version 0. Throws `QUOTA_EXCEEDED` when there are as many, or as many bytes, as may be. */
  create(id: string, session: NewSessionRecord): Promise<SessionNews>;
  /** Newest first, the ones older than `cursor`. Puts off the end of none. */
  list(page: SessionPageQuery): Promise<{ sessions: ListedSession[]; cursor?: string }>;
  /** The project that it belongs to; undefined where there is none. Does not put off its end. */
  owner(id: string): Promise<string | undefined>;
  /** What happened after a version; all without one. Throws `NOT_FOUND`. */
  read(id: string, after?: number): Promise<SessionNews>;
  /**
   * Appends a change if the session still is at the expected version, and wakes who listens. Throws `NOT_FOUND`, and
   * `QUOTA_EXCEEDED` when there are as many bytes as may be.
   */
  append(id: string, expected: number, record: string): Promise<AppendAnswer>;
  /** Replaces the snapshot by that of a later version and shortens the log. Harmless when done twice. */
  compact(id: string, snapshot: SessionRecord): Promise<void>;
  /** Throws `NOT_FOUND`. */
  remove(id: string): Promise<void>;
  /** Notes that what a session holds is not what its maker has written; what to throw to whoever asked for it. */
  damaged(id: string, reason: string): RondelError;
  /** The same of one that a later version has written, which stays as it is. */
  later(id: string, error: LaterVersion): LaterVersion;
}

/** @param clock By that of Redis, as several APIs keep sessions. */
export function openSessions(
  { redis, damage }: { readonly redis: Redis; readonly damage: Damage },
  clock: () => number,
  { ttlMs, mostSessions, mostBytes }: SessionLimits = sessionLimits,
): Sessions {
  const damaged = (id: string, reason: string) => {
    damage.note('plan session', id, reason);
    return new RondelError(
      'NOT_FOUND',
      `Plan session ${id} is damaged: ${reason}. Delete it with DELETE /v1/plans/${id} and make a new one with POST /v1/plans.`,
    );
  };
  const said = <Answer>(id: string, answer: Promise<Answer>): Promise<Answer> =>
    guarded(answer).catch((error: unknown) => {
      const { session, log, snapshot } = keysOf(id);
      throw [session, log, snapshot].some((key) => isOfOtherType(error, key)) ? damaged(id, String(error)) : error;
    });
  const bytes = { mostBytes, mostBytesOfOne: Math.ceil(mostBytes * shareOfOne) };
  return {
    async create(id, { snapshot, about, project, submitter = '' }) {
      const now = clock();
      const args = { id, now, keptMs: ttlMs, mostSessions, text: snapshot, about, project, submitter, ...bytes };
      const answer = await said(id, createSession.run(redis, { keys: keysOf(id), args }));
      if (answer === 'created') return { version: 0, createdAt: now, expiresAt: now + ttlMs, records: [] };
      requireBytes(answer, bytes);
      throw new RondelError(
        'QUOTA_EXCEEDED',
        `There are ${mostSessions} plan sessions already (rondel api --max-sessions). Delete some with DELETE /v1/plans/{id}, or wait until unused ones expire.`,
        { details: { limit: 'sessions', most: mostSessions } },
      );
    },

    list: (page) => listSessions({ redis, damage }, page, clock()),

    async owner(id) {
      const [version, project] = await said(id, redis.hmget(keys.session(id), 'version', 'project'));
      return typeof version === 'string' ? (project ?? defaultProject) : undefined;
    },

    async read(id, after = -1) {
      const now = clock();
      const args = { id, now, keptMs: ttlMs, known: after };
      const answer = await said(id, readSession.run(redis, { keys: keysOf(id), args }));
      if (answer === 'missing') throw sessionNotFound(id);
      const [version, createdAt, from, snapshot, entries] = answer;
      if (entries === undefined || ![version, createdAt].map(Number).every(Number.isInteger)) {
        throw damaged(id, 'its snapshot is not there, or its version or its time is no number');
      }
      return {
        version: Number(version),
        createdAt: Number(createdAt),
        expiresAt: now + ttlMs,
        records: entries.map(recordOf),
        ...(from !== '' && { snapshot: { version: Number(from), text: snapshot } }),
      };
    },

    async append(id, expected, record) {
      const now = clock();
      const args = { id, now, keptMs: ttlMs, expected, record, channel: keys.news, ...bytes };
      const answer = await said(id, appendToSession.run(redis, { keys: keysOf(id), args }));
      requireBytes(answer, bytes);
      if (!Array.isArray(answer)) throw sessionNotFound(id);
      const [appended = 0, version = 0, logBytes = 0, snapshotBytes = 0, entries = 0] = answer.map(Number);
      if (appended === 0) return { appended: false, version };
      return { appended: true, version, expiresAt: now + ttlMs, log: { bytes: logBytes, entries, snapshotBytes } };
    },

    async compact(id, { version, text }) {
      const args = { id, now: clock(), keptMs: ttlMs, version, text };
      await said(id, compactSession.run(redis, { keys: keysOf(id), args }));
    },

    damaged,
    later(id, error) {
      damage.noteLater('plan session', id, error);
      return new LaterVersion(`plan session ${id}`, error.version, error.known);
    },

    async remove(id) {
      const removal = { keys: keysOf(id), args: { id, channel: keys.news } };
      if (!(await said(id, removeSession.run(redis, removal)))) throw sessionNotFound(id);
    },
  };
}

function keysOf(id: string) {
  return {
    session: keys.session(id),
    log: keys.sessionLog(id),
    snapshot: keys.sessionSnapshot(id),
    sessions: keys.sessions,
    sizes: keys.sessionBytes,
  };
}

/** Throws `QUOTA_EXCEEDED` where a script has refused what would be too much. */
function requireBytes(
  answer: unknown,
  { mostBytes, mostBytesOfOne }: { readonly mostBytes: number; readonly mostBytesOfOne: number },
): void {
  if (answer !== 'bytes' && answer !== 'bytesOfOne') return;
  const [who, most] =
    answer === 'bytes' ? ['All plan sessions together', mostBytes] : ['One plan session', mostBytesOfOne];
  throw new RondelError(
    'QUOTA_EXCEEDED',
    `${who} may have ${most} bytes, and with this would have more (rondel api --max-session-bytes is for all, a sixteenth of it for one). Put large arrays into files, or delete sessions with DELETE /v1/plans/{id}.`,
    { details: { limit: 'sessionBytes', maxBytes: most } },
  );
}

async function listSessions(
  { redis, damage }: { readonly redis: Redis; readonly damage: Damage },
  { limit, cursor, project }: SessionPageQuery,
  now: number,
): Promise<{ sessions: ListedSession[]; cursor?: string }> {
  // At most `mostSessions`, in the order in which they expire; their ids sort by creation.
  const ids = (await guarded(redis.zrangebyscore(keys.sessions, now, '+inf'))).sort().reverse();
  const after = cursor === undefined ? ids : ids.filter((id) => id < cursor);
  const rest = project === undefined ? after : await ofProject({ redis, damage }, after, project);
  const shown = rest.slice(0, limit);
  const found = await Promise.all(
    shown.map(async (id) => {
      const session = await damage.spareAnswer('plan session', id, listed(redis, id));
      return session && damage.spare('plan session', id, () => checkedNumbers(session));
    }),
  );
  const last = rest.length > limit ? shown.at(-1) : undefined;
  return { sessions: found.filter((session) => session !== undefined), ...(last !== undefined && { cursor: last }) };
}

async function ofProject(
  { redis, damage }: { readonly redis: Redis; readonly damage: Damage },
  ids: readonly string[],
  project: string,
): Promise<string[]> {
  const line = redis.pipeline();
  for (const id of ids) line.hget(keys.session(id), 'project');
  const owners = await sparedAnswers<string | null>(line, (index, error) =>
    damage.note('plan session', ids[index] ?? '', error.message),
  );
  return ids.filter((_, index) => (owners[index] ?? defaultProject) === project);
}

/** Nothing for a session that has just ended. */
async function listed(redis: Redis, id: string): Promise<ListedSession | undefined> {
  const [facts, expiresAt] = await Promise.all([
    guarded(redis.hmget(keys.session(id), 'version', 'createdAt', 'about')),
    guarded(redis.zscore(keys.sessions, id)),
  ]);
  const [version, createdAt, about] = facts;
  if (version == null || createdAt == null || about == null || expiresAt === null) return undefined;
  return { id, version: Number(version), createdAt: Number(createdAt), expiresAt: Number(expiresAt), about };
}

/** Throws `DamagedRecord`. */
function checkedNumbers(session: ListedSession): ListedSession {
  const { version, createdAt, expiresAt } = session;
  if ([version, createdAt, expiresAt].every(Number.isInteger)) return session;
  throw new DamagedRecord('its version or its times are no numbers');
}

function recordOf([id, [, text]]: Entry): SessionRecord {
  return { version: Number.parseInt(id, 10), text };
}

export function sessionNotFound(id: string): RondelError {
  return new RondelError(
    'NOT_FOUND',
    `There is no plan session ${id}. It may have expired or been deleted; make a new one with POST /v1/plans.`,
  );
}
