import cookie from '@fastify/cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Jobs } from '@rondel/jobs';
import type { Authentication } from './authentication.js';

export async function registerCookies(app: FastifyInstance): Promise<void> {
  await app.register(cookie);
}

/** Of a server that speaks TLS. */
export const secureLoginCookie = '__Host-rondel';

/**
 * Over TLS no other host, path or port-less address can set it. Without, browsers share cookies among all ports of a host, so each
 * server has a name of its own.
 */
function cookieName({ protocol, host }: Pick<FastifyRequest, 'protocol' | 'host'>): string {
  if (protocol === 'https') return secureLoginCookie;
  return `rondel-${/:(\d+)$/.exec(host)?.[1] ?? '80'}`;
}

export function loginSecret(request: FastifyRequest): string | undefined {
  return request.cookies[cookieName(request)];
}

export function setLogin(
  request: FastifyRequest,
  reply: FastifyReply,
  { secret, expiresAt }: { readonly secret: string; readonly expiresAt: string },
): void {
  void reply.setCookie(cookieName(request), secret, { ...cookieOptions(request), expires: new Date(expiresAt) });
}

export function clearLogin(request: FastifyRequest, reply: FastifyReply): void {
  void reply.clearCookie(cookieName(request), cookieOptions(request));
}

function cookieOptions({ protocol }: FastifyRequest) {
  return { path: '/', httpOnly: true, sameSite: 'strict', secure: protocol === 'https' } as const;
}

/** By the cookie of a browser that has logged in; a revoked token ends what was begun with it. */
export function loginAuthentication({ logins, tokens }: Pick<Jobs, 'logins' | 'tokens'>): Authentication {
  return async (request) => {
    const secret = loginSecret(request);
    const login = secret === undefined ? undefined : await logins.find(secret);
    if (login === undefined) return undefined;
    const { token } = login.identity;
    if (token !== undefined && (await tokens.get(token)) === undefined) return undefined;
    return { ...login.identity, via: 'login' };
  };
}
