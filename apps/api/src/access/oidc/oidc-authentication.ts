import { hash } from 'node:crypto';
import type { Identity } from '@rondel/contracts';
import { decodeProtectedHeader } from 'jose';
import { LRUCache } from 'lru-cache';
import { bearerOf, type Authentication } from '../authentication.js';
import { personOf } from '../members/claims.js';
import { identityOfPerson } from '../members/membership.js';
import { clockToleranceSeconds, type Provider } from './provider.js';
import { verifyToken } from './verify-token.js';

/** A token is looked at again after this time. */
const verifiedMs = 10_000;
const mostVerified = 5000;

interface Verified {
  readonly identity: Identity;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** By the tokens of an identity provider. */
export function oidcAuthentication(provider: Provider): Authentication {
  const verified = new LRUCache<string, Verified>({ max: mostVerified, ttl: verifiedMs });
  return async (request) => {
    const token = bearerOf(request);
    if (token === undefined) return undefined;
    const name = hash('sha256', token, 'base64');
    const known = verified.get(name);
    if (known !== undefined && provider.now() < known.until) return known.identity;
    // Anything else is none of the provider's.
    if (!looksLikeToken(token)) return undefined;
    const claims = await verifyToken(token, provider);
    const identity = identityOfPerson(personOf(claims, provider.mapping), provider.mapping, 'oidc');
    verified.set(name, { identity, until: ((claims.exp ?? 0) + clockToleranceSeconds) * 1000 });
    return identity;
  };
}

function looksLikeToken(text: string): boolean {
  try {
    return typeof decodeProtectedHeader(text) === 'object' && text.split('.').length === 3;
  } catch {
    return false;
  }
}
