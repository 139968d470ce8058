import type { FastifyRequest } from 'fastify';
import type { RouteServices, SeenServices } from '../services.js';
import { visibleTo } from './owners.js';
import { identityOf } from './register-access.js';

/** The services for one request: what its body refers to has to be what whoever has sent it may see. */
export function seenBy(request: Pick<FastifyRequest, 'known'>, services: RouteServices): SeenServices {
  return { ...services, visible: visibleTo(identityOf(request), services.owners) };
}
