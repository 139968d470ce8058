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
  /**
   * Notes that an upload will have so many bytes, also where it was said to have fewer or nobody has said how many; which limit
   * keeps them from being taken, if one does. 'begun' for one that is not there.
   */
  grow(id: string, arrived: number, limits: OpenUploadLimits): Promise<'begun' | keyof OpenUploadLimits>;
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
  /** Bytes that all of them together have, or are said to have. */
  readonly bytes: number;
  /** The same of one submitter's. */
  readonly bytesOfOne: number;
}

/** The store gives an upload up that brings no byte for a day. */
const forgottenMs = 2 * 24 * 3600 * 1000;

const UploadSchema = Type.Object({
  by: Type.String(),
  length: Type.Optional(Type.Number()),
  /** Bytes that have arrived, or are on their way. */
  arrived: Type.Optional(Type.Number()),
  at: Type.Number(),
});

/**
 * KEYS: uploads. ARGV: id, of one, in all, bytes, bytes of one, age of forgotten ones in ms; of a new upload its submitter and
 * length or ''; of one that grows '' for both and the bytes that it will have. Counting and noting are one step, so that many at
 * once get no more than one after the other.
 */
const noteScript = script(`${serverTimeLua}
local id, mine = ARGV[1], { by = ARGV[7], at = now, length = tonumber(ARGV[8]) }
if ARGV[9] then
  local known = redis.call('HGET', KEYS[1], id)
  local read, upload = pcall(cjson.decode, known or '')
  if not read or type(upload) ~= 'table' then return 'begun' end
  mine = upload
  mine.arrived = math.max(tonumber(mine.arrived) or 0, tonumber(ARGV[9]))
end
local function sizeOf(upload) return math.max(tonumber(upload.length) or 0, tonumber(upload.arrived) or 0) end
local uploads = redis.call('HGETALL', KEYS[1])
local own, all, ownBytes, bytes = 1, 1, sizeOf(mine), sizeOf(mine)
for i = 1, #uploads, 2 do
  local read, upload = pcall(cjson.decode, uploads[i + 1])
  if not read or type(upload) ~= 'table' or not tonumber(upload.at) or upload.at < now - ARGV[6] then
    redis.call('HDEL', KEYS[1], uploads[i])
  elseif uploads[i] ~= id then
    all = all + 1
    bytes = bytes + sizeOf(upload)
    if upload.by == mine.by then
      own = own + 1
      ownBytes = ownBytes + sizeOf(upload)
    end
  end
end
if not ARGV[9] then
  if own > tonumber(ARGV[2]) then return 'ofOne' end
  if all > tonumber(ARGV[3]) then return 'inAll' end
end
if bytes > tonumber(ARGV[4]) then return 'bytes' end
if ownBytes > tonumber(ARGV[5]) then return 'bytesOfOne' end
redis.call('HSET', KEYS[1], id, cjson.encode(mine))
return 'begun'
`);

export function openOpenUploads(redis: Redis, damage: Damage): OpenUploads {
  const note = async (
    id: string,
    { ofOne, inAll, bytes, bytesOfOne }: OpenUploadLimits,
    upload: readonly (string | number)[],
  ) => {
    const args = [id, ofOne, inAll, bytes, bytesOfOne, forgottenMs, ...upload];
    const answer = await guarded(runScript(redis, noteScript, { keys: [keys.uploads], args }));
    return answer as 'begun' | keyof OpenUploadLimits;
  };
  return {
    begin: ({ id, submitter, length }, limits) => note(id, limits, [submitter, length ?? '']),
    grow: (id, arrived, limits) => note(id, limits, ['', '', arrived]),
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
