import type { Jobs } from '@rondel/jobs';
import { firstOf, type Authentication, type LoginWay } from './authentication.js';
import { loginAuthentication } from './login-cookie.js';
import { tokenAuthentication } from './token-authentication.js';

/** How an API finds out who asks, and how browsers may log in. */
export interface AccessMode {
  readonly authentication: Authentication;
  readonly loginWays: readonly LoginWay[];
}

/** Those with a token are let in, and browsers that have shown one. */
export function tokenAccess(jobs: Pick<Jobs, 'tokens' | 'logins'>): AccessMode {
  return {
    authentication: firstOf([tokenAuthentication(jobs.tokens), loginAuthentication(jobs)]),
    loginWays: ['token'],
  };
}
