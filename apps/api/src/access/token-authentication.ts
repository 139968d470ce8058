import type { Identity, TokenRecord } from '@rondel/contracts';
import type { Tokens } from '@rondel/jobs';
import { bearerOf, type Authentication } from './authentication.js';

/** By the tokens that Rondel has given out. */
export function tokenAuthentication(tokens: Pick<Tokens, 'find'>): Authentication {
  return async (request) => {
    const secret = bearerOf(request);
    const token = secret === undefined ? undefined : await tokens.find(secret);
    if (token === undefined) return undefined;
    return identityOfToken(token);
  };
}

/** Whoever shows a token. */
export function identityOfToken({ id, name, project, role }: TokenRecord): Identity {
  return { name, project, role, via: 'token', token: id };
}
