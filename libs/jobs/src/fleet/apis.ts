import { ApiSchema, type ApiRecord } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import { guarded } from '../redis/connection.js';
import { lostAfterMs } from './fleet.js';
import { keys } from '../redis/keys.js';
import { serverTime } from '../redis/server-time.js';
import { fromStored, type Damage } from '../stored/stored.js';
import { toStored } from '../stored/versions.js';

/** What an API says of itself; when it said so is told by the clock of Redis. */
export type ApiHeartbeat = Omit<ApiRecord, 'heartbeatAt'>;

/** Which APIs there are, by their own heartbeats. */
export interface Apis {
  beat(api: ApiHeartbeat): Promise<void>;
  leave(id: string): Promise<void>;
  /** Those that have been heard of within the last ten seconds. */
  list(): Promise<ApiRecord[]>;
}

export function openApis(redis: Redis, damage: Damage): Apis {
  return {
    async beat(api) {
      const now = await serverTime(redis);
      const record: ApiRecord = { ...api, heartbeatAt: new Date(now).toISOString() };
      await guarded(redis.hset(keys.apis, api.id, toStored('API', record)));
    },
    async leave(id) {
      await guarded(redis.hdel(keys.apis, id));
    },
    async list() {
      const now = await serverTime(redis);
      const found = (await damage.spareAnswer('API', 'apis', guarded(redis.hgetall(keys.apis)))) ?? {};
      const all = Object.entries(found).flatMap(
        ([id, text]) => damage.spare('API', id, () => fromStored('API', ApiSchema, text, id)) ?? [],
      );
      const isLost = ({ heartbeatAt }: ApiRecord) => now - Date.parse(heartbeatAt) > lostAfterMs;
      const lost = all.filter(isLost).map(({ id }) => id);
      if (lost.length > 0) await guarded(redis.hdel(keys.apis, ...lost));
      return all.filter((api) => !isLost(api));
    },
  };
}
