import { RondelError } from '@rondel/contracts';
import type { Jobs } from '@rondel/jobs';
import type { Logger } from '@rondel/telemetry';
import { firstOf, noAuthentication } from './authentication.js';
import { readMapping, type Mapping } from './members/mapping.js';
import { openCodeFlow } from './oidc/code-flow.js';
import { oidcAuthentication } from './oidc/oidc-authentication.js';
import { openProvider, type OidcOptions } from './oidc/provider.js';
import { proxyAuthentication, type ProxyOptions } from './proxy/proxy-authentication.js';
import { trustedProxies, type IsTrusted } from './proxy/trusted-proxies.js';
import { tokenAccess, type AccessMode } from './token-access.js';

/** How an API finds out who asks. */
export type AuthMode = 'none' | 'token' | 'oidc' | 'proxy';

export interface AuthOptions {
  /** Nobody is asked; those with a token are let in; also those whom an identity provider or a reverse proxy names. @default none */
  readonly auth?: AuthMode | undefined;
  /** The identity provider, for `oidc`. */
  readonly oidc?: OidcOptions | undefined;
  /** What the reverse proxy sends, for `proxy`. */
  readonly proxy?: ProxyOptions | undefined;
  /** File that says which groups work for which projects, for `oidc` and `proxy`. */
  readonly mappingFile?: string | undefined;
  /** Addresses or networks of reverse proxies whose `X-Forwarded-` headers are believed, whatever the mode. @default none */
  readonly trustedProxies?: readonly string[] | undefined;
}

/** Throws `INVALID_REQUEST` for options that cannot be, such as a mapping that says nothing. */
export async function openMode(
  options: AuthOptions,
  jobs: Pick<Jobs, 'logins' | 'seals' | 'tokens'>,
  logger: Logger,
): Promise<AccessMode> {
  const isTrusted = trustedProxies(options.trustedProxies ?? []);
  const mode = await modeOf(options, { jobs, logger, isTrusted });
  return { ...mode, ...((options.trustedProxies ?? []).length > 0 && { isTrusted }) };
}

interface Parts {
  readonly jobs: Pick<Jobs, 'logins' | 'seals' | 'tokens'>;
  readonly logger: Logger;
  readonly isTrusted: IsTrusted;
}

async function modeOf(options: AuthOptions, { jobs, logger, isTrusted }: Parts): Promise<AccessMode> {
  const own = tokenAccess(jobs);
  switch (options.auth ?? 'none') {
    case 'none':
      return { authentication: noAuthentication, loginWays: [] };
    case 'token':
      return own;
    case 'proxy': {
      const proxy = required(options.proxy, 'proxy', '--proxy-header');
      const authentication = proxyAuthentication(proxy, isTrusted, await mappingOf(options));
      return { authentication: firstOf([authentication, own.authentication]), loginWays: [] };
    }
    case 'oidc': {
      const provider = openProvider(required(options.oidc, 'oidc', '--oidc-issuer'), await mappingOf(options));
      // It may come later; that it is not there is said where somebody looks who can do something about it.
      provider
        .configuration()
        .catch((error: unknown) => logger.warn({ err: error }, 'the identity provider cannot be asked'));
      return {
        authentication: firstOf([own.authentication, oidcAuthentication(provider)]),
        loginWays: ['oidc', ...own.loginWays],
        oidc: openCodeFlow(provider, jobs.seals),
      };
    }
  }
}

function mappingOf({ mappingFile, auth = 'none' }: AuthOptions): Promise<Mapping> {
  return readMapping(required(mappingFile, auth, '--access-mapping'));
}

function required<T>(value: T | undefined, mode: AuthMode, option: string): T {
  if (value !== undefined) return value;
  throw new RondelError('INVALID_REQUEST', `--auth ${mode} needs ${option}.`);
}
