import {
  quotaNames,
  QuotasSchema,
  submitterQuotaNames,
  type QuotaName,
  type QuotaReport,
  type Quotas as QuotaLimits,
  type QuotaUse,
} from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import type { Redis } from 'ioredis';
import { executed, guarded } from '../redis/connection.js';
import { heldNews, keys } from '../redis/keys.js';
import { fromStored, type Damage } from '../stored/stored.js';
import { letInScript, recountScript, reserveScript, useScript } from './quota-scripts.js';

/** What a later version knows beside is passed over. */
const StoredSchema = Type.Object(QuotasSchema.properties);

/** Jobs that are looked at together whether they may begin. */
const heldAtOnce = 1000;
/** Limits are good for so long, of so many projects. */
const recentMs = 500;
const mostRecent = 1000;
/** In the place of a project: all that have none of their own. */
const everyProject = '*';

/** What projects and submitters may have at most, and how much they have. The scripts that add to it see to it. */
export interface Quotas {
  /** Those of a project itself; none where nobody has set any. */
  of(project: string): Promise<QuotaLimits>;
  /** Those of all projects that have none of their own. */
  defaults(): Promise<QuotaLimits>;
  set(project: string, quotas: QuotaLimits): Promise<void>;
  setDefaults(quotas: QuotaLimits): Promise<void>;
  /** The limit of one thing of a project: its own, else that of all; undefined where there is none. */
  limit(project: string, name: QuotaName): Promise<number | undefined>;
  report(project: string, submitter: string | undefined): Promise<QuotaReport>;
  /**
   * Counts bytes that are about to be stored for a project in one request; how many more there is room for. Throws
   * `QUOTA_EXCEEDED`. What does not come is given back by `countStored`.
   */
  reserve(project: string, bytes: number): Promise<number>;
  /** The project holds so many bytes more, or less, in the store. */
  countStored(project: string, bytes: number): Promise<void>;
  /** What all projects hold in the store, as it was measured now. */
  noteStored(bytes: ReadonlyMap<string, number>): Promise<void>;
  /** Whether somebody has measured what projects hold. */
  isMeasured(): Promise<boolean>;
  /** Whether the job waits until its project may run more. */
  isHeld(job: string): Promise<boolean>;
  /** Counts those that run anew. */
  recount(): Promise<void>;
  /** Takes those jobs out that may begin now; whoever calls puts their sub-jobs on their queues. */
  letIn(): Promise<string[]>;
}

export function openQuotas(redis: Redis, damage: Damage, clock: () => number): Quotas {
  const read = (id: string, text: string | null | undefined): QuotaLimits => {
    if (typeof text !== 'string') return {};
    return damage.spare('quotas', id, () => fromStored('quotas', StoredSchema, text, id)) ?? {};
  };
  const both = async (project: string) => {
    const [own, all] = await guarded(redis.hmget(keys.quotas, project, everyProject));
    return { own: read(project, own), all: read(everyProject, all) };
  };
  // Bounds of single jobs, which every submission asks for, may be a moment old.
  const recent = new Map<string, { readonly until: number; readonly limits: ReturnType<typeof both> }>();
  const known = async (project: string) => {
    const found = recent.get(project);
    if (found !== undefined && found.until > clock()) return found.limits;
    if (recent.size >= mostRecent) recent.clear();
    const limits = both(project);
    recent.set(project, { until: clock() + recentMs, limits });
    limits.catch(() => recent.delete(project));
    return limits;
  };
  const write = async (project: string, quotas: QuotaLimits) => {
    const isEmpty = Object.keys(quotas).length === 0;
    await guarded(
      isEmpty ? redis.hdel(keys.quotas, project) : redis.hset(keys.quotas, project, JSON.stringify(quotas)),
    );
    recent.clear();
    await guarded(recountScript.run(redis, { keys: {}, args: {} }));
    // Who is held back may begin now.
    await guarded(redis.publish(keys.workerNews, heldNews));
  };
  const usedBy = async (project: string, submitter: string) => {
    const call = { keys: { sessions: keys.sessions, algorithms: keys.algorithms }, args: { project, submitter } };
    const words = await guarded(useScript.run(redis, call));
    return new Map(words.flatMap((name, at) => (at % 2 === 0 ? [[name, Number(words[at + 1])] as const] : [])));
  };
  return {
    of: async (project) => (await both(project)).own,
    defaults: async () => (await both(everyProject)).all,
    set: write,
    async setDefaults(quotas) {
      const present = await guarded(redis.hget(keys.quotas, everyProject));
      const isSame = JSON.stringify(read(everyProject, present)) === JSON.stringify(quotas);
      if (!isSame) await write(everyProject, quotas);
    },
    async limit(project, name) {
      const { own, all } = await known(project);
      return own[name] ?? all[name];
    },
    async report(project, submitter) {
      const { own, all } = await both(project);
      const uses = async (of: QuotaUse['of'], names: readonly QuotaName[]): Promise<QuotaUse[]> => {
        const used = await usedBy(project, of === 'submitter' ? (submitter ?? '') : '');
        return names.map((quota) => {
          const limit = limitIn(own, of, quota) ?? limitIn(all, of, quota);
          const now = used.get(quota);
          return { of, quota, ...(now !== undefined && { used: now }), ...(limit !== undefined && { limit }) };
        });
      };
      const ofProject = await uses('project', quotaNames);
      const ofSubmitter = submitter === undefined ? [] : await uses('submitter', submitterQuotaNames);
      return {
        project,
        ...(submitter !== undefined && { submitter }),
        quotas: [...ofProject, ...ofSubmitter],
        day: new Date(clock()).toISOString().slice(0, 10),
      };
    },
    reserve: (project, bytes) => guarded(reserveScript.run(redis, { keys: {}, args: { project, bytes } })),
    async countStored(project, bytes) {
      if (bytes !== 0) await guarded(redis.hincrby(keys.storedBytes, project, bytes));
    },
    async noteStored(bytes) {
      const line = redis.multi().del(keys.storedBytes).hset(keys.storedBytes, everyProject, clock());
      for (const [project, sum] of bytes) line.hset(keys.storedBytes, project, sum);
      await executed(line);
    },
    isMeasured: async () => (await guarded(redis.hexists(keys.storedBytes, everyProject))) === 1,
    isHeld: async (job) => (await guarded(redis.zscore(keys.held, job))) !== null,
    async recount() {
      await guarded(recountScript.run(redis, { keys: {}, args: {} }));
    },
    letIn: () => guarded(letInScript.run(redis, { keys: {}, args: { most: heldAtOnce } })),
  };
}

function limitIn(quotas: QuotaLimits, of: QuotaUse['of'], name: QuotaName): number | undefined {
  if (of === 'project') return quotas[name];
  const known = submitterQuotaNames.find((each) => each === name);
  return known && quotas.submitter?.[known];
}
