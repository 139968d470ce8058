import {
  carriedFields,
  FailureSchema,
  givenOf,
  isTerminal,
  type AlgorithmRecord,
  type CarriedFields,
  type DataNames,
  type Job,
  type JobState,
  type Lane,
  type Requirements,
  type Ticket,
} from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import type { JobHead, JobWork } from '../record/job-parts.js';
import { JobHeadSchema } from '../record/job-head-schema.js';
import { DamagedRecord, fromStored, parseStored } from '../stored/stored.js';
import { isOf } from '../stored/stored-schema.js';
import { subjobPlace } from '../places/subjob-queue.js';
import { AlgorithmWorkSchema } from '../record/work-schemas.js';

/** What of an algorithm does not change. */
export interface AlgorithmHead extends CarriedFields {
  readonly id: string;
  readonly pool: string;
  /** Where it may be bound: a pool, the id of a worker or a label. */
  readonly place: string;
  /** What the worker that it is bound to must have. */
  readonly requires?: Requirements;
  /** Of its inputs, `interactive` unless given. */
  readonly lane?: Lane;
  readonly priority: number;
  readonly attemptsPerRun: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly plan: JobHead['plan'];
  readonly createdAt: string;
  readonly idleSeconds: number;
  /** Queues of stages that are `bound` are filled in for each input. */
  readonly stages: JobHead['stages'];
  /** What is doubtful about the plan, as of a job. */
  readonly warnings?: JobHead['warnings'];
}

const AlgorithmHeadSchema = Type.Object({
  ...JobHeadSchema.properties,
  data: Type.Optional(JobHeadSchema.properties.data),
  place: Type.String(),
  idleSeconds: Type.Number(),
});

/** Throws `DamagedRecord`, and `LaterVersion`. */
export function algorithmHeadFrom(text: string): AlgorithmHead {
  const head = parseStored('algorithm', text);
  if (isAlgorithmHead(head)) return head;
  throw new DamagedRecord('its head does not say what the algorithm is');
}

function isAlgorithmHead(value: unknown): value is AlgorithmHead {
  return isOf(AlgorithmHeadSchema, value);
}

/** What every input of an algorithm has in common. */
export type AlgorithmWork = Omit<JobWork, 'data'>;

/** Throws `DamagedRecord`. */
export function algorithmWorkFrom(text: string | undefined): AlgorithmWork {
  const work = parseStored('algorithm', text);
  if (isAlgorithmWork(work)) return work;
  throw new DamagedRecord('its work does not say what is to be run');
}

function isAlgorithmWork(value: unknown): value is AlgorithmWork {
  return isOf(AlgorithmWorkSchema, value);
}

/** One input: what the client wrote, and the references that workers read. */
export interface ResolvedInput {
  readonly data: Job['data'];
  readonly dataNames?: DataNames;
  readonly references: JobWork['data'];
}

/** What a worker builds before the first input comes. */
export interface AlgorithmBuild {
  readonly id: string;
  readonly plan: AlgorithmWork['plan'];
  readonly planSha256: string;
  /** Paths of the steps of each stage that runs on the worker. */
  readonly stages: readonly (readonly string[])[];
  readonly timeoutSeconds?: number | undefined;
  /** How often a fault of the machine may end it before it has failed. */
  readonly attempts: number;
  /** Of what all this was made, and what an API has signed of that; absent where nobody signs. */
  readonly of: { readonly head: AlgorithmHead; readonly work: AlgorithmWork; readonly warrant?: string };
}

export function buildOf(head: AlgorithmHead, work: AlgorithmWork, warrant: string | undefined): AlgorithmBuild {
  const { id, plan, stages, attemptsPerRun } = head;
  return {
    id,
    of: { head, work, ...(warrant !== undefined && { warrant }) },
    plan: work.plan,
    planSha256: plan.sha256,
    stages: stages
      .filter(({ bound, steps }) => bound === true && steps.length > 0)
      .map(({ steps }) => steps.map(({ path }) => path)),
    timeoutSeconds: work.timeoutSeconds,
    attempts: attemptsPerRun,
  };
}

/** An input with its place in the order. */
export interface PlacedTicket extends Ticket {
  /** As the list holds it. */
  readonly entry: string;
  /** Whoever has put it waits for its job; its result is not among those that are taken. */
  readonly own: boolean;
  readonly state: JobState;
}

/** What an entry ends with whose result nobody may take. */
export const ownMark = ' own';

export function ticketFrom(entry: string): Ticket {
  const [number = '', job = ''] = entry.split(' ');
  return { ticket: Number(number), job };
}

interface NewInput {
  readonly head: AlgorithmHead;
  readonly worker: string;
  readonly input: ResolvedInput;
}

/** The job that an input is. Its sub-jobs go to the worker that is bound now. */
export function inputJob(id: string, { head, worker, input }: NewInput): JobHead {
  const { pool, lane = 'interactive', priority, attemptsPerRun, labels, plan, warnings } = head;
  const queue = subjobPlace.worker(worker);
  return {
    id,
    pool,
    lane,
    priority,
    ...givenOf(head, carriedFields),
    ...(warnings && { warnings }),
    attemptsPerRun,
    plan,
    labels: { ...labels, algorithm: head.id },
    data: input.data,
    ...(input.dataNames !== undefined && { dataNames: input.dataNames }),
    createdAt: new Date().toISOString(),
    stages: head.stages.map((stage) => (stage.bound === true ? { ...stage, queue } : stage)),
    algorithm: head.id,
  };
}

/** What the API answers. Throws `DamagedRecord`. */
export function present(
  head: AlgorithmHead,
  fields: Readonly<Record<string, string>>,
  { tickets, now }: { readonly tickets: readonly PlacedTicket[]; readonly now: number },
): AlgorithmRecord {
  const counts = [fields.moves, fields.put, fields.usedAt].map(Number);
  if (!counts.every(Number.isFinite)) throw new DamagedRecord('its counts are no numbers');
  const takeable = tickets.filter(({ own }) => !own);
  const open = takeable.findIndex(({ state }) => !isTerminal(state));
  const lockUntil = Number(fields.lockUntil ?? 0);
  return {
    id: head.id,
    state: (fields.state ?? 'closed') as AlgorithmRecord['state'],
    pool: head.pool,
    worker: fields.worker ?? '',
    moves: Number(fields.moves),
    plan: head.plan,
    labels: { ...head.labels },
    ...givenOf(head, carriedFields),
    ready: open < 0 ? takeable.length : open,
    pending: tickets.filter(({ state }) => !isTerminal(state)).length,
    put: Number(fields.put),
    createdAt: head.createdAt,
    expiresAt: new Date(Number(fields.usedAt) + head.idleSeconds * 1000).toISOString(),
    ...(fields.error !== undefined && { error: fromStored('algorithm', FailureSchema, fields.error) }),
    ...(lockUntil > now && { lock: { expiresAt: new Date(lockUntil).toISOString() } }),
  };
}

/** Whether nobody has used it for as long as it was to be kept. */
export function isForgotten({ state, pending, expiresAt, lock }: AlgorithmRecord, now: number): boolean {
  return state !== 'closed' && pending === 0 && lock === undefined && Date.parse(expiresAt) < now;
}
