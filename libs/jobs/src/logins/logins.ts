import { IdentitySchema, type Identity } from '@rondel/contracts';
import { Type, type Static } from '@rondel/contracts/schema';
import type { Redis } from 'ioredis';
import { guarded } from '../redis/connection.js';
import { keys } from '../redis/keys.js';
import { fromStored, type Damage } from '../stored/stored.js';
import { toStored } from '../stored/versions.js';
import { openBriefMemory } from '../tokens/brief-memory.js';
import { hashOf, newSecret } from '../tokens/secrets.js';

/** A browser that has logged in, as long as it stays so. */
export interface Login {
  readonly identity: Identity;
  readonly expiresAt: string;
}

/** Browsers that have logged in, and the links by which they can. Redis has hashes of their secrets alone. */
export interface Logins {
  /** Returns the secret that the browser shows from now on. */
  begin(identity: Identity, seconds: number): Promise<Login & { readonly secret: string }>;
  /** Undefined for a secret of no browser, and of one that has logged out or whose time is over. */
  find(secret: string): Promise<Login | undefined>;
  end(secret: string): Promise<void>;
  /** What a browser may log in with, once. */
  offer(identity: Identity, seconds: number): Promise<Login & { readonly code: string }>;
  /** Undefined for a code that nobody was given, that was used, or whose time is over. */
  redeem(code: string): Promise<Identity | undefined>;
}

const LoginSchema = Type.Object({ identity: IdentitySchema, expiresAt: Type.String() });

export function openLogins(redis: Redis, damage: Damage, now: () => number): Logins {
  const remembered = openBriefMemory<Login | undefined>();
  const read = (text: string | null): Static<typeof LoginSchema> | undefined =>
    text === null ? undefined : damage.spare('login', 'of a browser', () => fromStored('login', LoginSchema, text));
  const keep = async (key: string, identity: Identity, seconds: number): Promise<Login> => {
    const login = { identity, expiresAt: new Date(now() + seconds * 1000).toISOString() };
    await guarded(redis.set(key, toStored('login', login), 'EX', seconds));
    return login;
  };
  return {
    async begin(identity, seconds) {
      const secret = newSecret();
      return { ...(await keep(keys.login(hashOf(secret)), identity, seconds)), secret };
    },
    async find(secret) {
      const hash = hashOf(secret);
      return remembered.recall(hash, async () => read(await guarded(redis.get(keys.login(hash)))));
    },
    async end(secret) {
      const hash = hashOf(secret);
      await guarded(redis.del(keys.login(hash)));
      remembered.forget(hash);
    },
    async offer(identity, seconds) {
      const code = newSecret();
      return { ...(await keep(keys.loginCode(hashOf(code)), identity, seconds)), code };
    },
    async redeem(code) {
      return read(await guarded(redis.getdel(keys.loginCode(hashOf(code)))))?.identity;
    },
  };
}
