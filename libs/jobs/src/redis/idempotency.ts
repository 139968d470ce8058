import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { guarded } from './connection.js';
import { keys } from './keys.js';

/** How long a client's key stands for what it was first sent with. */
export const idempotencySeconds = 24 * 3600;

/** Where it is kept what a client's key stands for. */
export function idempotencyIndex(key: string): string {
  return keys.idempotency(digest(key));
}

/** What clients have sent under their keys. */
export interface Idempotency {
  /** False when something else was sent under the key before. */
  claim(key: string, sent: string): Promise<boolean>;
}

export function openIdempotency(redis: Redis): Idempotency {
  return {
    async claim(key, sent) {
      const [place, value] = [`${idempotencyIndex(key)}:sent`, digest(sent)];
      const isFirst = await guarded(redis.set(place, value, 'EX', idempotencySeconds, 'NX'));
      return isFirst !== null || (await guarded(redis.get(place))) === value;
    },
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
