import type { FastifyReply, FastifyRequest } from 'fastify';
import { codeFlowSeconds } from './code-flow.js';

/** As `login-cookie.ts` names its own. */
function cookieName({ protocol, host }: Pick<FastifyRequest, 'protocol' | 'host'>): string {
  if (protocol === 'https') return '__Host-rondel-oidc';
  return `rondel-oidc-${/:(\d+)$/.exec(host)?.[1] ?? '80'}`;
}

export function sealedCodeFlow(request: FastifyRequest): string | undefined {
  return request.cookies[cookieName(request)];
}

export function setCodeFlow(request: FastifyRequest, reply: FastifyReply, sealed: string): void {
  void reply.setCookie(cookieName(request), sealed, { ...options(request), maxAge: codeFlowSeconds });
}

export function clearCodeFlow(request: FastifyRequest, reply: FastifyReply): void {
  void reply.clearCookie(cookieName(request), options(request));
}

/** The provider, another site, sends the browser back, and the cookie has to come with it. */
function options({ protocol }: FastifyRequest) {
  return { path: '/', httpOnly: true, sameSite: 'lax', secure: protocol === 'https' } as const;
}
