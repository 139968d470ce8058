import {
  AlgorithmIdSchema,
  failure,
  RondelError,
  type AlgorithmInput,
  type Taken,
  type Ticket,
} from '@rondel/contracts';
import { marked, markIn, type CallerFacts, type PutCall, type TakenTicket } from '@rondel/jobs';
import { Type, type Static } from '@rondel/contracts/schema';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ulid } from 'ulid';
import { checkRootsOfWorker } from './algorithm-submission.js';
import { withNamesAllowed } from '../jobs/job-title.js';
import { presentJob } from '../jobs/job-view.js';
import { claimKey, idempotencyHeader, markReplayed } from '../http/repeatable.js';
import type { RouteServices, SeenServices } from '../services.js';
import { filesAmong } from '../jobs/submission/file-data.js';
import { resolveData } from '../jobs/submission/job-data.js';
import { keyOwner, ownership, submitterHeaders } from '../access/submitter.js';

export const AlgorithmParams = Type.Object({ id: AlgorithmIdSchema });
export const LockHeaders = Type.Object({
  'rondel-lock': Type.Optional(
    Type.String({ minLength: 1, maxLength: 100, description: 'Token of the lock, while one is held.' }),
  ),
});
export const RepeatableHeaders = Type.Object({
  ...LockHeaders.properties,
  ...idempotencyHeader('answer'),
  ...submitterHeaders,
});

interface Putting {
  readonly caller: Omit<PutCall, 'job' | 'input'>;
  readonly reply: FastifyReply;
  readonly services: SeenServices;
}

/** Puts an input whose data are there. Throws `DATA_*`, and what `put` of `Algorithms` throws. */
export async function putInput(
  id: string,
  body: AlgorithmInput,
  { caller, reply, services }: Putting,
): Promise<Ticket> {
  const references = await resolveData(body.data, services);
  refuseFiles(references, services);
  await checkRootsOfWorker(id, references, services);
  // Whoever may open the algorithm may open its inputs.
  const job = marked(ulid(), markIn(id));
  const ticket = await services.jobs.algorithms.put(id, {
    job,
    input: { ...withNamesAllowed(body, services), references },
    ...caller,
  });
  if (ticket.job !== job) markReplayed(reply);
  return ticket;
}

/** Throws `INVALID_REQUEST` for a file of a property, which the algorithm has from its plan. */
function refuseFiles(references: Readonly<Record<string, string>>, { registry }: RouteServices): void {
  const [name] = Object.keys(filesAmong(references, registry.catalog));
  if (name === undefined) return;
  throw new RondelError(
    'INVALID_REQUEST',
    `data.${name}: a warm algorithm has the files of its plan, and no input changes them. Leave data.${name} out, or open another algorithm with ${name} among its parameters.`,
    { at: `data.${name}` },
  );
}

interface RepeatableCall {
  readonly headers: Static<typeof RepeatableHeaders>;
  readonly ip: string;
  readonly known: FastifyRequest['known'];
  readonly body?: unknown;
}

/** Who calls. `what` is asked of which algorithm. Throws `IDEMPOTENCY_MISMATCH` for a key with another body than before. */
export async function callerOf(call: RepeatableCall, what: string, { jobs }: RouteServices): Promise<CallerFacts> {
  const { headers, body = {} } = call;
  const owner = `${what} ${keyOwner(ownership(call))}`;
  const idempotencyKey = await claimKey(jobs, { key: headers['idempotency-key'], owner, body });
  return { token: headers['rondel-lock'], idempotencyKey };
}

export async function presentTaken(
  { ticket, job, ended }: Pick<TakenTicket, 'ticket' | 'job' | 'ended'>,
  services: RouteServices,
): Promise<Taken> {
  if (ended === undefined) {
    const error = failure('NOT_FOUND', `Job ${job} ended so long ago that only the artifact store has its record.`);
    return { ticket, job, error };
  }
  const { warnings, result, error } = await presentJob(ended, services);
  return { ticket, job, ...(warnings && { warnings }), ...(result && { result }), ...(error && { error }) };
}
