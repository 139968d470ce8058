import { RondelError } from '@rondel/contracts';
import { attempt, type Connection, type RequestOptions } from './connection.js';
import { retried } from './retried.js';
import { readEventStream, type StreamMessage } from './event-stream.js';

export interface StreamRequest {
  readonly path: string;
  readonly query?: RequestOptions['query'];
  readonly signal?: AbortSignal | undefined;
  /** Id of the last event that is known already; the stream goes on after it. */
  readonly lastEventId?: string | undefined;
  /** Longest line that is accepted, in characters. @default 1048576 */
  readonly longestLine?: number;
}

/** A broken stream is opened again after 250 ms, twice as long each time up to 5 s; six times in a row before it is given up. */
const reconnecting = { retries: 6, minTimeout: 250, maxTimeout: 5000 };

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
  let broken: RondelError | undefined;
  /** The next message and those behind it; undefined when there is nothing more to come. */
  const nextMessages = async (attempt: number): Promise<Begun | undefined> => {
    // The break is the first failure: what follows on it waits.
    if (attempt === 1 && broken !== undefined) throw broken;
    const rest = openStream(connection, { ...request, lastEventId: last });
    const first = await rest.next();
    if (first.done !== true) return { first: first.value, rest };
    if (await isOver()) return undefined;
    throw endless(connection.url);
  };
  for (;;) {
    const begun = await retried(nextMessages, { ...reconnecting, isPassing: isConnectionLoss, signal });
    if (begun === undefined) return;
    try {
      last = begun.first.id ?? last;
      yield begun.first;
      for await (const message of begun.rest) {
        last = message.id ?? last;
        yield message;
      }
      if (await isOver()) return;
      broken = endless(connection.url);
    } catch (error) {
      if (signal?.aborted === true || !isConnectionLoss(error)) throw error;
      broken = error;
    } finally {
      await begun.rest.return(undefined);
    }
  }
}

interface Begun {
  readonly first: StreamMessage;
  readonly rest: AsyncGenerator<StreamMessage>;
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

function isConnectionLoss(error: unknown): error is RondelError {
  return error instanceof RondelError && error.code === 'SERVICE_UNAVAILABLE';
}

function endless(url: string): RondelError {
  return new RondelError(
    'SERVICE_UNAVAILABLE',
    `The server at ${url} ended the event stream ${reconnecting.retries + 1} times in a row without an event. Look at its log.`,
  );
}
