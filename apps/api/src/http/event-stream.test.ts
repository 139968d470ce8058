import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fastify } from 'fastify';
import { Counter } from 'prom-client';
import { expect, it } from 'vitest';
import { sendEvents } from './event-stream.js';
import { registerLeaving } from '../plugins/leaving.js';

it('O7: lets go and counts readers of events that take nothing, and holds little for them', async () => {
  const slow = new Counter({ name: 'slow', help: 'Slow readers.', registers: [] });
  const counted = async () => (await slow.get()).values[0]?.value;
  let made = 0;
  const app = fastify();
  registerLeaving(app, { leave: () => undefined }, 1000);
  app.decorate('slowReaders', slow);
  app.decorate('endWithAccess', () => undefined);
  async function* lines(): AsyncGenerator<string> {
    for (;;) {
      made += 2 ** 16;
      yield await Promise.resolve(`: ${'x'.repeat(2 ** 16)}\n\n`);
    }
  }
  app.get('/events', (_request, reply) => sendEvents(reply, lines(), { slowestMs: 300 }));
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  const reader = connect(Number(port), '127.0.0.1');
  await once(reader, 'connect');
  reader.pause();
  reader.write('GET /events HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n');
  const deadline = performance.now() + 10_000;
  while ((await counted()) === 0 && performance.now() < deadline) await sleep(50);
  expect(await counted()).toBe(1);
  const before = made;
  await sleep(200);
  expect(made).toBe(before);
  expect(made).toBeLessThan(64 * 2 ** 20);
  reader.destroy();
  await app.close();
});
