import type { Tokens } from '@rondel/jobs';
import { bearerOf, type Authentication } from './authentication.js';

/** By the tokens that Rondel has given out. */
export function tokenAuthentication(tokens: Pick<Tokens, 'find'>): Authentication {
  return async (request) => {
    const secret = bearerOf(request);
    const token = secret === undefined ? undefined : await tokens.find(secret);
    if (token === undefined) return undefined;
    const { id, name, project, role } = token;
    return { name, project, role, via: 'token', token: id };
  };
}
