import { Type, type Static } from '@rondel/contracts/schema';
import type { Redis } from 'ioredis';
import { guarded } from '../redis/connection.js';
import { quotaConstants } from '../quotas/quota-constants.js';
import { keys } from '../redis/keys.js';
import { asWord } from '../lua/answers.js';
import { luaScript } from '../lua/lua-script.js';
import { fromStored, type Damage } from '../stored/stored.js';

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
  /** Whose it is, as `submitter` said when it began; undefined for one that is not there. */
  owner(id: string): Promise<string | undefined>;
  /** It is complete, or was given up. Whether it was there. */
  end(id: string): Promise<boolean>;
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

const limitNames = ['ofOne', 'inAll', 'bytes', 'bytesOfOne'] as const;

export const noteScript = luaScript('uploads/note.lua', {
  keys: ['uploads'],
  args: [
    'id',
    'mostOfOne',
    'mostInAll',
    'mostBytes',
    'mostBytesOfOne',
    'forgottenMs',
    'submitter',
    'length',
    'arrived',
  ],
  constants: quotaConstants,
  read: (answer): 'begun' | keyof OpenUploadLimits => {
    const word = asWord(answer);
    return limitNames.find((name) => name === word) ?? 'begun';
  },
});

export function openOpenUploads(redis: Redis, damage: Damage): OpenUploads {
  const note = (
    id: string,
    { ofOne, inAll, bytes, bytesOfOne }: OpenUploadLimits,
    upload: { readonly submitter: string; readonly length: number | ''; readonly arrived: number | '' },
  ) =>
    guarded(
      noteScript.run(redis, {
        keys: { uploads: keys.uploads },
        args: {
          id,
          mostOfOne: ofOne,
          mostInAll: inAll,
          mostBytes: bytes,
          mostBytesOfOne: bytesOfOne,
          forgottenMs,
          ...upload,
        },
      }),
    );
  const read = async (id: string): Promise<Static<typeof UploadSchema> | undefined> => {
    const text = await guarded(redis.hget(keys.uploads, id));
    if (text === null) return undefined;
    return damage.spare('upload', id, () => fromStored('upload', UploadSchema, text, id));
  };
  return {
    begin: ({ id, submitter, length }, limits) => note(id, limits, { submitter, length: length ?? '', arrived: '' }),
    grow: (id, arrived, limits) => note(id, limits, { submitter: '', length: '', arrived }),
    length: async (id) => (await read(id))?.length,
    owner: async (id) => (await read(id))?.by,
    end: async (id) => (await guarded(redis.hdel(keys.uploads, id))) === 1,
  };
}
