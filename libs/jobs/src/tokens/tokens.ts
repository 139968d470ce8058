import {
  defaultProject,
  ProjectSchema,
  RoleSchema,
  RondelError,
  SubmitterSchema,
  type NewToken,
  type TokenRecord,
} from '@rondel/contracts';
import { Type, type Static } from '@rondel/contracts/schema';
import type { Redis } from 'ioredis';
import { ulid } from 'ulid';
import { executed, guarded } from '../redis/connection.js';
import { keys } from '../redis/keys.js';
import { fromStored, type Damage } from '../stored/stored.js';
import { toStored } from '../stored/versions.js';
import { openBriefMemory, type BriefMemory } from './brief-memory.js';
import { hashOf, newSecret } from './secrets.js';

/** What programs and people show instead of a password. Redis has their hashes alone: what it holds opens nothing. */
export interface Tokens {
  /** The secret is told here and never again. */
  create(token: NewToken & { readonly createdBy?: string | undefined }): Promise<CreatedToken>;
  /** Oldest first, also those that have expired within a month; of one project where one is given. */
  list(project?: string): Promise<TokenRecord[]>;
  /** It opens nothing any more. Throws `NOT_FOUND`. */
  revoke(id: string, project?: string): Promise<TokenRecord>;
  /** Undefined for one that was revoked or has expired. */
  get(id: string): Promise<TokenRecord | undefined>;
  /** Whose a secret is; undefined for one that nobody has been given, that was revoked, or that has expired. */
  find(secret: string): Promise<TokenRecord | undefined>;
}

export interface CreatedToken extends TokenRecord {
  readonly secret: string;
}

/** Its last use is written down once in this time. */
const useEveryMs = 60_000;
/** An expired one is listed for so long, so that people see why it opens nothing. */
const listedMs = 30 * 24 * 3600 * 1000;
/** What every secret begins with, so that scanners of repositories find those that were committed. */
const secretPrefix = 'rondel_';

const StoredTokenSchema = Type.Object({
  id: Type.String(),
  name: SubmitterSchema,
  project: ProjectSchema,
  role: RoleSchema,
  hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  createdAt: Type.String(),
  createdBy: Type.Optional(Type.String()),
  expiresAt: Type.Optional(Type.String()),
});
type StoredToken = Static<typeof StoredTokenSchema>;

export function openTokens(redis: Redis, damage: Damage, now: () => number): Tokens {
  const bySecret = openBriefMemory<TokenRecord | undefined>();
  const byId = openBriefMemory<TokenRecord | undefined>();
  const read = (id: string, text: string) =>
    damage.spare('token', id, () => fromStored('token', StoredTokenSchema, text, id));
  const stored = async (id: string): Promise<StoredToken | undefined> => {
    const text = await redis.hget(keys.tokens, id);
    return text === null ? undefined : read(id, text);
  };
  const all = async (): Promise<{ stored: StoredToken; lastUsedAt: string | undefined }[]> => {
    const [texts, uses] = await guarded(Promise.all([redis.hgetall(keys.tokens), redis.hgetall(keys.tokenUses)]));
    return Object.entries(texts).flatMap(([id, text]) => {
      const stored = read(id, text);
      return stored === undefined ? [] : [{ stored, lastUsedAt: uses[id] }];
    });
  };
  const noteUse = async (id: string): Promise<void> => {
    const key = keys.tokenUses;
    const last = await redis.hget(key, id);
    if (last !== null && now() - Date.parse(last) < useEveryMs) return;
    await redis.hset(key, id, new Date(now()).toISOString());
  };
  const lookUp = async (hash: string): Promise<TokenRecord | undefined> => {
    const id = await redis.hget(keys.tokenHashes, hash);
    if (id === null) return undefined;
    const found = await stored(id);
    // The index alone opens nothing: who can only write there cannot make one token another.
    if (found?.hash !== hash) return undefined;
    await noteUse(id);
    return recordOf(found, undefined);
  };
  const forget = (stored: StoredToken) =>
    executed(
      redis.multi().hdel(keys.tokens, stored.id).hdel(keys.tokenHashes, stored.hash).hdel(keys.tokenUses, stored.id),
    );
  const unexpired = async (
    memory: BriefMemory<TokenRecord | undefined>,
    name: string,
    find: () => Promise<TokenRecord | undefined>,
  ): Promise<TokenRecord | undefined> => {
    const token = await memory.recall(name, () => guarded(find()));
    return token?.expiresAt !== undefined && Date.parse(token.expiresAt) <= now() ? undefined : token;
  };
  return {
    async create({ name, project = defaultProject, role, expiresAt, createdBy }) {
      const secret = `${secretPrefix}${newSecret()}`;
      const made: StoredToken = {
        id: ulid(),
        name,
        project,
        role,
        hash: hashOf(secret),
        createdAt: new Date(now()).toISOString(),
        ...(createdBy !== undefined && { createdBy }),
        ...(expiresAt !== undefined && { expiresAt }),
      };
      await executed(
        redis.multi().hset(keys.tokens, made.id, toStored('token', made)).hset(keys.tokenHashes, made.hash, made.id),
      );
      return { ...recordOf(made, undefined), secret };
    },
    async list(project) {
      const listed: TokenRecord[] = [];
      for (const { stored, lastUsedAt } of await all()) {
        const expired = stored.expiresAt !== undefined && now() - Date.parse(stored.expiresAt) > listedMs;
        if (expired) await forget(stored);
        else if (project === undefined || stored.project === project) listed.push(recordOf(stored, lastUsedAt));
      }
      return listed.sort((a, b) => (a.id < b.id ? -1 : 1));
    },
    async revoke(id, project) {
      const found = await guarded(stored(id));
      if (found === undefined || (project !== undefined && found.project !== project)) {
        throw new RondelError(
          'NOT_FOUND',
          `There is no token ${id}. \`rondel token list\` shows those that there are.`,
        );
      }
      await forget(found);
      bySecret.forget(found.hash);
      byId.forget(id);
      return recordOf(found, undefined);
    },
    get: (id) =>
      unexpired(byId, id, async () => {
        const found = await stored(id);
        return found && recordOf(found, undefined);
      }),
    async find(secret) {
      const hash = hashOf(secret);
      return unexpired(bySecret, hash, () => lookUp(hash));
    },
  };
}

function recordOf({ hash: _, ...stored }: StoredToken, lastUsedAt: string | undefined): TokenRecord {
  return { ...stored, ...(lastUsedAt !== undefined && { lastUsedAt }) };
}
