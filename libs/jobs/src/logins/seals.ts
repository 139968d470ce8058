import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { guarded } from '../redis/connection.js';
import { keys } from '../redis/keys.js';

/** What APIs share to recognise what one of them has given a browser to keep. */
export interface Seals {
  /** 32 bytes, the same for all of them. */
  key(): Promise<Uint8Array>;
  /** Whether nobody has said so of this name before, within so many seconds. */
  spend(name: string, seconds: number): Promise<boolean>;
}

export function openSeals(redis: Redis): Seals {
  return {
    async key() {
      await guarded(redis.set(keys.loginSeal, randomBytes(32).toString('base64'), 'NX'));
      return new Uint8Array(Buffer.from((await guarded(redis.get(keys.loginSeal))) ?? '', 'base64'));
    },
    async spend(name, seconds) {
      return (await guarded(redis.set(keys.loginSpent(name), '', 'EX', seconds, 'NX'))) !== null;
    },
  };
}
