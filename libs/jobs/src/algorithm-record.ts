import {
  isTerminal,
  type AlgorithmRecord,
  type Job,
  type JobState,
  type Requirements,
  type Ticket,
} from '@rondel/contracts';
import type { JobHead, JobWork } from './job-fields.js';
import { legPlace } from './leg-queue.js';

/** What of an algorithm does not change. */
export interface AlgorithmHead {
  readonly id: string;
  readonly pool: string;
  /** Where it may be bound: a pool, the id of a worker or a label. */
  readonly place: string;
  /** What the worker that it is bound to must have. */
  readonly requires?: Requirements;
  readonly priority: number;
  readonly attemptsPerRun: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly plan: JobHead['plan'];
  readonly createdAt: string;
  readonly idleSeconds: number;
  /** Queues of stages that are `bound` are filled in for each input. */
  readonly stages: JobHead['stages'];
}

/** What every input of an algorithm has in common. */
export type AlgorithmWork = Omit<JobWork, 'data'>;

/** One input: what the client wrote, and the references that workers read. */
export interface AlgorithmInput {
  readonly data: Job['data'];
  readonly references: JobWork['data'];
}

/** An input with its place in the order. */
export interface PlacedTicket extends Ticket {
  /** As the list holds it. */
  readonly entry: string;
  readonly state: JobState;
}

export function ticketFrom(entry: string): Ticket {
  const [number = '', job = ''] = entry.split(' ');
  return { ticket: Number(number), job };
}

interface NewInput {
  readonly head: AlgorithmHead;
  readonly worker: string;
  readonly input: AlgorithmInput;
}

/** The job that an input is. Its legs go to the worker that is bound now. */
export function inputJob(id: string, { head, worker, input }: NewInput): JobHead {
  const { pool, priority, attemptsPerRun, labels, plan } = head;
  const queue = legPlace.worker(worker);
  return {
    id,
    pool,
    priority,
    attemptsPerRun,
    plan,
    labels: { ...labels, algorithm: head.id },
    data: input.data,
    createdAt: new Date().toISOString(),
    stages: head.stages.map((stage) => (stage.bound === true ? { ...stage, queue } : stage)),
    algorithm: head.id,
  };
}

/** What the API answers. */
export function present(
  head: AlgorithmHead,
  fields: Readonly<Record<string, string>>,
  tickets: readonly PlacedTicket[],
): AlgorithmRecord {
  const open = tickets.findIndex(({ state }) => !isTerminal(state));
  const lockUntil = Number(fields.lockUntil ?? 0);
  return {
    id: head.id,
    state: (fields.state ?? 'closed') as AlgorithmRecord['state'],
    pool: head.pool,
    worker: fields.worker ?? '',
    moves: Number(fields.moves),
    plan: head.plan,
    labels: { ...head.labels },
    ready: open < 0 ? tickets.length : open,
    pending: tickets.filter(({ state }) => !isTerminal(state)).length,
    put: Number(fields.put),
    createdAt: head.createdAt,
    expiresAt: new Date(Number(fields.usedAt) + head.idleSeconds * 1000).toISOString(),
    ...(lockUntil > Date.now() && { lock: { expiresAt: new Date(lockUntil).toISOString() } }),
  };
}

/** Whether nobody has used it for as long as it was to be kept. */
export function isForgotten({ state, pending, expiresAt, lock }: AlgorithmRecord): boolean {
  return state !== 'closed' && pending === 0 && lock === undefined && Date.parse(expiresAt) < Date.now();
}
