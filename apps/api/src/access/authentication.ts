import { localIdentity, type Identity, type LoginState } from '@rondel/contracts';
import type { FastifyRequest } from 'fastify';

/** Finds out who asks; undefined: they have shown nothing that says so. Throws for what they show and may not be believed. */
export type Authentication = (request: FastifyRequest) => Promise<Identity | undefined> | Identity | undefined;

export type LoginWay = LoginState['ways'][number];

/** Asks nobody. For an API that only its own machine reaches, or a test. */
export const noAuthentication: Authentication = () => localIdentity;

/** The first that knows who asks. */
export function firstOf(ways: readonly Authentication[]): Authentication {
  return async (request) => {
    for (const way of ways) {
      const identity = await way(request);
      if (identity !== undefined) return identity;
    }
    return undefined;
  };
}

/** What is sent as `Authorization: Bearer`; undefined where nothing is. */
export function bearerOf({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  return /^Bearer +([\w.~+/=-]{1,8192})$/i.exec(headers.authorization ?? '')?.[1];
}
