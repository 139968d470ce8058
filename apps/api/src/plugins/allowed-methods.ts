import { RondelError } from '@rondel/contracts';
import type { FastifyInstance } from 'fastify';

/**
 * Says which methods an address takes to whoever asks with another (405), before anything of the request is read. What an
 * address takes is in the document that everybody may read.
 */
export function registerAllowedMethods(app: FastifyInstance): void {
  const known = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method }) => {
    // Pages take what is left, with GET alone: there is nothing else at such an address.
    if (url.includes('*')) return;
    const { methods } = known.get(url) ?? { methods: new Set() };
    for (const each of [method].flat()) methods.add(each);
    known.set(url, { pattern: patternOf(url), methods });
  });
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) {
      done();
      return;
    }
    const [path = ''] = request.url.split('?', 1);
    // `/v1/jobs/counts` is no job of that name.
    const taking = known.get(path) ?? [...known.values()].find(({ pattern }) => pattern.test(path));
    if (taking === undefined) {
      done();
      return;
    }
    const allow = [...taking.methods].sort().join(', ');
    void reply.header('allow', allow);
    const message = `${path.slice(0, 200)} takes ${allow}, and not ${request.method}. See /docs.`;
    done(new RondelError('INVALID_REQUEST', message, { details: { allow } }));
  });
}

function patternOf(url: string): RegExp {
  const literal = url.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll(/:\w+/g, '[^/]+')}/?$`);
}
