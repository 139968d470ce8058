import { RondelError, toFailure } from '@rondel/contracts';
import { createRemoteJWKSet, customFetch as keyFetch, type JWTVerifyGetKey } from 'jose';
import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  clockSkew,
  clockTolerance,
  customFetch,
  discovery,
  None,
  type ClientAuth,
  type Configuration,
} from 'openid-client';
import { isLoopback } from '../known-hosts.js';
import type { Mapping } from '../members/mapping.js';
import { sparingFetch } from './sparing-fetch.js';

/** What an identity provider knows this server as. */
export interface OidcOptions {
  /** Address of the provider, exactly as its tokens have it in `iss`; https, on loopback also http. */
  readonly issuer: string;
  readonly clientId: string;
  /** @default none: a public client, which PKCE alone protects */
  readonly clientSecret?: string | undefined;
  /** The client as which command lines log in, which cannot keep a secret. @default `clientId` */
  readonly deviceClientId?: string | undefined;
  /** In `aud` of the tokens that programs send. @default the clients, which are in that of ID tokens */
  readonly audience?: string | undefined;
  /** What is asked for at log-in. @default `openid profile` */
  readonly scope?: string | undefined;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: (() => number) | undefined;
  /** Milliseconds after which keys are asked for again because of one that is unknown. @default 30000 */
  readonly keyCooldownMs?: number | undefined;
}

export const defaultScope = 'openid profile';
/** Seconds by which the clocks of the provider and this machine may differ. */
export const clockToleranceSeconds = 60;
/** Keys that the provider has withdrawn are believed for so long. */
const keysMs = 600_000;

/** An identity provider, as it describes itself. */
export interface Provider {
  readonly options: OidcOptions;
  readonly mapping: Mapping;
  readonly now: () => number;
  /** Throws `SERVICE_UNAVAILABLE` while it cannot be asked what it offers. Asked once. */
  configuration(): Promise<Configuration>;
  /** Its public keys; asked for when one is unknown, at most every half minute. Throws as `configuration`. */
  keys(): Promise<JWTVerifyGetKey>;
}

/** Asks nothing yet. Throws `INVALID_REQUEST` for an issuer whose word anybody on the way could change. */
export function openProvider(options: OidcOptions, mapping: Mapping): Provider {
  const { now = Date.now } = options;
  const issuer = checkedIssuer(options.issuer);
  const ask = sparingFetch(now);
  const described = once(() => describe(issuer, options, ask, now));
  const configuration = () =>
    described().catch((error: unknown) => Promise.reject(providerAway(options.issuer, error)));
  const keys = once(async () => {
    const { jwks_uri: address } = (await configuration()).serverMetadata();
    if (address === undefined) throw providerAway(options.issuer, new Error('It names no address of its keys.'));
    return createRemoteJWKSet(new URL(address), {
      [keyFetch]: ask,
      cacheMaxAge: keysMs,
      ...(options.keyCooldownMs !== undefined && { cooldownDuration: options.keyCooldownMs }),
    });
  });
  return { options, mapping, now, configuration, keys };
}

async function describe(
  issuer: URL,
  options: OidcOptions,
  ask: typeof fetch,
  now: () => number,
): Promise<Configuration> {
  const found = await discovery(
    issuer,
    options.clientId,
    { [clockTolerance]: clockToleranceSeconds, [clockSkew]: Math.round((now() - Date.now()) / 1000) },
    clientAuth(options.clientSecret),
    {
      [customFetch]: (url, { body, ...request }) => ask(url, { ...request, body: body ?? null }),
      // oxlint-disable-next-line typescript/no-deprecated -- it is marked so to be seen; loopback alone comes here by http
      execute: issuer.protocol === 'http:' ? [allowInsecureRequests] : [],
    },
  );
  const { issuer: named } = found.serverMetadata();
  // A provider for everybody has people of every organization in the world.
  if (!URL.canParse(named) || new URL(named).href !== issuer.href) {
    throw new Error(`It calls itself ${named}, so name it so with --oidc-issuer, or the one tenant that is meant.`);
  }
  return found;
}

/** Remembers what came of it, and forgets a failure. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

/** As the provider takes it; a provider that does not say takes Basic (OpenID Connect Discovery 1.0, section 3). */
function clientAuth(secret: string | undefined): ClientAuth {
  if (secret === undefined) return None();
  const [basic, post] = [ClientSecretBasic(secret), ClientSecretPost(secret)];
  return (server, ...rest) => {
    const taken = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    (taken.includes('client_secret_basic') ? basic : post)(server, ...rest);
  };
}

function checkedIssuer(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (url !== undefined && isSafe && url.search === '' && url.hash === '') return url;
  throw new RondelError(
    'INVALID_REQUEST',
    `--oidc-issuer ${text}: write the address of the identity provider as its tokens have it in \`iss\`, such as https://login.example.org/realms/lab. It has to be https, as whoever can change its keys is let in as anybody.`,
  );
}

export function providerAway(issuer: string, cause: unknown): RondelError {
  const why = reasonOf(cause);
  return new RondelError(
    'SERVICE_UNAVAILABLE',
    `The identity provider ${issuer} cannot be asked: ${why} Try again in a moment; browsers that have logged in stay so.`,
    { cause },
  );
}

/** Libraries put what happened behind words of their own. */
function reasonOf(error: unknown): string {
  let last = error;
  while (last instanceof Error && last.cause instanceof Error) last = last.cause;
  const text = toFailure(last).message;
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
