/** One message of a stream of server-sent events. */
export interface StreamMessage {
  /** Name of the event, `message` when the stream names none. */
  readonly event: string;
  readonly data: string;
  /** Last id seen on the stream, also by earlier messages. */
  readonly id: string | undefined;
}

/** Longest line that is accepted unless told; events of jobs are smaller than 4 KB. */
const usualLongestLine = 1_048_576;

interface Pending {
  event: string;
  data: string[];
}

/**
 * Reads server-sent events (HTML standard, section 9.2.6): comments and unknown fields are skipped, several `data`
 * lines are joined, a message without data is dropped, a message cut off by the end of the stream too.
 *
 * Throws a `RangeError` for a line of more characters than `longestLine`, 1 MiB unless told.
 */
export async function* readEventStream(
  body: ReadableStream<Uint8Array>,
  longestLine = usualLongestLine,
): AsyncGenerator<StreamMessage> {
  let pending: Pending = { event: '', data: [] };
  let id: string | undefined;
  for await (const line of readLines(body, longestLine)) {
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

async function* readLines(body: ReadableStream<Uint8Array>, longestLine: number): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  // Pieces of a line that has not ended yet; joined once, as a large value arrives in thousands of them.
  let begun: string[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const held = begun.at(-1)?.endsWith('\r') === true ? '\r' : '';
      if (held !== '') begun[begun.length - 1] = begun.at(-1)?.slice(0, -1) ?? '';
      const [first = '', ...others] = (held + decoder.decode(value, { stream: true })).split(/\r\n|\n|\r(?!$)/);
      begun.push(first);
      length += first.length;
      const rest = others.pop();
      if (rest !== undefined) {
        yield begun.join('');
        yield* others;
        begun = [rest];
        ({ length } = rest);
      }
      if (length > longestLine)
        throw new RangeError(`A line of the event stream is longer than ${longestLine} characters.`);
    }
  } finally {
    // Ends the request when the consumer stops early; the stream may have failed already.
    await reader.cancel().catch(() => undefined);
  }
}
