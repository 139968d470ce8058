import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { News } from '@rondel/jobs';
import type { FastifyReply } from 'fastify';

/** Keeps proxies from closing a silent connection. */
const keepAliveMs = 15_000;
/** What is held of a stream for a reader that is slower than the events, beside what the system holds. */
const heldBytes = 64 * 2 ** 10;
/** A reader that takes nothing for so long is let go; it can go on after the last event that it has read. */
const slowestMs = 30_000;

/** A line that readers skip. */
export const stillHere = ': still here\n\n';

/** Sends server-sent events as they come, until there are no more, the reader has gone, is too slow or is let in no more, or the API leaves. */
export function sendEvents(
  reply: FastifyReply,
  lines: AsyncGenerator<string>,
  limits: { readonly slowestMs: number } = { slowestMs },
): FastifyReply {
  const stream = new PassThrough({ highWaterMark: heldBytes });
  const { leaving, slowReaders } = reply.server;
  reply.server.endWithAccess(reply.request, stream);
  passOn(lines, stream, { leaving, slowestMs: limits.slowestMs, onSlow: () => slowReaders.inc() }).catch(
    (error: unknown) => {
      reply.log.warn({ err: error }, 'an event stream broke');
      stream.destroy();
    },
  );
  return reply
    .header('content-type', 'text/event-stream; charset=utf-8')
    .header('cache-control', 'no-cache, no-transform')
    .header('x-accel-buffering', 'no')
    .send(stream);
}

interface Passing {
  readonly leaving: AbortSignal;
  readonly slowestMs: number;
  readonly onSlow: () => void;
}

async function passOn(
  lines: AsyncGenerator<string>,
  stream: PassThrough,
  { leaving, slowestMs: patience, onSlow }: Passing,
): Promise<void> {
  const ended = new Promise<'gone'>((resolve) => {
    const tell = () => resolve('gone');
    if (leaving.aborted) tell();
    stream.once('close', () => leaving.removeEventListener('abort', tell)).once('close', tell);
    leaving.addEventListener('abort', tell, { once: true });
  });
  try {
    for (;;) {
      const next = await Promise.race([lines.next(), ended]);
      if (next === 'gone' || next.done === true) break;
      if (stream.write(next.value)) continue;
      const waited = new AbortController();
      const late = sleep(patience, 'slow' as const, { signal: waited.signal }).catch(() => 'gone' as const);
      const drained = once(stream, 'drain').then(() => 'drained' as const);
      const how = await Promise.race([drained, ended, late]);
      waited.abort();
      if (how === 'slow') {
        onSlow();
        stream.destroy();
      }
      if (how !== 'drained') break;
    }
  } finally {
    stream.end();
    // It may wait for news, and ends with the next sign of life.
    void lines.return(undefined);
  }
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
