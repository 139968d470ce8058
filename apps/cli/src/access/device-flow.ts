import { RondelError, toFailure, type DeviceLogin } from '@rondel/contracts';
import type * as Oidc from 'openid-client';
import type { StoredLogin } from './stored-login.js';

/** A token is not sent any more so shortly before its end. */
const spareMs = 30_000;

/** What a person does in a browser, on any machine. */
export interface Prompt {
  readonly address: string;
  /** To type there, or to compare. */
  readonly code: string;
}

type Tokens = Pick<StoredLogin, 'token' | 'expiresAt' | 'refreshToken'>;
type TokenAnswer = Awaited<ReturnType<typeof Oidc.refreshTokenGrant>>;

/**
 * Logs somebody in at the identity provider who has a browser elsewhere (RFC 8628), and waits until that is done.
 *
 * Throws `UNAUTHENTICATED` where they say no or take too long, `SERVICE_UNAVAILABLE` where the provider does not answer or has no
 * such log-in.
 */
export async function deviceFlow(
  login: DeviceLogin,
  tell: (prompt: Prompt) => void,
  signal: AbortSignal,
): Promise<Tokens> {
  const oidc = await import('openid-client');
  try {
    const provider = await discover(oidc, login);
    const begun = await oidc.initiateDeviceAuthorization(provider, {
      scope: scopeOf(provider, login),
      ...resourceOf(login),
    });
    tell({ address: begun.verification_uri_complete ?? begun.verification_uri, code: begun.user_code });
    const answer = await oidc.pollDeviceAuthorizationGrant(provider, begun, resourceOf(login), { signal });
    return tokensOf(answer, login);
  } catch (error) {
    signal.throwIfAborted();
    throw failureOf(error, login, oidc);
  }
}

/** Another token of the same log-in. Throws `UNAUTHENTICATED` where the provider knows it no longer. */
export async function refreshed(login: StoredLogin): Promise<Tokens> {
  if (login.refreshToken === undefined)
    throw loginOver(login, 'its token has expired, and the provider gives no other');
  const oidc = await import('openid-client');
  try {
    const provider = await discover(oidc, login);
    const answer = await oidc.refreshTokenGrant(provider, login.refreshToken, resourceOf(login));
    return { refreshToken: login.refreshToken, ...tokensOf(answer, login) };
  } catch (error) {
    throw failureOf(error, login, oidc);
  }
}

/** What the provider gave is worth nothing any more. Where it cannot be asked, it ends by itself. */
export async function revoked(login: StoredLogin): Promise<void> {
  const oidc = await import('openid-client');
  try {
    const provider = await discover(oidc, login);
    if (provider.serverMetadata().revocation_endpoint === undefined) return;
    await oidc.tokenRevocation(provider, login.refreshToken ?? login.token);
  } catch (error) {
    throw failureOf(error, login, oidc);
  }
}

export function hasExpired({ expiresAt }: Tokens): boolean {
  return expiresAt - spareMs < Date.now();
}

function discover(oidc: typeof Oidc, { issuer, client }: DeviceLogin): Promise<Oidc.Configuration> {
  const address = URL.canParse(issuer) ? new URL(issuer) : undefined;
  const isHere = ['127.0.0.1', 'localhost', '[::1]'].includes(address?.hostname ?? '');
  if (address === undefined || (address.protocol !== 'https:' && !isHere)) {
    throw new RondelError(
      'FORBIDDEN',
      `The server wants you to log in at ${issuer}, where others can read along. Ask whoever runs it for an https address.`,
    );
  }
  // oxlint-disable-next-line typescript/no-deprecated -- it is marked so to be seen; loopback alone comes here by http
  const execute = address.protocol === 'http:' ? [oidc.allowInsecureRequests] : [];
  return oidc.discovery(address, client, undefined, oidc.None(), { execute, timeout: 15 });
}

/** A provider that knows of it gives a token for later only to those who say that they want one. */
function scopeOf(provider: Oidc.Configuration, { scope }: DeviceLogin): string {
  const { scopes_supported: known = [] } = provider.serverMetadata();
  return known.includes('offline_access') ? `${scope} offline_access` : scope;
}

function resourceOf({ resource }: DeviceLogin): Record<string, string> {
  return resource === undefined ? {} : { resource };
}

function tokensOf(answer: TokenAnswer, login: DeviceLogin): Tokens {
  const claims = answer.claims();
  const token = login.sends === 'id' ? answer.id_token : answer.access_token;
  const seconds = login.sends === 'id' ? (claims?.exp ?? 0) - Date.now() / 1000 : (answer.expiresIn() ?? 300);
  if (token === undefined) throw loginOver(login, 'the provider sent no ID token');
  return {
    token,
    expiresAt: Date.now() + seconds * 1000,
    ...(answer.refresh_token !== undefined && { refreshToken: answer.refresh_token }),
  };
}

function failureOf(error: unknown, login: DeviceLogin, oidc: typeof Oidc): RondelError {
  if (error instanceof RondelError) return error;
  if (error instanceof oidc.ResponseBodyError) {
    const { error: code, error_description: description = '' } = error;
    const said = `the provider says "${code}"${description === '' ? '' : ` (${description.slice(0, 200)})`}`;
    if (['invalid_grant', 'access_denied', 'expired_token'].includes(code)) return loginOver(login, said, error);
    return new RondelError('SERVICE_UNAVAILABLE', `Nobody can log in at ${login.issuer} from here: ${said}.`, {
      cause: error,
    });
  }
  let cause = error;
  while (cause instanceof Error && cause.cause instanceof Error) ({ cause } = cause);
  return new RondelError(
    'SERVICE_UNAVAILABLE',
    `The identity provider ${login.issuer} cannot be asked: ${toFailure(cause).message} Try again in a moment.`,
    { cause: error },
  );
}

function loginOver({ issuer }: DeviceLogin, why: string, cause?: unknown): RondelError {
  return new RondelError('UNAUTHENTICATED', `You are not logged in at ${issuer}: ${why}. Run \`rondel login\`.`, {
    cause,
  });
}
