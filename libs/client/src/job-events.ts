import { isTerminal, type JobEvent } from '@rondel/contracts';
import { call } from './call.js';
import type { Connection } from './connection.js';
import type { StreamMessage } from './event-stream.js';
import { resumedStream } from './resumed-stream.js';

export interface EventOptions {
  readonly signal?: AbortSignal | undefined;
  /** Id of the last event that is known already; the stream goes on after it. @default none: from the first event */
  readonly lastEventId?: string | undefined;
}

/** An event of a job with the id to resume after. */
export type ReceivedEvent = JobEvent & { readonly id?: string };

/**
 * The events of a job until it has ended, over any number of connections: a stream that breaks is opened again after
 * the last event that arrived. A job that ran several times has a `result` event for each run.
 *
 * Throws `NOT_FOUND` for an unknown job, and `SERVICE_UNAVAILABLE` when the server stays away.
 */
export async function* jobEvents(
  connection: Connection,
  id: string,
  { signal, lastEventId }: EventOptions = {},
): AsyncGenerator<ReceivedEvent> {
  const path = `/v1/jobs/${encodeURIComponent(id)}/events`;
  const isOver = async () => isTerminal((await call(connection, 'get /v1/jobs/{id}', { path: { id }, signal })).state);
  for await (const message of resumedStream(connection, { path, signal, lastEventId }, isOver)) {
    const event = jobEvent(message);
    if (event !== undefined) yield event;
  }
}

const knownEvents: ReadonlySet<string> = new Set<JobEvent['type']>([
  'state',
  'progress',
  'preview',
  'warning',
  'log',
  'result',
]);

/** The message as an event of a job; nothing for kinds of events that this client does not know. */
function jobEvent({ event, data, id }: StreamMessage): ReceivedEvent | undefined {
  if (!knownEvents.has(event)) return undefined;
  // The server's schema fixes the data of each kind of event.
  return { type: event, data: JSON.parse(data) as unknown, ...(id !== undefined && { id }) } as ReceivedEvent;
}
