import { isRondelError, roleCovers, RondelError, type Identity, type Role } from '@rondel/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Writable } from 'node:stream';
import type { Authentication } from './authentication.js';
import { inProject } from './members/chosen-project.js';
import { visibleTo, type Owners } from './owners.js';
import { ruleOf, type Rule } from './rules.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; undefined where anyone may. */
    known: Identity | undefined;
  }
  interface FastifyInstance {
    /** Ends what is told on and on, such as events, when whoever has asked for it is let in no more. */
    endWithAccess: (request: FastifyRequest, told: Writable) => void;
  }
  interface FastifyContextConfig {
    rule?: Rule;
  }
}

interface Deciding {
  readonly authentication: Authentication;
  readonly owners: Owners;
}

/**
 * Lets nobody do what the rules do not let them. Who asks is found out before anything of the request is read; that what the
 * address names is of a project which they may see, before the route has a look at it. What is of another project is
 * answered for as what there is not.
 */
export function registerAccess(app: FastifyInstance, { authentication, owners }: Deciding): void {
  app.decorateRequest('known', undefined);
  app.decorate('endWithAccess', endWithAccess(authentication));
  app.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) {
      if (method === 'OPTIONS') continue;
      const rule = ruleOf(method, route.url);
      if (rule === undefined)
        throw new Error(`apps/api/src/access/rules.ts does not say who may ${method} ${route.url}.`);
      route.config = { ...route.config, rule };
    }
  });
  app.addHook('onRequest', async (request, reply) => {
    const { rule } = request.routeOptions.config;
    // There is no such route, which everybody may hear, or only its files are asked for.
    if (rule === undefined || rule.role === 'anyone') return;
    const identity = await whoAsks(request, authentication).catch((error: unknown) => {
      if (isRondelError(error) && error.code === 'UNAUTHENTICATED')
        reply.header('www-authenticate', 'Bearer realm="rondel"');
      throw error;
    });
    request.known = identity;
    if (!roleCovers(identity.role, rule.role)) throw forbidden(identity, rule.role, request);
    if (rule.of !== undefined) await visibleTo(identity, owners).require(rule.of, idOf(request));
  });
}

/** With what is remembered of tokens and log-ins, a revoked one is noticed within a second. */
const askAgainMs = 500;

function endWithAccess(authentication: Authentication) {
  return (request: FastifyRequest, told: Writable): void => {
    if (request.known === undefined || request.known.via === 'none') return;
    let isUnknown = false;
    const ask = async () => {
      if ((await authentication(request)) === undefined) told.destroy();
      isUnknown = false;
    };
    const timer = setInterval(() => {
      ask().catch((err: unknown) => {
        // What may not be believed any more says so; that Redis is away says nothing of anybody.
        if (isRondelError(err) && err.code === 'UNAUTHENTICATED') told.destroy();
        else if (!isUnknown)
          request.log.warn({ err }, 'whether a reader of events is still let in cannot be found out');
        isUnknown = true;
      });
    }, askAgainMs);
    timer.unref();
    told.once('close', () => clearInterval(timer));
  };
}

/** Throws `UNAUTHENTICATED`. */
async function whoAsks(request: FastifyRequest, authentication: Authentication): Promise<Identity> {
  const identity = await authentication(request);
  if (identity === undefined) throw unauthenticated(request);
  return identity;
}

/** Who has sent a request to a route that not anyone may use. */
export function identityOf({ known }: Pick<FastifyRequest, 'known'>): Identity {
  if (known === undefined) throw new Error('Who has sent this request was never asked.');
  return known;
}

/** As much of a request as it takes to let somebody act for another of their projects. */
export type Acting = Pick<FastifyRequest, 'known' | 'method'> & {
  readonly routeOptions: { readonly url?: string | undefined; readonly config: { readonly rule?: Rule } };
};

/**
 * From here on the request is for the project that it names, and may do what whoever has sent it may do there; an admin may work
 * for any. Throws `FORBIDDEN` for a project that is not theirs, whether there is one or not, and where they may less there than
 * the request needs.
 */
export function actFor(request: Acting, project: string | undefined): Identity {
  const known = identityOf(request);
  if (project === undefined || project === known.project) return known;
  const identity = inProject(known, project);
  const { role } = request.routeOptions.config.rule ?? { role: 'admin' };
  if (role !== 'anyone' && !roleCovers(identity.role, role)) throw forbidden(identity, role, request);
  request.known = identity;
  return identity;
}

function unauthenticated({ headers }: FastifyRequest): RondelError {
  const has = headers.authorization !== undefined || headers.cookie !== undefined;
  const why = has
    ? 'What was sent to log in opens nothing here: it is wrong, has expired, or was revoked'
    : 'This server wants to know who asks';
  return new RondelError(
    'UNAUTHENTICATED',
    `${why}; get a token from whoever runs it (\`rondel token show\` where that is you) and send it as \`Authorization: Bearer\`, on the command line with --token or RONDEL_TOKEN.`,
  );
}

function forbidden(
  { role, project, name = 'You' }: Identity,
  needed: Role,
  { method, routeOptions }: Acting,
): RondelError {
  const who = name === 'You' ? 'You are' : `"${name}" is`;
  return new RondelError(
    'FORBIDDEN',
    `${who} ${role} of the project "${project}" here, and ${method} ${routeOptions.url ?? ''} needs ${needed}. Ask whoever runs this server for a token with that role.`,
  );
}

/** The id that the address names: the first parameter of such a route. */
function idOf({ params }: FastifyRequest): string {
  const { id, sha256, upload } = params as { id?: string; sha256?: string; upload?: string };
  return id ?? sha256 ?? upload ?? '';
}
