import type { WarrantSigner } from '@rondel/contracts';
import type { JobHead, NewJob, StageHead } from '../record/job-parts.js';
import { jobToSign } from './to-sign.js';

/** @param place Where stages that are `bound` may run. */
export async function signedJob(job: NewJob, signer: WarrantSigner | undefined, place?: string): Promise<NewJob> {
  const { head, work } = job;
  return signer === undefined ? job : { ...job, warrant: await signer.sign(jobToSign(head, work, place)) };
}

/** Stages as they were signed, those that are bound with the queue of the worker where they are bound now. */
export function queuesKept(signed: readonly StageHead[], { stages }: Pick<JobHead, 'stages'>): readonly StageHead[] {
  const bound = stages.find((stage) => stage.bound === true)?.queue;
  return signed.map((stage) => (stage.bound === true && bound !== undefined ? { ...stage, queue: bound } : stage));
}
