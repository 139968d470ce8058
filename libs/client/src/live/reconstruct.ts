import {
  dataNameFrom,
  isRondelError,
  RondelError,
  type Job,
  type NdArray,
  type Progress,
  type Submission,
} from '@rondel/contracts';
import { dataCalls, jobCalls } from '../client.js';
import type { CallOptions } from '../call-options.js';
import type { Connection } from '../connection.js';
import { encodeNpy } from '../npy.js';
import { imageOf, type Image } from './image.js';
import type { OpenSession } from './session.js';

/** A data reference, named ones, the bytes of a file, or an array; see the formats that Rondel reads. */
export type ReconstructionData = Submission['data'] | Blob | Uint8Array<ArrayBuffer> | NdArray;

/** How it is run, as in a submission. The abort of `signal` also cancels the job. */
export interface ReconstructOptions extends Omit<Submission, 'plan' | 'data'>, CallOptions {
  /** Is called as the job goes on. What it throws ends the waiting and cancels the job. */
  readonly onProgress?: (progress: Progress) => void;
}

/** Submits the plan of a session as it is now. */
export async function submitFrom(
  { connection, id }: OpenSession,
  data: ReconstructionData,
  { onProgress: _, signal, ...submission }: ReconstructOptions = {},
): Promise<Job> {
  const reference = await referenceTo(data, connection, { signal });
  const whole = { ...nameOf(data), ...submission, plan: { session: id }, data: reference };
  return jobCalls(connection).submit(whole, { signal });
}

/** Runs the plan of a session as it is now. Throws the failure of the job. */
export async function reconstruct(
  session: OpenSession,
  data: ReconstructionData,
  options: ReconstructOptions = {},
): Promise<Image> {
  const { connection } = session;
  const { id } = await submitFrom(session, data, options);
  try {
    return imageIn(await endOf(id, connection, options), connection);
  } catch (error) {
    if (!isFailureOf(id, error)) await cancel(id, connection, error);
    throw error;
  }
}

async function endOf(id: string, connection: Connection, options: ReconstructOptions): Promise<Job> {
  const { onProgress, signal } = options;
  const { events, waitForJob } = jobCalls(connection);
  if (onProgress) {
    for await (const event of events(id, { signal })) {
      if (event.type === 'progress') onProgress(event.data);
    }
  }
  return waitForJob(id, { signal });
}

function imageIn(job: Job, connection: Connection): Image {
  if (job.result) return imageOf(job, job.result, jobCalls(connection).result);
  if (job.error) throw RondelError.from({ ...job.error, details: { ...job.error.details, job: job.id } });
  throw new RondelError('CANCELLED', `Job ${job.id} was ${job.state} before it had an image.`, {
    details: { job: job.id },
  });
}

function isFailureOf(id: string, error: unknown): boolean {
  return isRondelError(error) && error.failure.details?.job === id;
}

/** Nobody waits for the job any more, so it must not go on computing. */
async function cancel(id: string, connection: Connection, reason: unknown): Promise<void> {
  try {
    await jobCalls(connection).cancel(id);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new RondelError('SERVICE_UNAVAILABLE', `Job ${id} was given up but not cancelled: ${problem}`, {
      cause: reason,
      details: { job: id },
    });
  }
}

/** A file that a person chose in a browser has a name. */
function nameOf(data: ReconstructionData): Pick<Submission, 'dataNames'> {
  const name =
    data instanceof Blob && 'name' in data && typeof data.name === 'string' ? dataNameFrom(data.name) : undefined;
  return name === undefined ? {} : { dataNames: { data: name } };
}

/** A reference to data, which are uploaded unless they are one already. */
export async function referenceTo(
  data: ReconstructionData,
  connection: Connection,
  options: CallOptions,
): Promise<Submission['data']> {
  if (typeof data === 'string') return data;
  const file = data instanceof Blob || data instanceof Uint8Array ? data : isArray(data) ? encodeNpy(data) : undefined;
  if (file === undefined) return data as Submission['data'];
  return (await dataCalls(connection).putData(file, options)).artifact;
}

function isArray(data: object): data is NdArray {
  return 'dtype' in data && 'data' in data && ArrayBuffer.isView(data.data);
}
