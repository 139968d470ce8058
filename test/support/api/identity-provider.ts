import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { Provider, type Configuration } from 'oidc-provider';

/** An identity provider on loopback, in this process: the package `oidc-provider`, with people who need no password. */
export interface IdentityProvider {
  readonly issuer: string;
  /** The paths that it was asked for, oldest first. */
  readonly asked: string[];
  /** Signs claims as the provider does; anything of them and of the header may be replaced. */
  sign(claims: JWTPayload, header?: { readonly typ?: string; readonly kid?: string }): Promise<string>;
  /** From now on it signs with another key, and forgets the old one; `change` is taken over into its settings. */
  rotate(change?: Configuration): Promise<void>;
  /** From now on it answers with 503, until `returns`. */
  goesAway(): void;
  returns(): void;
  stop(): Promise<void>;
}

export interface ProviderOptions {
  /** Groups of everybody, by name. */
  readonly people: Readonly<Record<string, readonly string[]>>;
  /** Where browsers may be sent to. */
  readonly redirects?: readonly string[];
}

const secret = 'a secret of the client that is long enough';
/** As which the server is known to it. */
export const client = { id: 'rondel', secret, deviceId: 'rondel-cli' } as const;

export async function startIdentityProvider({ people, redirects = [] }: ProviderOptions): Promise<IdentityProvider> {
  const asked: string[] = [];
  let [listener, isAway]: [RequestListener, boolean] = [() => undefined, false];
  const server = createServer((request, response) => {
    asked.push(request.url?.split('?')[0] ?? '');
    if (isAway) response.writeHead(503).end();
    else listener(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const issuer = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  let key: { readonly kid: string; readonly privateKey: CryptoKey };
  let rotations = 0;
  const rotate = async (change: Configuration = {}) => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    const kid = `key-${(rotations += 1)}`;
    key = { kid, privateKey };
    const jwk = { ...(await exportJWK(privateKey)), kid, alg: 'ES256', use: 'sig' };
    const provider = quietly(
      () => new Provider(issuer, { ...settings({ people, redirects }), jwks: { keys: [jwk] }, ...change }),
    );
    // Command lines need not wait five seconds before they ask whether somebody has logged in.
    provider.use(async (context, next) => {
      await next();
      if (context.path === '/device/auth') context.body = { ...(context.body as object), interval: 1 };
    });
    const answer = provider.callback();
    listener = (request, response) => void answer(request, response);
  };
  await rotate();
  return {
    issuer,
    asked,
    rotate,
    sign: (claims, header = {}) => {
      const now = Math.floor(Date.now() / 1000);
      const all = { iss: issuer, aud: client.id, sub: 'anna', iat: now, exp: now + 300, ...claims };
      return new SignJWT(all).setProtectedHeader({ alg: 'ES256', kid: key.kid, ...header }).sign(key.privateKey);
    },
    goesAway: () => (isAway = true),
    returns: () => (isAway = false),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Without what it says about settings for development, which are meant here. */
function quietly<T>(make: () => T): T {
  const { info, warn } = console;
  Object.assign(console, { info: () => undefined, warn: () => undefined });
  try {
    return make();
  } finally {
    Object.assign(console, { info, warn });
  }
}

function settings({ people, redirects }: Required<ProviderOptions>): Configuration {
  const common = { id_token_signed_response_alg: 'ES256', scope: 'openid profile offline_access' } as const;
  return {
    clients: [
      {
        ...common,
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [...redirects],
        post_logout_redirect_uris: redirects.map((each) => `${new URL(each).origin}/`),
      },
      {
        ...common,
        client_id: client.deviceId,
        token_endpoint_auth_method: 'none',
        grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
        response_types: [],
        redirect_uris: [],
        application_type: 'native',
      },
    ],
    claims: { openid: ['sub'], profile: ['preferred_username', 'groups'] },
    scopes: ['openid', 'profile', 'offline_access'],
    conformIdTokenClaims: false,
    cookies: { keys: ['a key of the cookies of the provider'] },
    features: {
      deviceFlow: {
        enabled: true,
        userCodeInputSource: (context, form) => void (context.body = form),
        userCodeConfirmSource: (context, form) => void (context.body = form),
        successSource: (context) => void (context.body = 'Done.'),
      },
      rpInitiatedLogout: { enabled: true },
      devInteractions: { enabled: true },
    },
    rotateRefreshToken: true,
    issueRefreshToken: () => true,
    ttl: {
      Session: 3600,
      Grant: 3600,
      Interaction: 600,
      IdToken: 600,
      AccessToken: 600,
      RefreshToken: 3600,
      DeviceCode: 600,
    },
    findAccount: (_context, sub) => {
      const groups = people[sub];
      if (groups === undefined) return undefined;
      return { accountId: sub, claims: () => ({ sub, preferred_username: sub, groups: [...groups] }) };
    },
    // Nobody is asked whether the server may know who they are.
    async loadExistingGrant({ oidc }) {
      const { provider, client: known, session } = oidc;
      const grant = new provider.Grant({ clientId: known?.clientId, accountId: session?.accountId });
      grant.addOIDCScope('openid profile offline_access');
      await grant.save();
      return grant;
    },
  };
}

/** A browser that follows where it is sent and fills in the forms of the provider, as far as log-ins need one. */
export function openBrowser(name: string) {
  const cookies = new Map<string, string>();
  const load = async (url: string, form?: URLSearchParams): Promise<Response> => {
    const own = [...cookies].filter(([key]) => key.startsWith(new URL(url).origin));
    const cookie = own.map(([key, value]) => `${key.split(' ')[1] ?? ''}=${value}`).join('; ');
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { cookie },
      ...(form && { method: 'POST', body: form }),
    });
    for (const set of answer.headers.getSetCookie()) {
      const [, key = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === '') cookies.delete(`${new URL(url).origin} ${key}`);
      else cookies.set(`${new URL(url).origin} ${key}`, value);
    }
    return answer;
  };
  return {
    /** Goes where `url` leads, logs in there, and returns the address at which the provider sends it away, or its last page. */
    async logIn(url: string): Promise<string> {
      const { origin } = new URL(url);
      let [address, form]: [string, URLSearchParams | undefined] = [url, undefined];
      for (let pages = 0; pages < 20; pages += 1) {
        const answer = await load(address, form);
        const location = answer.headers.get('location');
        if (location !== null) {
          [address, form] = [new URL(location, address).href, undefined];
          if (new URL(address).origin !== origin) return address;
          continue;
        }
        const page = await answer.text();
        const action = /<form[^>]* action="([^"]+)"/.exec(page)?.[1];
        if (action === undefined) return page;
        const fields = [...page.matchAll(/<input[^>]* name="(\w+)"(?: value="([^"]*)")?/g)];
        const filled = fields.map(([, field = '', value = '']): [string, string] => [
          field,
          field === 'login' ? name : value,
        ]);
        [address, form] = [new URL(action, address).href, new URLSearchParams(filled)];
      }
      throw new Error(`${url} leads round in circles.`);
    },
  };
}
