import { hash, randomBytes } from 'node:crypto';

/** 32 random bytes in letters that need no quotes anywhere. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Under which a secret is known. It is random, so a plain hash says nothing of it. */
export function hashOf(secret: string): string {
  return hash('sha256', secret);
}
