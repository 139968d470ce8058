import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** One message of a stream of server-sent events. */
export interface StreamMessage {
  /** Name of the event, `message` when the stream names none. */
  readonly event: string;
  readonly data: string;
  /** Last id seen on the stream, also by earlier messages. */
  readonly id: string | undefined;
}

/** Longest line that is accepted unless told, in characters; events of jobs are smaller than 4 KB. */
const usualLongestLine = 1_048_576;

/**
 * Reads server-sent events (HTML standard, section 9.2.6): a message without data is dropped, one cut off by the end of the
 * stream too.
 *
 * Throws a `RangeError` for a line of more characters than `longestLine`, 1 MiB unless told.
 */
export async function* readEventStream(
  body: ReadableStream<Uint8Array>,
  longestLine = usualLongestLine,
): AsyncGenerator<StreamMessage> {
  const arrived: EventSourceMessage[] = [];
  const line = { isTooLong: false };
  const parser = createParser({
    onEvent: (message) => arrived.push(message),
    // Fields that nobody knows are skipped, as the standard has it.
    onError: ({ type }) => (line.isTooLong ||= type === 'max-buffer-size-exceeded'),
    maxBufferSize: longestLine,
  });
  let id: string | undefined;
  for await (const text of readText(body)) {
    parser.feed(text);
    for (const message of arrived.splice(0)) {
      id = message.id ?? id;
      yield { event: message.event ?? 'message', data: message.data, id };
    }
    if (line.isTooLong) throw new RangeError(`A line of the event stream is longer than ${longestLine} characters.`);
  }
}

/** A carriage return comes with what follows it: alone at the end of a piece, it may be half of a line end. */
async function* readText(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let held = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const text = held + decoder.decode(value, { stream: true });
      held = text.endsWith('\r') ? '\r' : '';
      yield text.slice(0, text.length - held.length);
    }
  } finally {
    // Ends the request when the consumer stops early; the stream may have failed already.
    await reader.cancel().catch(() => undefined);
  }
}
