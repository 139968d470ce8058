import { Type, type Static } from '@rondel/contracts/schema';
import type { Redis } from 'ioredis';
import { guarded } from './connection.js';
import { keys } from './keys.js';
import { runScript, script } from './scripts.js';
import { serverTimeLua } from './server-time.js';
import { fromStored, type Damage } from './stored.js';

/** Uploads that have begun and are neither complete nor given up. */
export interface OpenUploads {
  /** Notes an upload; which limit keeps it from being begun, if one does. */
  begin(upload: NewUpload, limits: OpenUploadLimits): Promise<'begun' | keyof OpenUploadLimits>;
  /** Bytes that the upload was said to have in all; undefined where nobody has said so. */
  length(id: string): Promise<number | undefined>;
  /** It is complete, or was given up. Harmless when it is not there. */
  end(id: string): Promise<void>;
}

export interface NewUpload {
  readonly id: string;
  readonly submitter: string;
  readonly length: number | undefined;
}

export interface OpenUploadLimits {
  /** Open uploads of one submitter. */
  readonly ofOne: number;
  readonly inAll: number;
  /** Bytes that all of them together are said to have. */
  readonly bytes: number;
}

/** The store gives an upload up that brings no byte for a day. */
const forgottenMs = 2 * 24 * 3600 * 1000;

const UploadSchema = Type.Object({ by: Type.String(), length: Type.Optional(Type.Number()), at: Type.Number() });

/** KEYS: uploads. ARGV: id, submitter, length or '', of one, in all, bytes, age of forgotten ones in ms. */
const beginScript = script(`${serverTimeLua}
local uploads = redis.call('HGETALL', KEYS[1])
local own, all, bytes = 0, 0, tonumber(ARGV[3]) or 0
for i = 1, #uploads, 2 do
  local read, upload = pcall(cjson.decode, uploads[i + 1])
  if not read or type(upload) ~= 'table' or not tonumber(upload.at) or upload.at < now - ARGV[7] then
    redis.call('HDEL', KEYS[1], uploads[i])
  else
    all = all + 1
    bytes = bytes + (tonumber(upload.length) or 0)
    if upload.by == ARGV[2] then own = own + 1 end
  end
end
if own >= tonumber(ARGV[4]) then return 'ofOne' end
if all >= tonumber(ARGV[5]) then return 'inAll' end
if bytes > tonumber(ARGV[6]) then return 'bytes' end
local upload = { by = ARGV[2], at = now }
if ARGV[3] ~= '' then upload.length = tonumber(ARGV[3]) end
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(upload))
return 'begun'
`);

export function openOpenUploads(redis: Redis, damage: Damage): OpenUploads {
  return {
    async begin({ id, submitter, length }, { ofOne, inAll, bytes }) {
      const args = [id, submitter, length ?? '', ofOne, inAll, bytes, forgottenMs];
      const answer = await guarded(runScript(redis, beginScript, { keys: [keys.uploads], args }));
      return answer as 'begun' | keyof OpenUploadLimits;
    },
    async length(id) {
      const text = await guarded(redis.hget(keys.uploads, id));
      if (text === null) return undefined;
      const upload = damage.spare('upload', id, (): Static<typeof UploadSchema> => fromStored(UploadSchema, text));
      return upload?.length;
    },
    async end(id) {
      await guarded(redis.hdel(keys.uploads, id));
    },
  };
}
