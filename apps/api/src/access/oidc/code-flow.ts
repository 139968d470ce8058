import { given, RondelError, type DeviceLogin, type Identity } from '@rondel/contracts';
import { Check, Type, type Static } from '@rondel/contracts/schema';
import type { Seals } from '@rondel/jobs';
import { EncryptJWT, errors, jwtDecrypt } from 'jose';
import {
  authorizationCodeGrant,
  AuthorizationResponseError,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  calculatePKCECodeChallenge,
  ClientError,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  ResponseBodyError,
  type Configuration,
  type IDToken,
} from 'openid-client';
import { personOf, saysWho } from '../members/claims.js';
import { identityOfPerson } from '../members/membership.js';
import { verifyToken } from './verify-token.js';
import { defaultScope, providerAway, type OidcOptions, type Provider } from './provider.js';

/** Seconds in which somebody has to log in at the provider. */
export const codeFlowSeconds = 600;
export const callbackPath = '/v1/login/oidc/callback';

/** What the browser keeps, sealed, while it is at the provider. */
const BegunSchema = Type.Object({
  state: Type.String(),
  nonce: Type.String(),
  verifier: Type.String(),
  then: Type.String(),
});
type Begun = Static<typeof BegunSchema>;

/** Log-in of a browser by authorization code, with PKCE, state and nonce (OpenID Connect Core 1.0, section 3.1; RFC 7636). */
export interface CodeFlow {
  /** How command lines log in there. */
  readonly device: DeviceLogin;
  /** `origin` is the address by which the browser knows this server. */
  begin(origin: string, then: string): Promise<{ readonly url: string; readonly sealed: string }>;
  /** Throws `UNAUTHENTICATED` for an answer that is not of the provider, of this browser, or was used before. */
  finish(address: URL, sealed: string | undefined): Promise<Finished>;
  /** Where the browser ends what it has begun at the provider; undefined where that has no such place. */
  endAddress(origin: string): Promise<string | undefined>;
}

interface Finished {
  readonly identity: Identity;
  /** For so many seconds the provider stands by it. */
  readonly seconds: number;
  readonly then: string;
}

export function openCodeFlow(provider: Provider, seals: Seals): CodeFlow {
  const { options, mapping, now } = provider;
  return {
    device: deviceLogin(options),
    async begin(origin, then) {
      const configuration = await provider.configuration();
      const begun = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier(), then };
      const url = buildAuthorizationUrl(configuration, {
        redirect_uri: `${origin}${callbackPath}`,
        scope: options.scope ?? defaultScope,
        state: begun.state,
        nonce: begun.nonce,
        code_challenge: await calculatePKCECodeChallenge(begun.verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, sealed: await seal(begun, await seals.key()) };
    },
    async finish(address, sealed) {
      const begun = await unseal(sealed, await seals.key());
      const configuration = await provider.configuration();
      const claims = await redeem(address, begun, configuration).catch((error: unknown) =>
        Promise.reject(failureOf(error, options.issuer)),
      );
      if (!(await seals.spend(begun.state, codeFlowSeconds)))
        throw refused('this answer of the provider was used before');
      const seconds = Math.floor(claims.exp - now() / 1000);
      if (seconds < 1) throw refused('its word has expired meanwhile');
      return { identity: identityOfPerson(personOf(claims, mapping), mapping, 'oidc'), seconds, then: begun.then };
    },
    async endAddress(origin) {
      const configuration = await provider.configuration();
      if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined;
      return buildEndSessionUrl(configuration, { post_logout_redirect_uri: `${origin}/` }).href;
    },
  };

  /** The claims of the ID token; where it leaves out who that is, those that the provider tells when asked. */
  async function redeem(address: URL, begun: Begun, configuration: Configuration): Promise<IDToken> {
    const tokens = await authorizationCodeGrant(configuration, address, {
      pkceCodeVerifier: begun.verifier,
      expectedState: begun.state,
      expectedNonce: begun.nonce,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined || tokens.id_token === undefined) throw refused('the provider sent no ID token');
    // It came from the provider itself; whoever can speak in its place still lacks its key.
    await verifyToken(tokens.id_token, provider, [options.clientId]);
    if (saysWho(claims, mapping) || configuration.serverMetadata().userinfo_endpoint === undefined) return claims;
    return { ...(await fetchUserInfo(configuration, tokens.access_token, claims.sub)), ...claims };
  }
}

/** ID tokens are of a client; what is for an API of its own is an access token. */
function deviceLogin({
  issuer,
  clientId,
  deviceClientId = clientId,
  scope = defaultScope,
  audience,
}: OidcOptions): DeviceLogin {
  const resource = audience !== undefined && URL.canParse(audience) ? audience : undefined;
  return {
    issuer,
    client: deviceClientId,
    scope,
    sends: audience === undefined ? 'id' : 'access',
    ...given({ resource }),
  };
}

function seal(begun: Begun, key: Uint8Array): Promise<string> {
  return new EncryptJWT(begun)
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .setExpirationTime(`${codeFlowSeconds}s`)
    .encrypt(key);
}

async function unseal(sealed: string | undefined, key: Uint8Array): Promise<Begun> {
  const begun = sealed === undefined ? undefined : await opened(sealed, key);
  if (Check(BegunSchema, begun)) return begun;
  throw refused('it was begun more than ten minutes ago, or in another browser');
}

async function opened(sealed: string, key: Uint8Array): Promise<unknown> {
  try {
    const { payload } = await jwtDecrypt(sealed, key, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

/** What the provider says of the log-in, apart from what keeps it from saying anything. */
function failureOf(error: unknown, issuer: string): RondelError {
  if (error instanceof AuthorizationResponseError) {
    return refused(`the provider says ${said(error.error, error.error_description)}`, error);
  }
  if (error instanceof ResponseBodyError) {
    const text = `the provider says ${said(error.error, error.error_description)}`;
    // Of all that it may say, only this is about the browser; the rest is about how this server is set up.
    if (error.error === 'invalid_grant') return refused(text, error);
    return new RondelError(
      'SERVICE_UNAVAILABLE',
      `Nobody can log in with ${issuer}: ${text}. Look at --oidc-client-id and --oidc-client-secret-file.`,
      { cause: error },
    );
  }
  if (error instanceof ClientError && !isTrouble(error))
    return refused(`its answer is not right: ${error.message}`, error);
  return error instanceof RondelError ? error : providerAway(issuer, error);
}

const trouble = ['OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON', 'OAUTH_PARSE_ERROR', 'OAUTH_TIMEOUT'];

function isTrouble({ code }: ClientError): boolean {
  return code === undefined || trouble.includes(code);
}

function said(code: string, description = ''): string {
  const text = description.replaceAll(/[^\x20-\x7e]/g, ' ').slice(0, 200);
  return `"${code.slice(0, 60)}"${text === '' ? '' : ` (${text})`}`;
}

function refused(why: string, cause?: unknown): RondelError {
  return new RondelError(
    'UNAUTHENTICATED',
    `The log-in did not succeed: ${why}. Begin again at the page of this server.`,
    {
      cause,
    },
  );
}
