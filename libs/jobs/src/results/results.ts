import { ProvenanceSchema, type Provenance } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import { Type } from '@rondel/contracts/schema';
import { executed, guarded } from '../redis/connection.js';
import { keys } from '../redis/keys.js';
import { missReason, type ResultFacts } from './miss-reason.js';
import {
  claimResult,
  dropResult,
  emptyResults,
  keepResult,
  releaseResult,
  renewResult,
  trimResults,
} from './result-scripts.js';
import { DamagedRecord, fromStored, type Damage } from '../stored/stored.js';
import { LaterVersion } from '../stored/versions.js';

/** Whoever computes a result renews its lease well within this; after it another one may begin. */
export const resultLeaseMs = 10_000;
/** Facts beyond this are not kept; a miss next to such a result is explained with less detail. */
const mostFactsLength = 16_384;
/** Kept results beyond this number make room as if there were no space, so that the index stays small. */
const mostResults = 10_000;

/** Entries that are read in one round trip. */
const readAtOnce = 500;

export interface ResultLimits {
  /** Bytes of all kept results together. */
  readonly maxBytes: number;
  /** A result that nobody has used for so long is removed. */
  readonly maxAgeMs: number;
}

export const resultLimits: ResultLimits = { maxBytes: 10 * 2 ** 30, maxAgeMs: 7 * 24 * 3600 * 1000 };

/** A result that a job looks for; see `ResultIdentity` of `@rondel/reco`. */
export interface WantedResult {
  readonly key: string;
  readonly slot: string;
  readonly facts: ResultFacts;
}

const EntrySchema = Type.Object({
  document: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  seconds: Type.Number(),
  job: Type.String(),
  worker: Type.String(),
  data: ProvenanceSchema.properties.data,
});

const FactsSchema = Type.Record(Type.String(), Type.String());

/** A result that is there, as dataset document in the store's area for this key. */
export interface KeptResult {
  /** SHA-256 of the dataset document. */
  readonly document: string;
  /** What reading the input and computing up to here took. */
  readonly seconds: number;
  readonly job: string;
  readonly worker: string;
  /** The raw data that it was computed from. */
  readonly data: Provenance['data'];
}

export type ResultClaim =
  | { readonly kind: 'hit'; readonly result: KeptResult }
  /** Somebody computes it: the token of the lease. */
  | { readonly kind: 'taken'; readonly holder: string }
  /** The lease is the caller's: compute it, then `keep` or `release`. */
  | { readonly kind: 'compute'; readonly reason: string };

export interface NewResult extends WantedResult {
  readonly result: KeptResult;
  readonly bytes: number;
  /** By which the results of a plan's step are found, whatever their input; see `resultFamilies` of `@rondel/reco`. */
  readonly family?: string | undefined;
  /** Results of the same step and input that stay, this one included; at least 1. */
  readonly maxsize: number;
}

/**
 * The index of results that jobs leave for each other, and who computes which one now. It knows keys and numbers; arrays
 * lie in the artifact store, and whoever is told that keys were evicted removes their files. Losing the index costs
 * computing time and nothing else.
 */
export interface Results {
  /** Finds a result or takes the lease to compute it. `token` says who asks; the same one may ask again. */
  claim(wanted: WantedResult, token: string): Promise<ResultClaim>;
  /** Puts off the end of a lease; false when somebody else may have it. */
  renew(key: string, token: string): Promise<boolean>;
  /** Ends a lease without a result, so that somebody else may begin. Harmless when it is no longer held. */
  release(key: string, token: string): Promise<void>;
  /** Enters a result whose files are in place and ends the lease. Returns the keys that had to make room. */
  keep(made: NewResult, token: string, limits: ResultLimits): Promise<string[]>;
  /** Forgets a result whose files are gone or damaged. False when another one has taken its place. */
  drop(key: string, document: string, reason: string): Promise<boolean>;
  /** Kept results that a job has computed. */
  madeBy(job: string): Promise<{ readonly key: string; readonly document: string }[]>;
  /** Forgets all results of these families; how many there were. Who computes one goes on, and keeps it then. */
  empty(families: readonly string[]): Promise<number>;
  /** Forgets what is too old or too much; returns the keys. */
  trim(limits: ResultLimits): Promise<string[]>;
  /** Those of the given keys that are neither kept nor being computed. */
  unknown(found: readonly string[]): Promise<string[]>;
}

export function openResults(redis: Redis, damage: Damage): Results {
  const place = { prefix: keys.results };
  const channel = keys.workerNews;
  const leaseMs = resultLeaseMs;
  return {
    async claim(wanted, token) {
      const { key, slot } = wanted;
      const claim = async () =>
        readClaim(
          await guarded(claimResult.run(redis, { keys: place, args: { key, slot, token, leaseMs } })),
          wanted,
          damage,
        );
      try {
        return await claim();
      } catch (error) {
        if (!(error instanceof DamagedRecord || error instanceof LaterVersion)) throw error;
        // What the index says of it is lost; its files go as those of all that it does not know. It can be computed again, also
        // where a later version has left it.
        damage.note('result', key, error.message);
        await guarded(redis.del(`${keys.results}entry:${key}`));
        return claim();
      }
    },
    async renew(key, token) {
      return (await guarded(renewResult.run(redis, { keys: place, args: { key, token, leaseMs } }))) === 1;
    },
    async release(key, token) {
      await guarded(releaseResult.run(redis, { keys: place, args: { key, token, channel } }));
    },
    keep({ key, slot, facts, family = '', result, bytes, maxsize }, token, limits) {
      const factsText = JSON.stringify(facts);
      const known = factsText.length <= mostFactsLength ? ['facts', factsText] : [];
      const args = { key, token, channel, slot, family, maxsize, bytes, ...most(limits) };
      const rest = ['entry', JSON.stringify(result), 'document', result.document, ...known];
      return guarded(keepResult.run(redis, { keys: place, args, rest }));
    },
    async drop(key, document, reason) {
      return (await guarded(dropResult.run(redis, { keys: place, args: { key, document, reason } }))) === 1;
    },
    async madeBy(job) {
      const found: { key: string; document: string }[] = [];
      const used = await guarded(redis.zrange(`${keys.results}used`, '0', '-1'));
      for (let start = 0; start < used.length; start += readAtOnce) {
        const some = used.slice(start, start + readAtOnce);
        const pipeline = redis.pipeline();
        for (const key of some) pipeline.hget(`${keys.results}entry:${key}`, 'entry');
        for (const [index, text] of (await executed(pipeline)).entries()) {
          const key = some[index];
          if (key === undefined || typeof text !== 'string') continue;
          const entry = damage.spare('result', key, () => fromStored('result', EntrySchema, text, key));
          if (entry?.job === job) found.push({ key, document: entry.document });
        }
      }
      return found;
    },
    async empty(families) {
      let emptied = 0;
      for (const family of families) {
        for (let some = 1; some > 0; emptied += some) {
          some = await guarded(emptyResults.run(redis, { keys: place, args: { family } }));
        }
      }
      return emptied;
    },
    trim: (limits) => guarded(trimResults.run(redis, { keys: place, args: most(limits) })),
    async unknown(found) {
      const unknown: string[] = [];
      for (const key of found) {
        const known = await guarded(redis.exists(`${keys.results}entry:${key}`, `${keys.results}lease:${key}`));
        if (known === 0) unknown.push(key);
      }
      return unknown;
    },
  };
}

function most({ maxBytes, maxAgeMs }: ResultLimits) {
  return { mostBytes: maxBytes, mostAgeMs: maxAgeMs, mostResults };
}

/** Throws `DamagedRecord` for a result that is there. */
function readClaim([kind, ...rest]: readonly string[], { key, facts }: WantedResult, damage: Damage): ResultClaim {
  if (kind === 'taken') return { kind, holder: rest[0] ?? '' };
  if (kind === 'hit') {
    const at = rest.indexOf('entry');
    return { kind, result: fromStored('result', EntrySchema, at < 0 ? undefined : rest[at + 1]) };
  }
  const [gone = '', ...nearby] = rest;
  // They only say why there is none.
  const known = nearby.flatMap((text) => {
    const others = damage.spare('result', key, () => fromStored('result', FactsSchema, text, key));
    return others === undefined ? [] : [others];
  });
  return { kind: 'compute', reason: missReason(facts, gone, known) };
}
