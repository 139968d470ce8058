import { RondelError, type SessionProperty } from '@rondel/contracts';
import type { StreamMessage } from '../event-stream.js';
import { resumedStream } from '../resumed-stream.js';
import type { ValueTransform, WatchOptions } from './plan-property.js';
import type { OpenSession } from './session.js';

/** Something that happened to a session: a property changed, or so much that the plan has to be read again. */
export type PlanEvent =
  ({ readonly type: 'change' } & SessionProperty) | { readonly type: 'restart'; readonly version: number };

export interface Watch extends WatchOptions<ValueTransform | undefined> {
  /** Path of the property or node; the whole plan without. */
  readonly property?: string;
}

/** Values may be as large as the server takes them. */
const longestLine = 256 * 2 ** 20;

/** Calls the listener for everything that happens after what the session has seen, until the returned function is called. */
export function watchSession(session: OpenSession, watch: Watch, listener: (event: PlanEvent) => void): () => void {
  const { onError = rejectUnhandled, signal: given } = watch;
  const ending = new AbortController();
  const signal = AbortSignal.any([ending.signal, session.left, ...(given ? [given] : [])]);
  const notify = (event: PlanEvent) => {
    try {
      listener(event);
    } catch (error) {
      onError(error);
    }
  };
  follow(session, { ...watch, signal }, notify).catch((error: unknown) => {
    if (!signal.aborted) onError(error);
  });
  return () => ending.abort();
}

async function follow(
  session: OpenSession,
  { property, transform, signal }: Watch,
  notify: (event: PlanEvent) => void,
): Promise<void> {
  const request = {
    path: `/v1/plans/${encodeURIComponent(session.id)}/events`,
    query: { property, transform },
    lastEventId: String(session.version),
    signal,
    longestLine,
  };
  for await (const message of resumedStream(session.connection, request, () => Promise.resolve(false))) {
    if (signal?.aborted === true) return;
    // A node around it was cleared; as in Julia, its observers are gone with that.
    if (message.event === 'cleared') return;
    const event = planEvent(message);
    if (event === undefined) continue;
    session.saw(event);
    notify(event);
  }
}

/** Nothing for kinds of events that this client does not know. Throws `NOT_FOUND` for the last one of a session. */
function planEvent({ event, data }: StreamMessage): PlanEvent | undefined {
  // The server's schema fixes the data of each kind of event.
  if (event === 'change') return { type: 'change', ...(JSON.parse(data) as SessionProperty) };
  if (event === 'restart') return { type: 'restart', version: (JSON.parse(data) as { version: number }).version };
  if (event !== 'end') return undefined;
  throw new RondelError('NOT_FOUND', (JSON.parse(data) as { reason: string }).reason);
}

/** An error that nobody asked for must still be seen: as an unhandled rejection it ends a Node.js process. */
function rejectUnhandled(error: unknown): void {
  void Promise.reject(error instanceof Error ? error : new Error(String(error)));
}
