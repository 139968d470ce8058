import {
  given,
  LoggedOutSchema,
  LoginLinkSchema,
  LoginRequestSchema,
  LoginSchema,
  LoginStateSchema,
  RondelError,
  type Identity,
  type LoginLink,
  type LoginRequest,
} from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import type { Jobs } from '@rondel/jobs';
import type { RoutePlugin } from '../http/route-plugin.js';
import { clearLogin, loginSecret, setLogin } from './login-cookie.js';
import { originOf } from './origin-of.js';
import { identityOf } from './register-access.js';
import { identityOfToken } from './token-authentication.js';

const tags = ['access'];
/** A browser logs in again after a working day. */
export const loginSeconds = 12 * 3600;
/** Where the API leaves its own account a token, whoever uses the browser has that, too, and it ends with the API. */
const ownLoginSeconds = 30 * 24 * 3600;
const linkSeconds = 24 * 3600;

/** Browsers log in and out. */
export const loginRoutes: RoutePlugin = async (app, { services }) => {
  const { jobs, loginWays, authentication, oidc, isLocal } = services;
  app.get(
    '/login',
    {
      schema: {
        tags,
        summary: 'How a browser may log in, and who it has logged in as',
        response: { 200: LoginStateSchema },
      },
    },
    async (request, reply) => {
      const identity = await authentication(request);
      void reply.header('cache-control', 'no-store');
      return { ways: [...loginWays], ...given({ identity, device: oidc?.device }) };
    },
  );

  app.post(
    '/login',
    {
      schema: {
        tags,
        summary: 'Log a browser in',
        description:
          'The answer sets a cookie that no script can read. It ends after twelve hours (30 days for the account of the server itself), or with its token.',
        body: LoginRequestSchema,
        response: { 200: LoginSchema },
      },
    },
    async (request, reply) => {
      request.known = await shown(request.body, jobs);
      const seconds = isLocal?.(request.known) === true ? ownLoginSeconds : loginSeconds;
      const login = await jobs.logins.begin(request.known, seconds);
      setLogin(request, reply, login);
      const { identity, expiresAt } = login;
      return reply.header('cache-control', 'no-store').send({ identity, expiresAt });
    },
  );

  app.delete(
    '/login',
    { schema: { tags, summary: 'Log a browser out', response: { 200: LoggedOutSchema, 204: Type.Null() } } },
    async (request, reply) => {
      const secret = loginSecret(request);
      const login = secret === undefined ? undefined : await jobs.logins.find(secret);
      if (secret !== undefined) await jobs.logins.end(secret);
      clearLogin(request, reply);
      const continueAt =
        login?.identity.via === 'oidc'
          ? await oidc?.endAddress(originOf(request)).catch((error: unknown) => {
              // Here the browser is logged out all the same.
              request.log.warn({ err: error }, 'the identity provider cannot be asked where browsers log out');
              return undefined;
            })
          : undefined;
      return continueAt === undefined ? reply.code(204).send(null) : reply.send({ continueAt });
    },
  );

  app.post(
    '/login/link',
    {
      schema: {
        tags,
        summary: 'A link that logs a browser in as whoever asks for it, once',
        description: 'Good for a day, and for one browser.',
        response: { 201: LoginLinkSchema },
      },
    },
    async (request, reply) => {
      const link = await loginLink(identityOf(request), jobs);
      return reply.code(201).header('cache-control', 'no-store').send(link);
    },
  );
};

/** A link that logs a browser in, once. */
export async function loginLink(identity: Identity, { logins }: Pick<Jobs, 'logins'>): Promise<LoginLink> {
  const { code, expiresAt } = await logins.offer(identity, linkSeconds);
  // Behind the hash, where no log and no other site gets to see it.
  return { path: `/#login=${code}`, expiresAt };
}

/** Throws `UNAUTHENTICATED`. */
async function shown(body: LoginRequest, { tokens, logins }: Jobs): Promise<Identity> {
  if ('code' in body) {
    const identity = await logins.redeem(body.code);
    if (identity !== undefined) return identity;
    throw new RondelError(
      'UNAUTHENTICATED',
      'This link was used before, or is too old. Get a new one with `rondel open`, or log in with a token.',
    );
  }
  const token = await tokens.find(body.token);
  if (token !== undefined) return identityOfToken(token);
  throw new RondelError('UNAUTHENTICATED', 'This token opens nothing here: it is wrong, has expired, or was revoked.');
}
