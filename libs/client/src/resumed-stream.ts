import { RondelError } from '@rondel/contracts';
import { attempt, type Connection, type RequestOptions } from './connection.js';
import { readEventStream, type StreamMessage } from './event-stream.js';

export interface StreamRequest {
  readonly path: string;
  readonly query?: RequestOptions['query'];
  readonly signal?: AbortSignal | undefined;
  /** Id of the last event that is known already; the stream goes on after it. */
  readonly lastEventId?: string | undefined;
  /** Longest line that is accepted, in characters. */
  readonly longestLine?: number;
}

/** How often in a row a broken stream is opened again before the client gives up. */
const allowedReconnections = 6;
const firstPauseMilliseconds = 250;

/**
 * The messages of an event stream over any number of connections: one that breaks or ends is opened again after the last
 * message that arrived, unless `isOver` says that there is nothing more to come.
 *
 * Throws `SERVICE_UNAVAILABLE` when the server stays away, and what else the server answers.
 */
export async function* resumedStream(
  connection: Connection,
  { lastEventId, ...request }: StreamRequest,
  isOver: () => Promise<boolean>,
): AsyncGenerator<StreamMessage> {
  const { signal } = request;
  let last = lastEventId;
  for (let failures = 0; ;) {
    try {
      for await (const message of openStream(connection, { ...request, lastEventId: last })) {
        failures = 0;
        last = message.id ?? last;
        yield message;
      }
      if (await isOver()) return;
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
  { path, query, signal, lastEventId, longestLine }: StreamRequest,
): AsyncGenerator<StreamMessage> {
  const response = await connection.send(path, {
    ...(query && { query }),
    headers: {
      accept: 'text/event-stream',
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    },
    signal,
  });
  if (response.body === null) return;
  const messages = readEventStream(response.body, longestLine);
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

function isConnectionLoss(error: unknown): boolean {
  return error instanceof RondelError && error.code === 'SERVICE_UNAVAILABLE';
}

function endless(url: string): RondelError {
  return new RondelError(
    'SERVICE_UNAVAILABLE',
    `The server at ${url} ended the event stream ${allowedReconnections + 1} times in a row without an event. Look at its log.`,
  );
}

export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
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
