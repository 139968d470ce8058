import type { FastifyReply } from 'fastify';

/** Aborted when nobody waits for the answer any more, and after it was sent. */
export function untilGone({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => gone.abort());
  return gone.signal;
}
