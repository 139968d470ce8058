import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/**
 * Answers 304 to whoever has the answer already: a page that asks for a list every second gets it once, and again when
 * something in it has changed. Browsers do that by themselves.
 */
export function registerUnchanged(app: Pick<FastifyInstance, 'addHook'>): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const isAnswer = request.method === 'GET' && reply.statusCode === 200 && typeof payload === 'string';
    if (!isAnswer || reply.hasHeader('etag')) {
      done(null, payload);
      return;
    }
    // Weak, as it stands for the compressed answer as well.
    const tag = `W/"${createHash('sha256').update(payload).digest('base64url').slice(0, 27)}"`;
    reply.header('etag', tag);
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'private, no-cache');
    if (!hasTag(request.headers['if-none-match'], tag)) {
      done(null, payload);
      return;
    }
    reply.code(304).removeHeader('content-type').removeHeader('content-length');
    done(null, null);
  });
}

function hasTag(header: string | undefined, tag: string): boolean {
  return header?.split(',').some((one) => one.trim() === tag) ?? false;
}
