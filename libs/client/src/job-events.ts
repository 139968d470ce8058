import { isTerminal, RondelError, type Job, type JobEvent } from '@rondel/contracts';
import { attempt, type Connection } from './connection.js';
import { readEventStream, type StreamMessage } from './event-stream.js';

export interface EventOptions {
  readonly signal?: AbortSignal | undefined;
  /** Id of the last event that is known already; the stream goes on after it. */
  readonly lastEventId?: string | undefined;
}

/** An event of a job with the id to resume after. */
export type ReceivedEvent = JobEvent & { readonly id?: string };

/** How often in a row a broken stream is opened again before the client gives up. */
const allowedReconnections = 6;
const firstPauseMilliseconds = 250;
const knownEvents: readonly JobEvent['type'][] = ['state', 'progress', 'preview', 'log', 'result'];

/**
 * The events of a job until it has ended, over any number of connections: a stream that breaks is opened again after
 * the last event that arrived. A job that ran several times has a `result` event for each run.
 *
 * @param path Path of the job itself.
 *
 * Throws `NOT_FOUND` for an unknown job, and `SERVICE_UNAVAILABLE` when the server stays away.
 */
export async function* jobEvents(
  connection: Connection,
  path: string,
  { signal, lastEventId }: EventOptions = {},
): AsyncGenerator<ReceivedEvent> {
  let last = lastEventId;
  for (let failures = 0; ;) {
    try {
      for await (const message of openStream(connection, `${path}/events`, { signal, lastEventId: last })) {
        failures = 0;
        last = message.id ?? last;
        const event = jobEvent(message);
        if (event !== undefined) yield event;
      }
      const { state } = (await connection.json(path, { signal })) as Job;
      if (isTerminal(state)) return;
      failures += 1;
      if (failures > allowedReconnections) throw endless(connection.url);
    } catch (error) {
      failures += 1;
      if (signal?.aborted === true || !isConnectionLoss(error) || failures > allowedReconnections) throw error;
    }
    await pause(Math.min(firstPauseMilliseconds * 2 ** (failures - 1), 5000), signal);
  }
}

async function* openStream(
  connection: Connection,
  path: string,
  { signal, lastEventId }: EventOptions,
): AsyncGenerator<StreamMessage> {
  const response = await connection.send(path, {
    headers: {
      accept: 'text/event-stream',
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    },
    signal,
  });
  if (response.body === null) return;
  const messages = readEventStream(response.body);
  try {
    for (;;) {
      const next = await attempt(() => messages.next(), connection.url, signal);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await messages.return(undefined);
  }
}

/** The message as an event of a job; nothing for kinds of events that this client does not know. */
function jobEvent({ event, data, id }: StreamMessage): ReceivedEvent | undefined {
  if (!knownEvents.some((known) => known === event)) return undefined;
  // The server's schema fixes the data of each kind of event.
  return { type: event, data: JSON.parse(data) as unknown, ...(id !== undefined && { id }) } as ReceivedEvent;
}

function isConnectionLoss(error: unknown): boolean {
  return error instanceof RondelError && error.code === 'SERVICE_UNAVAILABLE';
}

function endless(url: string): RondelError {
  return new RondelError(
    'SERVICE_UNAVAILABLE',
    `The server at ${url} ended the event stream ${allowedReconnections + 1} times in a row without an event. Look at its log.`,
  );
}

function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason instanceof Error ? signal.reason : new RondelError('CANCELLED', 'Waiting was given up.'));
    };
    if (signal?.aborted === true) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
