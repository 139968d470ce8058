import type { FastifyRequest } from 'fastify';
import { actFor, identityOf, type Acting } from './register-access.js';

/**
 * A filter that finds only what whoever asks may see: of the one of their projects that it names, else of that for which they ask;
 * for an admin of any. Throws `FORBIDDEN` as `actFor`.
 */
export function withinProject<F extends { readonly project?: string | undefined }>(request: Acting, filter: F): F {
  if (identityOf(request).role === 'admin') return filter;
  const { role, project } = actFor(request, filter.project);
  return role === 'admin' ? filter : { ...filter, project };
}

/** The one project whose things are listed; undefined where all are. */
export function projectSeen(request: Pick<FastifyRequest, 'known'>): string | undefined {
  const { role, project } = identityOf(request);
  return role === 'admin' ? undefined : project;
}
