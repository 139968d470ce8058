import type { FastifyRequest } from 'fastify';

/** The address by which a browser knows this server. */
export function originOf({ protocol, host }: Pick<FastifyRequest, 'protocol' | 'host'>): string {
  return `${protocol === 'https' ? 'https' : 'http'}://${host}`;
}
