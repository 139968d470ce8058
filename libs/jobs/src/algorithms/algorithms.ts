import { toStored, unlessLater } from '../stored/versions.js';
import { randomUUID } from 'node:crypto';
import { isTerminal, type AlgorithmRecord, type Failure, type Job, type Lease, type Ticket } from '@rondel/contracts';
import {
  buildOf,
  inputJob,
  ownMark,
  ticketFrom,
  type AlgorithmBuild,
  type AlgorithmHead,
  type ResolvedInput,
  type AlgorithmWork,
} from './algorithm-record.js';
import { mostTickets, nobody, refusal, tooMany, unlessGone } from './algorithm-refusal.js';
import {
  closeScript,
  lockScript,
  openAlgorithmScript,
  putScript,
  takeScript,
  unlockScript,
} from './scripts/algorithm-scripts.js';
import { openAlgorithmStore, type AlgorithmStore } from './algorithm-store.js';
import { openTurns, say, type TurnParts, type Turns } from './algorithm-turns.js';
import { chooseWorker } from './algorithm-worker.js';
import { guarded } from '../redis/connection.js';
import type { Damage } from '../stored/stored.js';
import type { JobWork } from '../record/job-parts.js';
import { buildNews, keys } from '../redis/keys.js';
import { idempotencyIndex, idempotencySeconds } from '../redis/idempotency.js';
import { algorithmToSign } from '../warrants/to-sign.js';
import { signedJob } from '../warrants/signed-job.js';
import { creation } from '../transitions/job/create.js';

/** Algorithms that are open at the same time. */
const mostAlgorithms = 200;

export interface CallerFacts {
  /** Of the lock that the caller holds. */
  readonly token?: string | undefined;
  /** The same key gives the same answer for a day, however often the call arrives. */
  readonly idempotencyKey?: string | undefined;
}

export interface PutCall extends CallerFacts {
  /** Id of the new job. */
  readonly job: string;
  readonly input: ResolvedInput;
  /** Its result is for whoever waits for the job; `take` passes over it. */
  readonly own?: boolean | undefined;
}

export interface TakenTicket extends Ticket {
  /** Absent when the job's record is gone. */
  readonly ended: Job | undefined;
  /** The call was answered so before. */
  readonly replayed: boolean;
}

/**
 * Algorithms that stay built on one worker and answer their inputs in order. An input is an ordinary job; a ticket is its
 * place in the order. One input runs at a time: the sub-jobs of the next are queued when the one before has ended, by whoever
 * ended it or, should that process die, by a reconciler.
 *
 * Calls throw `NOT_FOUND`, and `CONFLICT` for a closed algorithm, one that somebody else has locked, and a lock that has
 * expired.
 */
export interface Algorithms {
  /** Binds a worker, which builds it then. Throws `WORKER_UNAVAILABLE` when none is there, `QUOTA_EXCEEDED` when there are too many algorithms. With a known key nothing is created. */
  create(head: AlgorithmHead, work: AlgorithmWork, idempotencyKey?: string): Promise<AlgorithmRecord>;
  get(id: string): Promise<AlgorithmRecord>;
  /** What a worker shall build; `buildNews` of it is published when that has changed. */
  toBuild(worker: string): Promise<AlgorithmBuild[]>;
  /** A worker has built it, or with an error could not; the next input then has its turn. */
  built(id: string, worker: string, error?: Failure): Promise<void>;
  /** Open ones, oldest first. */
  list(): Promise<AlgorithmRecord[]>;
  head(id: string): Promise<AlgorithmHead>;
  /** Throws `QUOTA_EXCEEDED` when too many inputs wait to be taken. */
  put(id: string, call: PutCall): Promise<Ticket>;
  /** What it was made of. */
  work(id: string): Promise<AlgorithmWork>;
  /** The oldest input, if it has ended; each is given out once. Without one the call has still renewed the lock. */
  take(id: string, caller?: CallerFacts): Promise<TakenTicket | undefined>;
  lock(id: string, seconds: number, token?: string): Promise<Lease>;
  unlock(id: string, token: string): Promise<void>;
  /** Cancels what has not ended, gives up what was not taken. */
  close(id: string, token?: string): Promise<AlgorithmRecord>;
  /**
   * Sees to it that a live worker is bound and the next input is on its way; for whoever has ended an input.
   * `completedOn`: the worker that has completed it, which therefore has the algorithm built. Harmless when done twice.
   */
  proceed(id: string, completedOn?: string): Promise<void>;
  /** Proceeds with all, and closes those that nobody has used for long. */
  reconcile(): Promise<void>;
  /** Algorithms of a pool with something to do. */
  load: AlgorithmStore['load'];
}

export function openAlgorithms({
  damage,
  isReached,
  ...parts
}: Omit<TurnParts, 'store'> & {
  readonly damage: Damage;
  readonly isReached: (id: string) => boolean;
}): Algorithms {
  const { redis, now } = parts;
  const store = openAlgorithmStore({ redis, damage, now, isReached });
  const whole = { ...parts, store };
  const turns = openTurns(whole);
  return {
    get: (id) => store.record(id),
    list: () => store.all(),
    head: async (id) => (await store.read(id)).head,
    work: (id) => store.work(id),
    load: (pool) => store.load(pool),
    create: (head, work, key) => create(whole, { head, work, key }),
    ...ticketCalls(whole, turns),
    ...buildCalls(whole, turns),
    ...leaseCalls(whole),
    async close(id, token = '') {
      // Only who knows its version may close it.
      await store.read(id);
      const args = { token, now: parts.now(), id, channel: keys.news, usedAt: '' };
      const answer = await store.run(closeScript, { keys: { algorithm: keys.algorithm(id) }, args });
      if (answer !== 'ok' && answer !== 'closed') throw refusal(id, answer);
      await turns.clear(id);
      return store.record(id);
    },
    async proceed(id, completedOn) {
      if (completedOn !== undefined) {
        await say(store, { id, worker: completedOn, state: 'ready' });
      }
      await turns.proceed(id).catch(unlessGone).catch(unlessLater);
    },
    reconcile: () => turns.reconcile(),
  };
}

function buildCalls({ redis, store }: TurnParts, turns: Turns): Pick<Algorithms, 'toBuild' | 'built'> {
  const toBuild = async (id: string, worker: string): Promise<AlgorithmBuild | undefined> => {
    const { head, fields } = await store.read(id);
    if (fields.state !== 'building' || fields.worker !== worker) return undefined;
    return buildOf(head, await store.work(id), fields.warrant);
  };
  return {
    async toBuild(worker) {
      const ids = await guarded(redis.smembers(keys.builds(worker)));
      const found = await Promise.all(ids.map((id) => toBuild(id, worker).catch(unlessGone).catch(unlessLater)));
      return found.flatMap((build) => build ?? []);
    },
    async built(id, worker, error) {
      await say(store, { id, worker, state: error === undefined ? 'ready' : 'failed', error });
      await turns.proceed(id).catch(unlessGone);
    },
  };
}

async function create(
  { redis, store, fleet, signer }: TurnParts,
  { head, work, key }: { readonly head: AlgorithmHead; readonly work: AlgorithmWork; readonly key: string | undefined },
): Promise<AlgorithmRecord> {
  const worker = chooseWorker(await fleet.workers(), head, await store.workers());
  if (worker === undefined) throw nobody(head);
  const warrant = await signer?.sign(algorithmToSign(head, work));
  const fields = {
    head: toStored('algorithm', head),
    work: JSON.stringify(work),
    worker,
    ...(warrant !== undefined && { warrant }),
  };
  const algorithm = keys.algorithm(head.id);
  const opened = await store.run(openAlgorithmScript, {
    keys: {
      algorithm,
      algorithms: keys.algorithms,
      builds: keys.builds(worker),
      idempotency: key === undefined ? algorithm : idempotencyIndex(`algorithm ${key}`),
    },
    args: {
      id: head.id,
      created: Date.parse(head.createdAt),
      mostAlgorithms,
      fields: JSON.stringify(fields),
      idempotencySeconds,
    },
  });
  if (opened === 'full') throw tooMany(`There are ${mostAlgorithms} warm algorithms. Close one that is not needed.`);
  await guarded(redis.publish(keys.workerNews, buildNews(worker)));
  return store.record(opened);
}

function ticketCalls({ now, redis, store, ledger, signer }: TurnParts, turns: Turns): Pick<Algorithms, 'put' | 'take'> {
  const indexOf = (id: string, call: 'put' | 'take', key: string | undefined) =>
    key === undefined ? keys.algorithm(id) : idempotencyIndex(`${id} ${call} ${key}`);
  return {
    async put(id, { job, input, own = false, token = '', idempotencyKey }) {
      const { fields, head } = await store.read(id);
      const work: JobWork = { ...(await store.work(id)), data: input.references };
      const newJob = { head: inputJob(job, { head, worker: fields.worker ?? '', input }), work };
      const created = creation(await signedJob(newJob, signer, head.place));
      const idempotency = indexOf(id, 'put', idempotencyKey);
      const answer = await store.run(putScript, {
        keys: { algorithm: keys.algorithm(id), tickets: keys.tickets(id), idempotency, ...created.keys },
        args: {
          token,
          now: now(),
          idempotencySeconds,
          mostTickets,
          algorithmId: id,
          ...created.args,
          channel: keys.news,
          mark: own ? ownMark : '',
        },
      });
      const ticket = grantedTicket(id, answer);
      await turns.proceed(id);
      return ticket;
    },

    async take(id, { token = '', idempotencyKey } = {}) {
      for (;;) {
        const entries = await guarded(redis.lrange(keys.tickets(id), '0', '-1'));
        const oldest = entries.find((entry) => !entry.endsWith(ownMark)) ?? '';
        const job = oldest === '' ? undefined : await ledger.get(ticketFrom(oldest).job);
        const running = job !== undefined && !isTerminal(job.state);
        const idempotency = indexOf(id, 'take', idempotencyKey);
        const ticketOrNone = running ? '' : oldest;
        const answer = await store.run(takeScript, {
          keys: { algorithm: keys.algorithm(id), tickets: keys.tickets(id), idempotency },
          args: { token, now: now(), idempotencySeconds, ticket: ticketOrNone, id, channel: keys.news },
        });
        if (answer !== 'none') {
          const replayed = answer.startsWith('again ');
          const ticket = grantedTicket(id, replayed ? answer.replace('again', 'ok') : answer);
          return { ...ticket, replayed, ended: ticket.job === job?.id ? job : await ledger.get(ticket.job) };
        }
        if (running || oldest === '') return undefined;
      }
    },
  };
}

function grantedTicket(id: string, answer: string): Ticket {
  if (!answer.startsWith('ok ')) throw refusal(id, answer);
  return ticketFrom(answer.slice('ok '.length));
}

function leaseCalls({ store, now: clock }: Pick<TurnParts, 'store' | 'now'>): Pick<Algorithms, 'lock' | 'unlock'> {
  return {
    async lock(id, seconds, token = '') {
      const now = clock();
      const answer = await store.run(lockScript, {
        keys: { algorithm: keys.algorithm(id) },
        args: { token, now, newToken: randomUUID(), lockMs: seconds * 1000 },
      });
      const [word, granted] = answer.split(' ');
      if (word !== 'ok' || granted === undefined) throw refusal(id, answer);
      return { token: granted, expiresAt: new Date(now + seconds * 1000).toISOString() };
    },
    async unlock(id, token) {
      const answer = await store.run(unlockScript, {
        keys: { algorithm: keys.algorithm(id) },
        args: { token, now: clock() },
      });
      if (answer !== 'ok') throw refusal(id, answer);
    },
  };
}
