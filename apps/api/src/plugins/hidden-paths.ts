import { hidePaths } from '@rondel/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Services } from '../services.js';

/** Leaves paths of data roots out of what is answered as text, where names of files are hidden. Event streams do so by themselves. */
export function registerHiddenPaths(
  app: Pick<FastifyInstance, 'addHook'>,
  { hidesNames = false }: Pick<Services, 'hidesNames'>,
): void {
  if (!hidesNames) return;
  app.addHook('onSend', (request, reply, payload, done) => {
    const isAnswer = typeof payload === 'string' && request.url.startsWith('/v1/');
    done(null, isAnswer ? shown(payload, request, reply) : payload);
  });
}

function shown(text: string, request: FastifyRequest, reply: FastifyReply): string {
  // What is wrong with a request may be said in the words that it has for files.
  const isRefusal = reply.statusCode >= 400;
  if (!isRefusal && !text.includes('root://')) return text;
  const type = String(reply.getHeader('content-type'));
  if (type.startsWith('application/toml')) return hidePaths(text);
  if (!/^application\/(problem\+)?json\b/.test(type)) return text;
  const { body, query, params } = request;
  return JSON.stringify(hidePaths<unknown>(JSON.parse(text), isRefusal ? [body, query, params] : undefined));
}
