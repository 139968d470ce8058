import { ProjectSchema, RondelError, type Identity } from '@rondel/contracts';
import { Check } from '@rondel/contracts/schema';
import type { Authentication } from '../authentication.js';

export const projectHeader = 'rondel-project';

/** With the header `rondel-project` somebody says for which of their projects they ask. */
export function choosingProject(authentication: Authentication): Authentication {
  return async (request) => {
    const identity = await authentication(request);
    const chosen = request.headers[projectHeader];
    return identity === undefined || chosen === undefined ? identity : inProject(identity, String(chosen));
  };
}

/** An admin may work for any. Throws `FORBIDDEN` for a project of which somebody is no member, whether there is one or not. */
export function inProject(identity: Identity, project: string): Identity {
  if (project === identity.project) return identity;
  const { projects = [] } = identity;
  const member = projects.find((each) => each.project === project);
  if (member !== undefined) return { ...identity, ...member };
  const isAdmin = [identity, ...projects].some(({ role }) => role === 'admin');
  if (isAdmin && Check(ProjectSchema, project)) return { ...identity, project, role: 'admin' };
  const own = [...new Set([identity, ...projects].map((each) => `"${each.project}"`))].slice(0, 20);
  throw new RondelError(
    'FORBIDDEN',
    `You are no member of the project "${project.slice(0, 100)}". You work here for ${own.join(', ')}.`,
  );
}
