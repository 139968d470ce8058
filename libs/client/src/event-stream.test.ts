import { expect, test } from 'vitest';
import { readEventStream } from './event-stream.js';

async function messagesOf(...chunks: string[]) {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk));
      controller.close();
    },
  });
  const messages = [];
  for await (const message of readEventStream(body)) messages.push(message);
  return messages;
}

test('a message may arrive in any pieces, also with line ends of two characters cut apart', async () => {
  const messages = await messagesOf('event: sta', 'te\r', '\ndata: {"a":', '1}\r\n', '\r', '\n');
  expect(messages).toEqual([{ event: 'state', data: '{"a":1}', id: undefined }]);
});

test('comments are skipped, data lines are joined and an id stays until the next one', async () => {
  const messages = await messagesOf(': beat\n\nid: 4\ndata: one\ndata:two\n\ndata: three\n\n');
  expect(messages).toEqual([
    { event: 'message', data: 'one\ntwo', id: '4' },
    { event: 'message', data: 'three', id: '4' },
  ]);
});

test('a message without data and one that the end of the stream cuts off are dropped', async () => {
  expect(await messagesOf('event: state\n\ndata: cut off')).toEqual([]);
});

test('a character of several bytes may be cut by a chunk', async () => {
  const bytes = new TextEncoder().encode('data: λ\n\n');
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes.slice(0, 7));
      controller.enqueue(bytes.slice(7));
      controller.close();
    },
  });
  const first = await readEventStream(body).next();
  expect(first.value).toMatchObject({ data: 'λ' });
});

test('an endless line is refused', async () => {
  await expect(messagesOf('data: ', 'x'.repeat(2 ** 20))).rejects.toThrow(RangeError);
});

test('a long line that comes in many pieces is joined, whatever ends it', async () => {
  const pieces = Array.from({ length: 50 }, (_, index) => `${index},`);
  expect(await messagesOf('data: ', ...pieces, '\r', '\n', 'data: b\r', '\r')).toEqual([]);
  const messages = await messagesOf('data: ', ...pieces, '\r', '\n', 'data: b\r', '\r', ': end');
  expect(messages.map(({ data }) => data)).toEqual([`${pieces.join('')}\nb`]);
});
