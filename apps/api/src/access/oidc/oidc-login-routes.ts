import { RondelError } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import type { RoutePlugin } from '../../http/route-plugin.js';
import { setLogin } from '../login-cookie.js';
import { loginSeconds } from '../login-routes.js';
import { clearCodeFlow, sealedCodeFlow, setCodeFlow } from './code-flow-cookie.js';
import { originOf } from '../origin-of.js';
import { ownPath } from './own-path.js';

const tags = ['access'];
const anyText = Type.Optional(Type.String({ maxLength: 8192 }));
const elsewhere = { 302: Type.Null({ description: 'The browser goes on elsewhere.' }) };

/** Browsers log in at an identity provider. */
export const oidcLoginRoutes: RoutePlugin = async (app, { services: { jobs, oidc } }) => {
  const flow = () => {
    if (oidc !== undefined) return oidc;
    throw new RondelError(
      'NOT_FOUND',
      'This server knows no identity provider. `GET /v1/login` says how to log in here.',
    );
  };

  app.get(
    '/login/oidc',
    {
      schema: {
        tags,
        summary: 'Send a browser to the identity provider',
        description: 'It has ten minutes to come back logged in.',
        querystring: Type.Object({
          then: Type.Optional(
            Type.String({
              maxLength: 2000,
              description: 'Page of this server that it comes to at last. `/` unless given.',
            }),
          ),
        }),
        response: elsewhere,
      },
    },
    async (request, reply) => {
      const { url, sealed } = await flow().begin(originOf(request), ownPath(request.query.then ?? '/'));
      setCodeFlow(request, reply, sealed);
      return reply.header('cache-control', 'no-store').redirect(url);
    },
  );

  app.get(
    '/login/oidc/callback',
    {
      schema: {
        tags,
        summary: 'Where the identity provider sends the browser back to',
        description: 'Sets the cookie of the log-in, which lasts twelve hours, or less where the provider says so.',
        querystring: Type.Object({
          code: anyText,
          state: anyText,
          iss: anyText,
          error: anyText,
          error_description: anyText,
        }),
        response: elsewhere,
      },
    },
    async (request, reply) => {
      const address = new URL(request.url, originOf(request));
      clearCodeFlow(request, reply);
      void reply.header('cache-control', 'no-store');
      const { identity, seconds, then } = await flow().finish(address, sealedCodeFlow(request));
      request.known = identity;
      setLogin(request, reply, await jobs.logins.begin(identity, Math.min(seconds, loginSeconds)));
      return reply.redirect(then);
    },
  );
};
