export interface ReadEvent {
  readonly id?: string;
  readonly event: string;
  readonly data: unknown;
}

/** Reads server-sent events one by one. */
export interface EventReader {
  /** The next event; waits for it. Throws when the stream has ended. */
  next(): Promise<ReadEvent>;
  /** Characters read so far. */
  readonly length: number;
  close(): Promise<void>;
}

/** Opens an event stream and waits until it answers. */
export async function readEvents(url: string, headers: Record<string, string> = {}): Promise<EventReader> {
  const answer = await fetch(url, { headers });
  if (!answer.ok || answer.body === null) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  let length = 0;
  return {
    get length() {
      return length;
    },
    async next() {
      for (;;) {
        const end = text.indexOf('\n\n');
        if (end >= 0) {
          const block = text.slice(0, end);
          text = text.slice(end + 2);
          if (!block.startsWith(':')) return parseEvent(block);
          continue;
        }
        const { value, done } = await reader.read();
        if (done) throw new Error('the event stream has ended');
        text += value;
        length += value.length;
      }
    },
    close: () => reader.cancel(),
  };
}

function parseEvent(block: string): ReadEvent {
  const fields = new Map(
    block.split('\n').map((line): [string, string] => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), line.slice(colon + 2)];
    }),
  );
  const id = fields.get('id');
  const data: unknown = JSON.parse(fields.get('data') ?? 'null');
  return { event: fields.get('event') ?? 'message', data, ...(id !== undefined && { id }) };
}
