/** One message of a stream of server-sent events. */
export interface StreamMessage {
  /** Name of the event, `message` when the stream names none. */
  readonly event: string;
  readonly data: string;
  /** Last id seen on the stream, also by earlier messages. */
  readonly id: string | undefined;
}

/** Longest line that is accepted; our events are smaller than 4 KB. */
const longestLine = 1_048_576;

interface Pending {
  event: string;
  data: string[];
}

/**
 * Reads server-sent events (HTML standard, section 9.2.6): comments and unknown fields are skipped, several `data`
 * lines are joined, a message without data is dropped, a message cut off by the end of the stream too.
 *
 * Throws a `RangeError` for a line of more than 1 MiB.
 */
export async function* readEventStream(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamMessage> {
  let pending: Pending = { event: '', data: [] };
  let id: string | undefined;
  for await (const line of readLines(body)) {
    if (line === '') {
      if (pending.data.length > 0) yield { event: pending.event || 'message', data: pending.data.join('\n'), id };
      pending = { event: '', data: [] };
      continue;
    }
    const [field, value] = splitField(line);
    if (field === 'event') pending.event = value;
    if (field === 'data') pending.data.push(value);
    if (field === 'id' && !value.includes('\0')) id = value;
  }
}

/** A comment (a line that starts with a colon) is a field without a name. */
function splitField(line: string): [string, string] {
  const colon = line.indexOf(':');
  if (colon < 0) return [line, ''];
  const value = line.slice(colon + 1);
  return [line.slice(0, colon), value.startsWith(' ') ? value.slice(1) : value];
}

async function* readLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = (rest + decoder.decode(value, { stream: true })).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      if (rest.length > longestLine) throw new RangeError('A line of the event stream is longer than 1 MiB.');
      yield* lines;
    }
  } finally {
    // Ends the request when the consumer stops early; the stream may have failed already.
    await reader.cancel().catch(() => undefined);
  }
}
