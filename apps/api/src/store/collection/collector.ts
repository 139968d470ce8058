import { randomUUID } from 'node:crypto';
import {
  RondelError,
  StoreReportSchema,
  type StoreCheck,
  type StoreCleaning,
  type StorePolicy,
  type StoreReport,
} from '@rondel/contracts';
import { whileHeld } from '@rondel/jobs';
import { Check } from '@rondel/contracts/schema';
import { checkPart, type CheckRequest } from './check.js';
import { collect, type Collection } from './collect.js';
import type { CollectedStore } from './references.js';

/** Measures the store, and removes from it what the policy lets go. */
export interface Collector {
  /**
   * Removes what is to go, or says what would; throws `CONFLICT` while another process removes.
   *
   * @param now Milliseconds since 1970; by the clock of Redis unless said otherwise.
   */
  clean(options: { readonly dryRun: boolean; readonly now?: number }): Promise<StoreCleaning>;
  /** Compares a part of the artifacts with their hashes, and moves damaged ones away if they are to be repaired. */
  check(request: CheckRequest): Promise<StoreCheck>;
  /** As any process measured it last; measured now when `fresh` or nobody has yet. */
  report(options?: { readonly fresh?: boolean }): Promise<StoreReport>;
  /** As any process measured it last; undefined when nobody has yet. */
  lastReport(): Promise<StoreReport | undefined>;
}

const leaseMs = 60_000;

/** @param policy Of every process that shares the store. */
export function openCollector(collected: CollectedStore, policy: StorePolicy): Collector {
  const { leases, store, now: serverTime } = collected.jobs;
  const holder = randomUUID();
  let measuring: Promise<StoreReport> | undefined;
  const publish = async ({ report }: Collection) => {
    await store.writeReport(JSON.stringify(report));
    return report;
  };
  const measure = async () => {
    const signal = new AbortController().signal;
    return publish(await collect(collected, { policy, dryRun: true, signal, now: await serverTime() }));
  };
  const lastReport = async () => {
    const text = await store.readReport();
    const report: unknown = text === undefined ? undefined : JSON.parse(text);
    return Check(StoreReportSchema, report) ? report : undefined;
  };
  return {
    async clean({ dryRun, now: given }) {
      const now = given ?? (await serverTime());
      if (dryRun) {
        const signal = new AbortController().signal;
        return (await collect(collected, { policy, dryRun, signal, now })).cleaning;
      }
      const collection = await whileHeld(
        leases,
        { name: 'store', holder: `${holder} ${randomUUID()}`, milliseconds: leaseMs },
        { work: ({ lost }) => collect(collected, { policy, dryRun, signal: lost, now }), busy: undefined },
      );
      if (collection === undefined) throw busy();
      await publish(collection);
      return collection.cleaning;
    },
    check: (request) => checkPart(collected, request),
    async report({ fresh = false } = {}) {
      const last = fresh ? undefined : await lastReport();
      // A store of many files takes a while: whoever asks meanwhile gets the same answer.
      return last ?? (await (measuring ??= measure().finally(() => (measuring = undefined))));
    },
    lastReport,
  };
}

function busy(): RondelError {
  return new RondelError('CONFLICT', 'The store is being cleaned already. Ask again when that is done.', {
    retryable: true,
  });
}
