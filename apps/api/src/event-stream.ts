import { Readable } from 'node:stream';
import type { News } from '@rondel/jobs';
import type { FastifyReply } from 'fastify';

/** Keeps proxies from closing a silent connection. */
const keepAliveMs = 15_000;

/** A line that readers skip. */
export const stillHere = ': still here\n\n';

/** Sends server-sent events as they come. */
export function sendEvents(reply: FastifyReply, lines: AsyncIterable<string>): FastifyReply {
  return reply
    .header('content-type', 'text/event-stream; charset=utf-8')
    .header('cache-control', 'no-cache, no-transform')
    .header('x-accel-buffering', 'no')
    .send(Readable.from(lines, { objectMode: false }));
}

/** Waits for news of one thing. News that comes between two waits ends the next one at once. */
export interface Attention {
  /** False when nothing came for so long that the connection wants a sign of life. */
  wait(): Promise<boolean>;
  close(): void;
}

export function payAttention(news: News, id: string): Attention {
  let wake = () => {};
  let changed = false;
  const close = news.listen(id, () => {
    changed = true;
    wake();
  });
  return {
    close,
    async wait() {
      const awake = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(false), keepAliveMs);
        wake = () => {
          clearTimeout(timer);
          resolve(true);
        };
        if (changed) wake();
      });
      changed = false;
      return awake;
    },
  };
}
