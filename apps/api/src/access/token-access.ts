import type { Jobs } from '@rondel/jobs';
import { firstOf, type Authentication, type LoginWay } from './authentication.js';
import { loginAuthentication } from './login-cookie.js';
import type { CodeFlow } from './oidc/code-flow.js';
import type { IsTrusted } from './proxy/trusted-proxies.js';
import { tokenAuthentication } from './token-authentication.js';

/** How an API finds out who asks, and how browsers may log in. */
export interface AccessMode {
  readonly authentication: Authentication;
  readonly loginWays: readonly LoginWay[];
  /** Logs browsers in at an identity provider. */
  readonly oidc?: CodeFlow;
  /** Whether a connection comes from a reverse proxy that says truly from where and for which name it was asked. */
  readonly isTrusted?: IsTrusted;
}

/** Those with a token are let in, and browsers that have shown one. */
export function tokenAccess(jobs: Pick<Jobs, 'tokens' | 'logins'>): AccessMode {
  return {
    authentication: firstOf([tokenAuthentication(jobs.tokens), loginAuthentication(jobs)]),
    loginWays: ['token'],
  };
}
