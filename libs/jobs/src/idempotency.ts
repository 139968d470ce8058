import { createHash } from 'node:crypto';
import { keys } from './keys.js';

/** How long a client's key stands for what it was first sent with. */
export const idempotencySeconds = 24 * 3600;

/** Where it is kept what a client's key stands for. */
export function idempotencyIndex(key: string): string {
  return keys.idempotency(createHash('sha256').update(key).digest('hex'));
}
