import type { News } from '@rondel/jobs';
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyInstance {
    /** Aborted when the process begins to leave: what only waits is over, what is under way may end. */
    readonly leaving: AbortSignal;
  }
}

/** Connections that have had their answer are let go this often while the others end. */
const idleCheckMs = 100;

/**
 * From the first moment of `close` on, held answers are given as things stand, event streams end, and requests under way
 * have `graceMs` to be answered; then their connections are cut.
 */
export function registerLeaving(app: FastifyInstance, news: Pick<News, 'leave'>, graceMs: number): void {
  const leaving = new AbortController();
  app.decorate('leaving', leaving.signal);
  app.addHook('preClose', (done) => {
    leaving.abort();
    news.leave();
    const { server } = app;
    const idle = setInterval(() => server.closeIdleConnections(), idleCheckMs);
    const late = setTimeout(() => server.closeAllConnections(), graceMs);
    const forget = () => {
      clearInterval(idle);
      clearTimeout(late);
    };
    if (server.listening) server.once('close', forget);
    else forget();
    done();
  });
}
