import { AlgorithmIdSchema, failure, type AlgorithmInput, type Taken, type Ticket } from '@rondel/contracts';
import type { CallerFacts, PutCall, TakenTicket } from '@rondel/jobs';
import { Type, type Static } from '@rondel/contracts/schema';
import { ulid } from 'ulid';
import { checkRootsOfWorker } from '../algorithm-submission.js';
import { presentJob } from '../job-view.js';
import type { RouteServices } from '../services.js';
import { resolveData } from '../submission.js';

export const AlgorithmParams = Type.Object({ id: AlgorithmIdSchema });
export const LockHeaders = Type.Object({
  'rondel-lock': Type.Optional(
    Type.String({ minLength: 1, maxLength: 100, description: 'Token of the lock, while one is held.' }),
  ),
});
export const RepeatableHeaders = Type.Object({
  ...LockHeaders.properties,
  'idempotency-key': Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'The same key gives the same answer for a day.' }),
  ),
});

interface Putting {
  readonly caller: Omit<PutCall, 'job' | 'input'>;
  readonly services: RouteServices;
}

/** Puts an input whose data are there. Throws `DATA_*`, and what `put` of `Algorithms` throws. */
export async function putInput(id: string, body: AlgorithmInput, { caller, services }: Putting): Promise<Ticket> {
  const references = await resolveData(body.data, services);
  await checkRootsOfWorker(id, references, services);
  return services.jobs.algorithms.put(id, { job: ulid(), input: { ...body, references }, ...caller });
}

export function callerOf(headers: Static<typeof RepeatableHeaders>): CallerFacts {
  return { token: headers['rondel-lock'], idempotencyKey: headers['idempotency-key'] };
}

export async function presentTaken({ ticket, job, ended }: TakenTicket, services: RouteServices): Promise<Taken> {
  if (ended === undefined) {
    const error = failure('NOT_FOUND', `Job ${job} ended so long ago that only the artifact store has its record.`);
    return { ticket, job, error };
  }
  const { warnings, result, error } = await presentJob(ended, services);
  return { ticket, job, ...(warnings && { warnings }), ...(result && { result }), ...(error && { error }) };
}
