import { RondelError } from '@rondel/contracts';
import type { FastifyRequest } from 'fastify';
import { identityOf } from './register-access.js';

/**
 * A filter that finds only what whoever asks may see: of their project, for an admin of any. Throws `FORBIDDEN` for a project
 * that is not theirs, whether there is one or not.
 */
export function withinProject<F extends { readonly project?: string | undefined }>(
  request: Pick<FastifyRequest, 'known'>,
  filter: F,
): F {
  const { role, project } = identityOf(request);
  if (role === 'admin') return filter;
  if (filter.project === undefined || filter.project === project) return { ...filter, project };
  throw new RondelError('FORBIDDEN', `You work for the project "${project}" here and see no other.`);
}

/** The one project whose things are listed; undefined where all are. */
export function projectSeen(request: Pick<FastifyRequest, 'known'>): string | undefined {
  const { role, project } = identityOf(request);
  return role === 'admin' ? undefined : project;
}
